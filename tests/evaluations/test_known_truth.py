"""The simulated scenario, whose true effects are known, through the declared plans."""

from collections import defaultdict

import numpy as np
import pytest
from scipy.stats import binom

from jalon.causal import Columns, Options, Panel, estimate
from jalon.evaluations import estimation
from jalon.evaluations.declarations import read_plans
from jalon.evaluations.enums import Verdict
from jalon.evaluations.samples import Readings, build_sample
from jalon.indicators.catalogue import get_card
from jalon.lake.catalogue import get_source
from jalon.lake.country import Country, read_country
from jalon.lake.fetch import Places, fetch
from jalon.lake.scenario import get_truth
from jalon.lake.simulate import choose_places, simulated_readings
from jalon.lake.simulated_figures import JOBS_PERIODS, draw_jobs

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


class TestScenarioDrawnAgain:
    """The same territories and programmes, two hundred draws of private jobs."""

    @pytest.mark.parametrize("programme", ["acv", "pvd"])
    def test_intervals_contain_the_truth_as_often_as_announced(self, programme, country, readings):
        places = choose_places(country)
        ranks = {code: rank for rank, code in enumerate(places.codes.tolist())}
        for code in ("acv", "pvd"):
            entries = readings.entries[code]
            places.entered[code] = {ranks[c]: day for c, day in entries.items() if day}
        entered = places.entered[programme]
        other = places.entered["pvd" if programme == "acv" else "acv"]
        smallest, largest = np.sort(places.population[list(entered)])[[0, -1]]
        kept = np.array([
            rank
            for rank, size in enumerate(places.population)
            if smallest <= size <= largest and rank not in other
        ])  # fmt: skip
        truth = get_truth().effect(programme, "emploi-prive")
        frame = {
            "commune": np.repeat(kept, len(JOBS_PERIODS)),
            "annee": np.tile(np.array(JOBS_PERIODS), len(kept)),
            "entree": np.repeat(
                [entered[rank].year if rank in entered else 0 for rank in kept], len(JOBS_PERIODS)
            ),
            "epci": np.repeat(places.epci[kept], len(JOBS_PERIODS)),
        }
        columns = Columns(
            unit="commune", period="annee", cohort="entree", outcomes=("emploi",), cluster="epci"
        )

        pointwise: dict[int, int] = defaultdict(int)
        simultaneous = 0
        for seed in range(SEEDS):
            jobs = np.log(draw_jobs(places, np.random.default_rng(seed))[kept])
            panel = Panel.from_table(frame | {"emploi": jobs.ravel()}, columns)
            analytic = estimate(panel, "emploi", Options(draws=0)).dynamic.points
            for point in (p for p in analytic if p.label >= 0):
                pointwise[point.label] += holds(
                    point.estimate, truth.at(np.array([int(point.label)]))
                )
            band = estimate(panel, "emploi", Options(draws=499, seed=seed)).dynamic.points
            simultaneous += all(holds(p.estimate, truth.at(np.array([int(p.label)]))) for p in band)

        low, high = binom.interval(0.99, SEEDS, 0.95)
        assert {e: n for e, n in pointwise.items() if not low <= n <= high} == {}
        assert low <= simultaneous <= high


def holds(estimate, truth) -> bool:
    return bool(estimate.ci_low <= truth[0] <= estimate.ci_high)
