"""A simulated scenario with known true effects, on the real communes of today.

It serves only where no official source can be reached. Territories are real; programmes, dates and
figures are drawn from a seed. Its readings have the shape of real ones, and say they are simulated.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np

from . import catalogue
from .country import Country
from .fetch import FetchedSource
from .reading import CoverageRow, Label, Observations, Reading
from .report import Severity, ValidationReport
from .scenario import Places, TrueEffect, Truth, get_truth
from .simulated_figures import simulate_jobs, simulate_population, simulate_turnout

__all__ = ["TrueEffect", "Truth", "choose_places", "get_truth", "simulated_readings"]

_VERSION = "1"
_ANNOUNCED_ON = date(2023, 11, 24)


@dataclass(frozen=True)
class _List:
    """A list of one programme: how many communes, of what size, entering when, in what waves."""

    programme: str
    size: int
    population: tuple[int, int]
    waves: tuple[date | None, ...]
    is_exclusive: bool = True


_LISTS = (
    _List("acv", 230, (10_000, 100_000), (date(2018, 9, 28), date(2019, 6, 14))),
    _List("pvd", 1_600, (1_000, 20_000), (date(2021, 5, 28), date(2021, 11, 5), date(2022, 3, 18))),
    _List(
        "france-services",
        2_400,
        (500, 20_000),
        tuple(date(year, month, 1) for year in range(2020, 2025) for month in (2, 9)),
    ),
    _List("va", 2_400, (100, 3_500), (_ANNOUNCED_ON,)),
    _List(
        "ort", 1_800, (2_000, 100_000), (date(2019, 12, 13), date(2023, 2, 20)), is_exclusive=False
    ),
)
_UNDATED_SIZE = 60


def simulated_readings(country: Country, *, seed: int = 2026) -> tuple[Reading, ...]:
    """Give the scenario as readings, to be stored and loaded like those of official sources.

    Parameters
    ----------
    country
        The real territories; their own readings come first, marked as simulated like the rest.
    seed
        The same seed gives the same scenario to the last digit.

    Returns
    -------
    tuple of Reading
        Territories, the lists of programmes, the three sources of series, the three zonings.
        There is no contour: a contour is never invented.
    """
    rng = np.random.default_rng(seed)
    places = choose_places(country)
    readings = [replace(reading, is_simulated=True) for reading in country.readings]
    readings += _simulate_lists(country, places, rng, seed)
    readings += [
        _as_reading(
            "population-communes", seed, observations=simulate_population(country, places, rng)
        ),
        _as_reading("emploi-prive-urssaf", seed, observations=simulate_jobs(country, places, rng)),
        _as_reading(
            "participation-elections", seed, observations=simulate_turnout(country, places, rng)
        ),
    ]
    return (*readings, *_simulate_zonings(places, seed))


def choose_places(country: Country) -> Places:
    """Give the communes of the scenario; nobody has entered any programme yet."""
    epci = {m.child_code: m.parent_code for m in country.memberships if m.parent_kind == "EPCI"}
    communes = [row for row in country.communes if row.population and row.zone != "com"]
    codes = np.array([row.code for row in communes])
    groups = np.unique([epci.get(row.code, row.code) for row in communes], return_inverse=True)[1]
    return Places(codes, np.array([float(row.population or 0) for row in communes]), groups)


def _as_reading(
    slug: str,
    seed: int,
    *,
    coverages: Sequence[CoverageRow] = (),
    labels: Sequence[Label] = (),
    observations: Observations | None = None,
) -> Reading:
    source = catalogue.get_source(slug)
    digest = hashlib.sha256(f"{slug} {seed} {_VERSION}".encode()).hexdigest()
    fetched = FetchedSource(slug, {}, digest, f"scénario simulé (graine {seed})", datetime.now(UTC))
    n_rows = len(coverages) or len(labels) or (observations.n_rows if observations else 0)
    report = ValidationReport(slug, n_rows=n_rows, n_kept=n_rows)
    report.add(
        Severity.NOTE, "simulation", "Données simulées : aucune source officielle n’a été lue."
    )
    return Reading(
        source,
        fetched,
        report,
        tuple(coverages),
        observations,
        tuple(labels),
        is_simulated=True,
        programmes=source.programmes,
    )


def _simulate_lists(
    country: Country, places: Places, rng: np.random.Generator, seed: int
) -> Iterator[Reading]:
    """Draw who enters which programme, and when; a commune is in one dated programme at most."""
    free = np.ones(len(places.codes), dtype=bool)
    for drawn in _LISTS:
        low, high = drawn.population
        pool = np.flatnonzero(
            (places.population >= low)
            & (places.population <= high)
            & (free if drawn.is_exclusive else True)
        )
        chosen = rng.permutation(pool)[: min(drawn.size, len(pool) // 2)]
        free[chosen] &= not drawn.is_exclusive
        waves = {int(n): drawn.waves[k % len(drawn.waves)] for k, n in enumerate(chosen)}
        places.entered[drawn.programme] = {n: day for n, day in waves.items() if day is not None}
        rows = [
            _coverage(country, drawn.programme, rank, str(places.codes[n]), day)
            for rank, (n, day) in enumerate(sorted(waves.items()), start=1)
        ]
        yield _as_reading(drawn.programme, seed, coverages=rows)
    epcis = [row for row in country.territories if row.kind == "EPCI"]
    for programme, size in (("ti-2018", 149), ("ti-2023", 183)):
        drawn_epcis = rng.permutation(len(epcis))[:size]
        rows = [
            CoverageRow(programme, f"{programme}-{n}", epcis[k].name, "EPCI", epcis[k].code,
                        epcis[k].code, "COVERED")
            for n, k in enumerate(sorted(drawn_epcis), start=1)
        ]  # fmt: skip
        yield _as_reading(programme, seed, coverages=rows)
    yield _as_reading("crte", seed, coverages=list(_crte(country)))
    rows = [
        _coverage(country, programme, rank, str(places.codes[n]), None)
        for programme in catalogue.get_source("autres-dispositifs").programmes
        for rank, n in enumerate(rng.permutation(len(places.codes))[:_UNDATED_SIZE], start=1)
    ]
    yield _as_reading("autres-dispositifs", seed, coverages=rows)


def _coverage(
    country: Country, programme: str, rank: int, code: str, day: date | None
) -> CoverageRow:
    slug = (
        programme if programme in {s.slug for s in catalogue.PROGRAMMES} else "autres-dispositifs"
    )
    role = catalogue.get_source(slug).role.value
    name = country.by_key["COMMUNE", code].name
    return CoverageRow(programme, f"{programme}-{rank}", name, "COMMUNE", code, code, role, day)


def _crte(country: Country) -> Iterable[CoverageRow]:
    """Cover the communes of each EPCI by one contract."""
    for membership in country.memberships:
        if membership.child_kind == "COMMUNE" and membership.parent_kind == "EPCI":
            code, epci = membership.child_code, membership.parent_code
            name = f"Contrat {country.by_key['EPCI', epci].name}"
            yield CoverageRow("crte", f"crte-{epci}", name, "COMMUNE", code, code, "COVERED")


_DENSITIES = (
    (200, "Rural à habitat très dispersé"),
    (1_000, "Rural à habitat dispersé"),
    (3_500, "Bourgs ruraux"),
    (10_000, "Petites villes"),
    (50_000, "Centres urbains intermédiaires"),
    (10**9, "Grands centres urbains"),
)
_RURALITIES = (
    (2_000, "Les ruralités résidentielles mixtes"),
    (10_000, "Les petites polarités mixtes"),
    (10**9, "Hors champ : DOM ou commune urbaine"),
)
_CENTRALITIES = (
    (500, "Communes non centre"),
    (3_500, "Centre local d'équipements et de services"),
    (15_000, "Centre intermédiaire d'équipements et de services"),
    (50_000, "Centre structurant d'équipements et de services"),
    (10**9, "Centre majeur d'équipements et de services"),
)


def _simulate_zonings(places: Places, seed: int) -> Iterator[Reading]:
    """Class the communes by their size alone."""
    scales = {"densite": _DENSITIES, "ruralite": _RURALITIES, "centralite": _CENTRALITIES}
    for slug, scale in scales.items():
        labels = [
            Label(slug, str(code), next(label for limit, label in scale if size < limit))
            for code, size in zip(places.codes, places.population.tolist(), strict=True)
        ]
        yield _as_reading(slug, seed, labels=labels)
