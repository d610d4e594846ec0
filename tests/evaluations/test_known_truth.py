"""The simulated scenario, whose true effects are known, through the declared plans."""

from collections import defaultdict

import pytest

from jalon.evaluations import estimation
from jalon.evaluations.declarations import read_plans
from jalon.evaluations.enums import Verdict
from jalon.evaluations.samples import Readings, build_sample
from jalon.indicators.catalogue import get_card
from jalon.lake.catalogue import get_source
from jalon.lake.country import Country, read_country
from jalon.lake.fetch import Places, fetch
from jalon.lake.scenario import get_truth
from jalon.lake.simulate import simulated_readings

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
