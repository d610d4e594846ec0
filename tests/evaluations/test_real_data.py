"""What the declared plans say on the official files: nothing that the data cannot bear."""

import json

import pytest

from tests.homes import run_jalon

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def printed(mirror, jalon_home) -> str:
    """Run `jalon evaluate` where `jalon demo` already did: the published results are kept."""
    return run_jalon("evaluate", "--format", "json", home=jalon_home)


@pytest.fixture(scope="module")
def answers(printed) -> dict[str, dict]:
    return {answer["id"].rsplit("-v", 1)[0]: answer for answer in json.loads(printed)}


class TestOnOfficialFiles:
    def test_announces_no_effect(self, answers):
        verdicts = {answer["verdict"] for answer in answers.values()}

        assert len(answers) == 15
        assert verdicts == {"INCONCLUSIVE", "NOT_DETECTED", "NOT_EVALUABLE"}

    def test_shows_every_plan_as_exploratory(self, answers):
        assert {answer["registration"] for answer in answers.values()} == {"RETROSPECTIVE"}

    def test_does_not_conclude_on_acv_and_jobs(self, answers):
        acv = answers["acv-emploi-prive"]

        assert acv["verdict"] == "INCONCLUSIVE"
        assert acv["n_treated"] >= 200

    def test_finds_an_honest_null_for_france_services_early_against_later(self, answers):
        waves = answers["france-services-vagues-emploi-prive"]

        assert waves["pretrends"]["p_value"] > 0.05
        assert waves["verdict"] == "NOT_DETECTED"
        assert waves["mde"] < waves["smallest_effect_of_interest"]

    @pytest.mark.parametrize("programme", ["acv", "pvd", "france-services", "va"])
    def test_refuses_to_read_a_yearly_effect_in_a_smoothed_population(self, answers, programme):
        population = answers[f"{programme}-population"]

        assert population["verdict"] == "NOT_EVALUABLE"
        assert "moyenne de cinq années" in population["reason"]
        assert population["effect"] is None

    def test_finds_too_few_years_after_villages_d_avenir(self, answers):
        jobs = answers["va-emploi-prive"]

        assert jobs["verdict"] == "NOT_EVALUABLE"
        assert "il en faut au moins 2" in jobs["reason"]

    def test_prints_the_same_when_run_again(self, printed, jalon_home):
        assert run_jalon("evaluate", "--format", "json", home=jalon_home) == printed
