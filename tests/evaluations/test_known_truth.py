"""The simulated scenario, whose true effects are known, through the declared plans."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from jalon.causal import Columns, Options, Panel, estimate
from jalon.evaluations import estimation
from jalon.evaluations.declarations import read_plans
from jalon.evaluations.enums import Verdict
from jalon.evaluations.samples import Readings, build_sample
from jalon.indicators.catalogue import get_card
from jalon.lake import scenario
from jalon.lake.catalogue import get_source
from jalon.lake.country import Country, read_country
from jalon.lake.fetch import Places, fetch
from jalon.lake.scenario import TrueEffect, get_truth
from jalon.lake.simulate import choose_places, simulated_readings
from jalon.lake.simulated_figures import (
    JOBS_PERIODS,
    days_of_rounds,
    draw_jobs,
    draw_turnout,
)

pytestmark = pytest.mark.slow
# Twelve plans and some hundred and twenty points are looked at together.
STANDARD_ERRORS = 4
PLANS = [plan for plan in read_plans() if not get_card(plan.indicator).fitness.is_smoothed]


@pytest.fixture(scope="module")
def country(decoupage, tmp_path_factory) -> Country:
    """Read the real territories from their package."""
    places = Places(home=tmp_path_factory.mktemp("truth"), mirror=None, package=decoupage)
    territories = fetch(get_source("territoires"), places, is_online=False)
    return read_country({"territoires": territories})


@pytest.fixture(scope="module")
def readings(country) -> Readings:
    """Lay the scenario out as the register and the lake would give it."""
    entries, series = defaultdict(dict), defaultdict(dict)
    centralities = {}
    for reading in simulated_readings(country):
        for row in reading.coverages:
            if row.kind == "COMMUNE":
                entries[row.programme][row.code] = row.started_on
        centralities.update(
            {label.code: label.label for label in reading.labels if label.zoning == "centralite"}
        )
        if reading.observations:
            rows = reading.observations.connection.execute(
                f"SELECT indicator, period, code, value FROM {reading.observations.table} "  # noqa: S608
                "WHERE grain = 'COMMUNE'"
            )
            for indicator, period, code, value in rows.fetchall():
                series[indicator, period][code] = value
    epcis = {m.child_code: m.parent_code for m in country.memberships if m.parent_kind == "EPCI"}
    return Readings(entries=entries, series=series, centralities=centralities, epcis=epcis)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
class TestEveryPlan:
    def test_finds_the_true_effects_and_announces_none(self, plan, readings):
        card = get_card(plan.indicator)
        truth = get_truth().effect(plan.design.programme, plan.indicator)
        sample = build_sample(plan, readings, card)

        found = estimation.answer(plan=plan, card=card, programme="X", sample=sample)

        if estimation.why_unfit(plan, card, sample):
            assert found.judgement.verdict is Verdict.NOT_EVALUABLE
            return
        events = found.result["impact"]["dynamic"]["event"]
        for event in events:
            assert abs(event["att"] - truth.at(event["event_time"])) < STANDARD_ERRORS * event["se"]
        assert found.judgement.verdict not in {Verdict.FAVOURABLE, Verdict.UNFAVOURABLE}


SEEDS = 200


@dataclass(frozen=True)
class Drawn:
    """One true effect on its own communes: when each entered, and how its figures are drawn.

    `first` is the rank of the first observation after entry, 0 for a commune compared to.
    """

    effect: TrueEffect
    places: scenario.Places
    kept: NDArray[np.int64]
    first: NDArray[np.int64]
    n_periods: int

    @classmethod
    def of(cls, effect: TrueEffect, country: Country, readings: Readings) -> "Drawn":
        """Keep the communes of the sizes of the programme that no other effect touches."""
        places = choose_places(country)
        ranks = {code: rank for rank, code in enumerate(places.codes.tolist())}
        for programme in {one.programme for one in get_truth().effects}:
            entries = readings.entries[programme]
            places.entered[programme] = {ranks[c]: day for c, day in entries.items() if day}
        entered = places.entered[effect.programme]
        same = {one.programme for one in get_truth().effects if one.indicator == effect.indicator}
        touched = {rank for programme in same for rank in places.entered[programme]}
        smallest, largest = np.sort(places.population[list(entered)])[[0, -1]]
        is_of_size = (places.population >= smallest) & (places.population <= largest)
        kept = np.array([r for r in np.flatnonzero(is_of_size) if r in entered or r not in touched])
        days = observed_days(effect.indicator)
        first = [
            next((n for n, day in enumerate(days, start=1) if day >= entered[rank]), 0)
            if rank in entered
            else 0
            for rank in kept
        ]
        return cls(effect, places, kept, np.array(first), len(days))

    def draw(self, seed: int) -> NDArray[np.float64]:
        """Draw the figures of the indicator once, in the unit of the effect."""
        rng = np.random.default_rng(seed)
        if self.effect.indicator == "emploi-prive":
            return np.log(draw_jobs(self.places, rng)[self.kept])
        _, voters, registered = draw_turnout(self.places, rng)[self.effect.indicator]
        assert registered is not None
        return (100 * voters / registered)[self.kept]

    def panel(self, seed: int) -> Panel:
        """Lay one draw out as a panel."""
        n = self.n_periods
        table = {
            "commune": np.repeat(self.kept, n),
            "rang": np.tile(np.arange(1, n + 1), len(self.kept)),
            "entree": np.repeat(self.first, n),
            "epci": np.repeat(self.places.epci[self.kept], n),
            "valeur": self.draw(seed).ravel(),
        }
        columns = Columns(
            unit="commune", period="rang", cohort="entree", outcomes=("valeur",), cluster="epci"
        )
        return Panel.from_table(table, columns)

    def at(self, event_time: float) -> float:
        """Give the true effect at an event time."""
        return float(self.effect.at(np.array([int(event_time)]))[0])

    @property
    def overall(self) -> float:
        """Mean true effect for an entered commune, over what is observed after: the verdict's."""
        entered = self.first[self.first > 1]
        after = [np.arange(self.n_periods - first + 1) for first in entered]
        return float(np.mean([self.effect.at(event_times).mean() for event_times in after]))


def observed_days(indicator: str) -> list[date]:
    """Give the days on which the scenario observes an indicator."""
    if indicator == "emploi-prive":
        return [date(year, 12, 31) for year in JOBS_PERIODS]
    return days_of_rounds()[indicator]


class TestScenarioDrawnAgain:
    """The same territories and programmes, two hundred draws of the figures of each true effect."""

    @pytest.mark.parametrize(
        "effect", get_truth().effects, ids=lambda effect: f"{effect.programme}-{effect.indicator}"
    )
    def test_intervals_contain_the_truth_as_often_as_announced(self, effect, country, readings):
        drawn = Drawn.of(effect, country, readings)

        held: Counter[str] = Counter()
        for seed in range(SEEDS):
            panel = drawn.panel(seed)
            analytic = estimate(panel, "valeur", Options(draws=0))
            for point in (p for p in analytic.dynamic.points if p.label >= 0):
                held[f"at {point.label:g}"] += holds(point.estimate, drawn.at(point.label))
            simultaneous = estimate(panel, "valeur", Options(draws=499, seed=seed))
            held["overall"] += holds(simultaneous.group.overall, drawn.overall)
            held["band"] += all(
                holds(p.estimate, drawn.at(p.label)) for p in simultaneous.dynamic.points
            )

        low, high = binom.interval(0.99, SEEDS, 0.95)
        assert {what: n for what, n in held.items() if not low <= n <= high} == {}
        assert held["overall"] > 0


def holds(estimate, truth) -> bool:
    return bool(estimate.ci_low <= truth <= estimate.ci_high)
