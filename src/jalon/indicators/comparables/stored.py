"""The comparables of every territory: computed at ingest, kept in the lake, asked by the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jalon.lake.derived import Derived
from jalon.lake.queries import LakeReader
from jalon.lake.store import Columns, Lake

from .measures import Measures, Membership, measure, years_of
from .nearest import Space, all_nearest, nearest, standardise
from .variables import EQUAL_WEIGHTS, VARIABLES, check_weights, reasons

DEFAULT_COUNT = 20
MAX_COUNT = 100
_MEASURES, _NEAREST, _YEARS = "comparables/mesures", "comparables/voisins", "comparables/annees"

COMPARABLES = Derived(
    slug="comparables",
    title="Territoires comparables",
    method="1",
    needs=("series/population",),
    takes=tuple(
        dict.fromkeys(
            use for variable in VARIABLES for use in variable.uses if use != "series/population"
        )
    ),
)


@dataclass(frozen=True)
class Comparable:
    """One territory that resembles another: how far, in what it is the same and differs.

    `differences` are in standard deviations (NaN: not known of one of the two); `figures` are the
    territory's own, None when not known.
    """

    code: str
    rank: int
    distance: float
    differences: Mapping[str, float]
    figures: Mapping[str, float | None]
    compared: tuple[str, ...]

    @property
    def reasons(self) -> list[str]:
        """Say in what they are the same and differ, on what was compared."""
        return reasons(self.differences, self.compared)


@dataclass(frozen=True)
class Comparison:
    """A territory, and those that resemble it the most, the nearest first.

    `compared` are the variables that counted, `unknown` those asked that are not known here.
    """

    kind: str
    code: str
    figures: Mapping[str, float | None]
    compared: tuple[str, ...]
    unknown: tuple[str, ...]
    comparables: tuple[Comparable, ...]

    @property
    def codes(self) -> list[str]:
        """The codes of the comparables, the nearest first."""
        return [one.code for one in self.comparables]


def refresh(lake: Lake, memberships: Iterable[Membership]) -> int | None:
    """Compute the comparables again if anything they come from has changed.

    Parameters
    ----------
    lake
        Where they are read from and kept.
    memberships
        Which communes each EPCI and département holds.

    Returns
    -------
    int or None
        How many territories have comparables; None when nothing had to be done.
    """
    manifest = lake.manifest
    if COMPARABLES.missing(manifest) or lake.is_current(COMPARABLES):
        return None
    measures = measure(lake, memberships)
    if not measures:
        return None
    spaces = [standardise(of_kind) for of_kind in measures.values()]
    found = _nearest_columns(spaces)
    tables = {
        _MEASURES: _measure_columns(measures.values()),
        _NEAREST: found,
        _YEARS: _year_columns(lake),
    }
    lake.keep_derived(COMPARABLES, tables, COMPARABLES.inputs(manifest))
    return int((found["rank"] == 1).sum())


def comparables_of(
    lake: LakeReader,
    kind: str,
    code: str,
    *,
    weights: Mapping[str, float] | None = None,
    count: int = DEFAULT_COUNT,
) -> Comparison | None:
    """Give the territories that resemble one the most.

    Parameters
    ----------
    kind, code
        A commune, an EPCI or a département.
    weights
        By variable; by default all count the same, and what was computed at ingest is read.
    count
        How many are wanted, `MAX_COUNT` at most.

    Returns
    -------
    Comparison or None
        None when nothing is known of this territory. Without comparable when too little is.

    Raises
    ------
    UnknownVariableError
        When a weight is refused.
    """
    chosen = check_weights(EQUAL_WEIGHTS if weights is None else weights)
    held = _held(lake)
    if held is None or kind not in held or code not in held[kind].space.place_of:
        return None
    one = held[kind]
    place = one.space.place_of[code]
    if weights is None and count <= DEFAULT_COUNT:
        near = _stored(lake, kind, code)[:count]
        places = np.array([one.space.place_of[other] for other, _far in near], dtype=np.int64)
        distances = np.array([far for _other, far in near])
    else:
        places, distances = nearest(one.space, place, chosen, min(count, MAX_COUNT))
    compared = tuple(c for c in chosen if one.space.known[c][place])
    differences = one.space.differences(place, places)
    found = []
    for rank, (other, distance) in enumerate(zip(places.tolist(), distances.tolist(), strict=True)):
        apart = {name: float(gaps[rank]) for name, gaps in differences.items()}
        found.append(
            Comparable(
                code=str(one.space.codes[other]),
                rank=rank + 1,
                distance=distance,
                differences=apart,
                figures=one.figures(other),
                compared=compared,
            )
        )
    unknown = tuple(c for c in chosen if c not in compared)
    return Comparison(kind, code, one.figures(place), compared, unknown, tuple(found))


def stored_codes(lake: LakeReader, kind: str, code: str) -> list[str]:
    """Give the codes of the default comparables of a territory, as computed at ingest."""
    return [other for other, _far in _stored(lake, kind, code)]


def _stored(lake: LakeReader, kind: str, code: str) -> list[tuple[str, float]]:
    query = (
        "SELECT neighbour, distance FROM read_parquet(?) WHERE kind = ? AND code = ? ORDER BY rank"
    )
    return [(str(other), float(far)) for other, far in lake.rows(query, _NEAREST, kind, code)]


def measured_years(lake: LakeReader) -> dict[str, tuple[int, int]]:
    """Give the first and last year of each dated variable, as they were compared."""
    columns = lake.columns(_YEARS)
    if not columns:
        return {}
    names = ("variable", "first", "last")
    return {
        str(variable): (int(first), int(last))
        for variable, first, last in zip(*(columns[name].tolist() for name in names), strict=True)
    }


@dataclass(frozen=True)
class _Held:
    """The territories of one kind as the lake holds them: figures, and points."""

    measures: Measures
    space: Space

    def figures(self, place: int) -> dict[str, float | None]:
        """Give the figures of one territory; for classes, the share of the most common."""
        found: dict[str, float | None] = {}
        for code, values in self.measures.values.items():
            value = float(values[place] if values.ndim == 1 else values[place].max())
            found[code] = None if np.isnan(value) else value
        return found


def _held(lake: LakeReader) -> Mapping[str, _Held] | None:
    stored = lake.derived(COMPARABLES)
    return _read(lake.root, stored.files[_MEASURES]) if stored else None


@lru_cache(maxsize=2)
def _read(root: Path, _file: str) -> Mapping[str, _Held]:
    """Read a whole file once a process: its name changes with its content."""
    columns = LakeReader(root).columns(_MEASURES)
    found = {}
    for kind in dict.fromkeys(columns["kind"].tolist()):
        rows = columns["kind"] == kind
        values = {}
        for variable in VARIABLES:
            names = _names(variable.code, len(variable.classes))
            block = np.column_stack([_plain(columns[name][rows]) for name in names])
            values[variable.code] = block if variable.classes else block[:, 0]
        measures = Measures(str(kind), columns["code"][rows].astype("U9"), values)
        found[str(kind)] = _Held(measures, standardise(measures))
    return found


def _plain(column: NDArray[Any]) -> NDArray[np.float64]:
    return np.ma.filled(column.astype(float), nan)


def _names(variable: str, n_classes: int) -> list[str]:
    return [f"{variable}_{rank}" for rank in range(1, n_classes + 1)] or [variable]


def _measure_columns(measures: Iterable[Measures]) -> Columns:
    all_of_them = list(measures)
    columns: dict[str, NDArray[Any]] = {
        "kind": np.concatenate([np.full(len(m.codes), m.kind) for m in all_of_them]),
        "code": np.concatenate([m.codes for m in all_of_them]),
    }
    for variable in VARIABLES:
        block = np.concatenate([m.values[variable.code] for m in all_of_them])
        names = _names(variable.code, len(variable.classes))
        columns |= dict(zip(names, block.reshape(len(block), -1).T, strict=True))
    return columns


def _nearest_columns(spaces: Iterable[Space]) -> dict[str, NDArray[Any]]:
    parts: list[dict[str, NDArray[Any]]] = []
    for space in spaces:
        found = all_nearest(space, EQUAL_WEIGHTS, DEFAULT_COUNT)
        rows, ranks = np.nonzero(found.places >= 0)
        parts.append(
            {
                "kind": np.full(len(rows), space.kind),
                "code": space.codes[rows],
                "rank": ranks + 1,
                "neighbour": space.codes[found.places[rows, ranks]],
                "distance": found.distances[rows, ranks],
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _year_columns(lake: LakeReader) -> Columns:
    years = years_of(lake).of_variables()
    return {
        "variable": np.array(list(years)),
        "first": np.array([first for first, _last in years.values()]),
        "last": np.array([last for _first, last in years.values()]),
    }
