"""The figures on which territories are compared, read from the lake at every grain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from jalon.lake.queries import LakeReader
from jalon.lake.surfaces import measure_surfaces
from jalon.territories.enums import TerritoryKind

from .variables import CENTRALITIES, GROWTH_YEARS, JOBS, POPULATION, RURALITIES, TURNOUT, URBAN

KINDS = (TerritoryKind.COMMUNE, TerritoryKind.EPCI, TerritoryKind.DEPARTEMENT)
# A territory is described by its communes when they hold at least this share of its people.
SMALLEST_COVERAGE = 0.9
_COMMUNE = str(TerritoryKind.COMMUNE)

Floats = NDArray[np.float64]
Figures = Mapping[str, float]
Membership = tuple[str, str, str]  # kind and code of the larger territory, code of the commune


@dataclass(frozen=True)
class Years:
    """The years of what was read; None where nothing is known."""

    population: int | None
    growth: tuple[int, int] | None
    jobs: int | None
    turnout: int | None

    def of_variables(self) -> dict[str, tuple[int, int]]:
        """Give the first and last year of each dated variable that has some."""
        years = {
            "taille": self.population,
            "densite": self.population,
            "emploi": self.jobs,
            "participation": self.turnout,
        }
        found = {code: (year, year) for code, year in years.items() if year is not None}
        return {**found, "croissance": self.growth} if self.growth else found


@dataclass(frozen=True)
class Measures:
    """What is known of the n territories of one kind, in the order of their codes.

    `values` gives, by variable, an array (n,), or (n, classes) of shares; NaN is "not known".
    """

    kind: str
    codes: NDArray[np.str_]
    values: Mapping[str, Floats]


def years_of(lake: LakeReader, until: int | None = None) -> Years:
    """Choose the latest year of each series, none being after `until`."""
    population = _until(lake.periods(POPULATION), until)
    jobs = sorted(set(population) & set(_until(lake.periods(JOBS), until)))
    turnout = _until(lake.periods(TURNOUT), until)
    last = population[-1] if population else None
    first = last - GROWTH_YEARS if last is not None else None
    return Years(
        population=last,
        growth=(first, last) if first in population and first is not None and last else None,
        jobs=jobs[-1] if jobs else None,
        turnout=turnout[-1] if turnout else None,
    )


def _until(periods: Sequence[int], until: int | None) -> list[int]:
    return [period for period in periods if until is None or period <= until]


def measure(
    lake: LakeReader,
    memberships: Iterable[Membership],
    *,
    kinds: Sequence[str] = KINDS,
    until: int | None = None,
) -> dict[str, Measures]:
    """Measure every variable of every territory.

    Parameters
    ----------
    lake
        Where figures, classes and outlines are.
    memberships
        Which communes each larger territory holds.
    kinds
        Kinds of territory wanted.
    until
        Last year that may be read; by default the latest known.

    Returns
    -------
    dict of str to Measures
        By kind, the territories that have a population; empty when the lake has none.
    """
    years = years_of(lake, until)
    if years.population is None:
        return {}
    country = _Country(lake, years, memberships)
    return {str(kind): country.measures(str(kind)) for kind in kinds}


class _Country:
    """The communes, read once, from which the larger territories are described."""

    def __init__(self, lake: LakeReader, years: Years, memberships: Iterable[Membership]) -> None:
        self.lake, self.years = lake, years
        self.people = self._snapshot(POPULATION, _COMMUNE, years.population)
        self.surfaces = measure_surfaces(lake, _COMMUNE)
        self.ruralities = {
            code: rank
            for code, label in lake.zoning("ruralite").items()
            if (rank := _rank(label, RURALITIES)) is not None
            and not (label == URBAN and code.startswith("97"))
        }
        self.centralities = {
            code: rank
            for code, label in lake.zoning("centralite").items()
            if (rank := _rank(label, CENTRALITIES)) is not None
        }
        self.members: dict[str, dict[str, list[str]]] = {}
        for kind, parent, code in memberships:
            self.members.setdefault(kind, {}).setdefault(parent, []).append(code)

    def measures(self, kind: str) -> Measures:
        people = self._snapshot(POPULATION, kind, self.years.population)
        codes = sorted(people)
        members = (
            self.members.get(kind, {}) if kind != _COMMUNE else {code: [code] for code in codes}
        )
        of_codes = [members.get(code, []) for code in codes]
        size = _column(codes, people)
        values = {
            "taille": size,
            "densite": size / np.array([self._surface(inside) for inside in of_codes]),
            "ruralite": np.array(
                [self._shares(inside) for inside in of_codes], dtype=float
            ).reshape(len(codes), len(RURALITIES)),
            "centralite": np.array([self._centrality(inside) for inside in of_codes], dtype=float),
            "croissance": self._growth(kind, codes),
            "emploi": self._jobs(kind, codes),
            "participation": _column(codes, self._snapshot(TURNOUT, kind, self.years.turnout)),
        }
        return Measures(kind, np.array(codes, dtype="U9"), values)

    def _snapshot(self, indicator: str, kind: str, year: int | None) -> Figures:
        return {} if year is None else self.lake.snapshot(indicator, kind, year)

    def _surface(self, inside: Sequence[str]) -> float:
        """Add the surfaces of communes; not known when that of one of them is not."""
        return sum(self.surfaces.get(code, nan) for code in inside) or nan

    def _shares(self, inside: Sequence[str]) -> list[float]:
        """Give the share of the people that lives in each class of ruralité."""
        weights = self._weights(inside, self.ruralities)
        shares = [0.0 if weights else nan] * len(RURALITIES)
        for code, weight in weights.items():
            shares[self.ruralities[code]] += weight
        return shares

    def _centrality(self, inside: Sequence[str]) -> float:
        weights = self._weights(inside, self.centralities)
        return sum(w * self.centralities[c] for c, w in weights.items()) if weights else nan

    def _weights(self, inside: Sequence[str], classes: Mapping[str, int]) -> dict[str, float]:
        """Weigh classified communes by their people; none when they are too few of them."""
        if len(inside) == 1:
            return {code: 1.0 for code in inside if code in classes}
        people = {code: self.people.get(code, 0.0) for code in inside}
        classified = sum(people[code] for code in inside if code in classes)
        if not classified or classified < SMALLEST_COVERAGE * sum(people.values()):
            return {}
        return {code: people[code] / classified for code in inside if code in classes}

    def _growth(self, kind: str, codes: Sequence[str]) -> Floats:
        if self.years.growth is None:
            return np.full(len(codes), nan)
        first, last = (
            _column(codes, self._snapshot(POPULATION, kind, y)) for y in self.years.growth
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            growth = 100 * ((last / first) ** (1 / GROWTH_YEARS) - 1)
        return np.where((first > 0) & (last > 0), growth, nan)

    def _jobs(self, kind: str, codes: Sequence[str]) -> Floats:
        jobs = _column(codes, self._snapshot(JOBS, kind, self.years.jobs))
        people = _column(codes, self._snapshot(POPULATION, kind, self.years.jobs))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = 100 * jobs / people
        return np.where(people > 0, ratio, nan)


def _rank(label: str, classes: Sequence[str]) -> int | None:
    return classes.index(label) if label in classes else None


def _column(codes: Sequence[str], figures: Figures) -> Floats:
    values = np.array([figures.get(code, nan) for code in codes], dtype=float)
    values[~np.isfinite(values)] = nan
    return values
