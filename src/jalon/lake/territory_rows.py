"""The rows that make a country: its territories, and which belongs to which."""

from datetime import date
from typing import NamedTuple


class TerritoryRow(NamedTuple):
    """One territory of today; `population` is None when the official list does not say it.

    `valid_from` is the day it began, when its source says it.
    """

    kind: str
    code: str
    name: str
    siren: str = ""
    legal_form: str = ""
    zone: str = ""
    population: int | None = None
    postal_codes: tuple[str, ...] = ()
    seat_code: str = ""
    valid_from: date | None = None


class MembershipRow(NamedTuple):
    """One territory of today belongs to a larger one, since a day when its source says it."""

    child_kind: str
    child_code: str
    parent_kind: str
    parent_code: str
    valid_from: date | None = None
