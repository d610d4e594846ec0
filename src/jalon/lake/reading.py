"""What reading one source gives: its report, and what goes to the register and to the lake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import duckdb

from .fetch import FetchedSource
from .report import ValidationReport
from .source import Source


class CoverageRow(NamedTuple):
    """One territory of one intervention, as an official list declares it."""

    programme: str
    intervention_code: str
    intervention_name: str
    kind: str
    code: str
    declared_code: str
    role: str
    started_on: date | None = None
    ended_on: date | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Observations:
    """Yearly figures, every grain, in a table of an in-memory DuckDB.

    Columns: indicator, grain, code (text), period (integer), value, numerator, denominator (double;
    the last two are null for counts), status (text, null for an ordinary figure). One row for each
    indicator, grain, code and period. A figure that its producer hides is a row without value,
    of status `SECRET`; a figure that nobody has is no row; zero is a figure.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    n_rows: int


class Label(NamedTuple):
    """One commune's class in one zoning, from a day to the day before `valid_to`."""

    zoning: str
    code: str
    label: str
    valid_from: date | None = None
    valid_to: date | None = None


class Outline(NamedTuple):
    """One territory's outline, as the text of a GeoJSON geometry in degrees (WGS 84)."""

    kind: str
    code: str
    name: str
    geometry: str


class DatedValue(NamedTuple):
    """What a follow-up says of one territory on one day: first value, value, target, progress.

    `kind` is "initial", "current", "target" or "progress" (a share of 100 of the way to it).
    """

    indicator: str
    grain: str
    code: str
    day: date
    kind: str
    value: float


@dataclass(frozen=True)
class Reading:
    """One source, read and validated.

    `programmes` are those that the files read speak about: a live list may hold only some of those
    of its source, and says nothing of the others. `cards` are those of indicators that only the
    source itself describes, as plain values.
    """

    source: Source
    fetched: FetchedSource
    report: ValidationReport
    coverages: tuple[CoverageRow, ...] = field(default=(), repr=False)
    observations: Observations | None = field(default=None, repr=False)
    labels: tuple[Label, ...] = field(default=(), repr=False)
    outlines: tuple[Outline, ...] = field(default=(), repr=False)
    cards: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    dated_values: tuple[DatedValue, ...] = field(default=(), repr=False)
    is_simulated: bool = False
    programmes: tuple[str, ...] = ()
