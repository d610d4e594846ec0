"""Figures of the simulated scenario: parallel trends, noise, and the true effects."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .aggregate import add_larger_territories, load_country
from .country import Country
from .parquetfile import connect
from .reading import Observations
from .report import ValidationReport
from .scenario import Floats, Places, get_truth
from .series import ROUNDS, get_indicator_of_round

JOBS_PERIODS = tuple(range(2014, 2025))
_POPULATION_PERIODS = (1968, 1975, 1982, 1990, 1999, *range(2006, 2024))


def _effects(places: Places, indicator: str, days: Sequence[date]) -> Floats:
    """Add up the true effects on an indicator, (communes, observations)."""
    total = np.zeros((len(places.codes), len(days)))
    for effect in get_truth().effects:
        if effect.indicator == indicator:
            for place, entered_on in places.entered[effect.programme].items():
                first = sum(day < entered_on for day in days)
                total[place] += effect.at(np.arange(len(days)) - first)
    return total


def _shocks(places: Places, n_periods: int, rng: np.random.Generator, scale: float) -> Floats:
    """Draw noise: half common to the communes of an EPCI, independent from year to year."""
    common = rng.normal(0, scale / 2, (places.epci.max() + 1, n_periods))
    return common[places.epci] + rng.normal(0, scale, (len(places.codes), n_periods))


def simulate_population(country: Country, places: Places, rng: np.random.Generator) -> Observations:
    """Draw populations: each commune has its own steady growth."""
    years = np.array(_POPULATION_PERIODS)
    growth = rng.normal(0.003, 0.004, len(places.codes))
    logs = np.log(places.population)[:, None] + growth[:, None] * (years - years[-1])
    logs += _shocks(places, len(years), rng, 0.004)
    logs += _effects(places, "population", [date(int(year), 1, 1) for year in years])
    return _observe(country, places, {"population": (years, np.rint(np.exp(logs)), None)})


def draw_jobs(places: Places, rng: np.random.Generator) -> Floats:
    """Draw private jobs, (communes, JOBS_PERIODS): a common trend in logs, and each its level."""
    years = np.array(JOBS_PERIODS)
    share = rng.normal(np.log(0.22), 0.5, len(places.codes))
    logs = np.log(places.population)[:, None] + share[:, None] + 0.012 * (years - years[0])
    logs += _shocks(places, len(years), rng, 0.03)
    logs += _effects(places, "emploi-prive", [date(year, 12, 31) for year in JOBS_PERIODS])
    jobs: Floats = np.rint(np.exp(logs))
    return jobs


def simulate_jobs(country: Country, places: Places, rng: np.random.Generator) -> Observations:
    """Draw private jobs, as observations of every grain."""
    figures = (np.array(JOBS_PERIODS), draw_jobs(places, rng), None)
    return _observe(country, places, {"emploi-prive": figures})


def days_of_rounds() -> dict[str, list[date]]:
    """Give the days of the rounds of each turnout, in order."""
    days: dict[str, list[date]] = {}
    for (kind, _), day in ROUNDS.items():
        days.setdefault(get_indicator_of_round(kind), []).append(day)
    return {indicator: sorted(days[indicator]) for indicator in sorted(days)}


def draw_turnout(
    places: Places, rng: np.random.Generator
) -> dict[str, tuple[NDArray[np.int64], Floats, Floats | None]]:
    """Draw the turnout of each round: a national level and each commune's habit.

    By indicator: the years of its rounds, then voters and registered (communes, rounds).
    """
    registered = np.rint(np.maximum(0.72 * places.population, 5.0))
    figures: dict[str, tuple[NDArray[np.int64], Floats, Floats | None]] = {}
    habit = rng.normal(0, 5, len(places.codes))
    for indicator, observed in days_of_rounds().items():
        national = rng.uniform(48, 72, len(observed))
        rates = habit[:, None] + national + _shocks(places, len(observed), rng, 1.5)
        rates = np.clip(rates + _effects(places, indicator, observed), 5, 98)
        voters = np.rint(registered[:, None] * rates / 100)
        years = np.array([day.year for day in observed])
        figures[indicator] = (years, voters, np.broadcast_to(registered[:, None], voters.shape))
    return figures


def simulate_turnout(country: Country, places: Places, rng: np.random.Generator) -> Observations:
    """Draw the turnout of each round, as observations of every grain."""
    return _observe(country, places, draw_turnout(places, rng))


def _observe(
    country: Country,
    places: Places,
    figures: Mapping[str, tuple[NDArray[np.int64], Floats, Floats | None]],
) -> Observations:
    """Lay figures (or numerators and denominators) out as observations of every grain."""
    connection = connect()
    load_country(connection, country)
    connection.execute(
        "CREATE TABLE observations (indicator TEXT, grain TEXT, code TEXT, period INTEGER, "
        "value DOUBLE, numerator DOUBLE, denominator DOUBLE, status TEXT)"
    )
    for indicator, (years, values, denominators) in figures.items():
        columns = {
            "code": np.repeat(places.codes.astype(object), len(years)),
            "period": np.tile(years, len(places.codes)),
            "figure": values.ravel(),
            "is_ratio": np.full(values.size, denominators is not None),
            "denominator": (values if denominators is None else denominators).ravel(),
        }
        connection.register("drawn", columns)
        connection.execute(
            """
            INSERT INTO observations
            SELECT $indicator, 'COMMUNE', code, period,
                   CASE WHEN is_ratio THEN 100 * figure / denominator ELSE figure END,
                   CASE WHEN is_ratio THEN figure END,
                   CASE WHEN is_ratio THEN denominator END,
                   NULL
            FROM drawn
            """,
            {"indicator": indicator},
        )
        connection.unregister("drawn")
    n_rows = add_larger_territories(connection, ValidationReport("simulation"))
    return Observations(connection, "observations", n_rows)
