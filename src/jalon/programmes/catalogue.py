"""The catalogue of programmes: what each one is for, declared in `catalogue.toml`."""

import datetime as dt
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from jalon.interventions.enums import DateKind, Mode, PriorityDomain

CATALOGUE = Path(__file__).with_name("catalogue.toml")


class ProgrammeCard(BaseModel):
    """One programme as the catalogue declares it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)
    name: str = Field(max_length=120)
    purpose: str = Field(pattern=r"\.$")
    mode: Mode
    domains: tuple[PriorityDomain, ...]
    owner: str = Field(max_length=200)
    started_on: dt.date | None = None
    ended_on: dt.date | None = None
    date_kind: DateKind
    source_slug: str


@cache
def all_programmes() -> tuple[ProgrammeCard, ...]:
    """Give every programme, in the order of display.

    Raises
    ------
    ValueError
        When a card misses a field or holds a wrong one, or two cards have the same code.
    """
    declared = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["programme"]
    cards = tuple(ProgrammeCard.model_validate(card) for card in declared)
    twice = [code for code, n in Counter(card.code for card in cards).items() if n > 1]
    if twice:
        raise ValueError(f"{CATALOGUE.name}: declared twice: {', '.join(twice)}")
    return cards
