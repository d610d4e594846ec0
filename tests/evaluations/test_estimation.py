"""From sample to verdict: the known effect is found, and what cannot be answered is refused."""

from dataclasses import replace

import numpy as np
import pytest

from jalon.evaluations import estimation
from jalon.evaluations.enums import Verdict
from jalon.evaluations.samples import build_sample
from jalon.indicators.catalogue import get_card
from tests.evaluations.small_country import (
    EFFECT,
    TREATED,
    small_country,
    small_plan,
    with_entries,
    with_value,
)

JOBS = get_card("emploi-prive")


def answer(plan=None, readings=None, card=JOBS):
    """Answer the small plan on the small country, but for what is given."""
    plan = plan or small_plan()
    sample = build_sample(plan, readings or small_country(), card)
    return estimation.answer(plan=plan, card=card, programme="Action cœur de ville", sample=sample)


class TestAnswer:
    def test_recovers_the_known_effect(self):
        effect = answer().result["effect"]

        assert effect["att"] == pytest.approx(EFFECT, abs=0.002)
        assert effect["ci_low"] < EFFECT < effect["ci_high"]

    def test_withholds_an_effect_whose_sensitivity_is_unknown(self):
        judgement = answer().judgement

        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert "sensibilité" in judgement.reason
        assert "sens attendu" in judgement.reason

    def test_gives_the_same_digits_twice(self):
        assert answer().result == answer().result

    def test_gives_everything_a_reader_may_check(self):
        result = answer().result

        assert result["mde"] == pytest.approx(2.8 * result["effect"]["se"])
        assert result["impact"]["se_kind"] == "bootstrap"
        assert result["impact"]["band"] == "simultaneous"
        assert result["cohorts"] == [
            {"cohort": 2018, "period": 2018, "n": 22, "median_entry": "2018-09-28"}
        ]
        assert result["seed"] == small_plan().seed


class TestNotEvaluable:
    def test_when_the_indicator_is_smoothed_and_nothing_is_estimated(self):
        sample = build_sample(small_plan(), small_country(), JOBS)

        found = estimation.answer(
            plan=small_plan(), card=get_card("population"), programme="X", sample=sample
        )

        assert found.judgement.verdict is Verdict.NOT_EVALUABLE
        assert "moyenne de cinq années" in found.judgement.reason
        assert found.result["impact"] is None
        assert found.result["effect"] is None

    def test_when_too_few_years_have_passed(self):
        found = answer(small_plan(horizon=0))

        assert "il en faut au moins 2" in found.judgement.reason
        assert found.judgement.verdict is Verdict.NOT_EVALUABLE

    def test_when_nobody_is_left_to_compare_to(self):
        found = answer(small_plan(control="notyet", outside=[]))

        assert found.judgement.verdict is Verdict.NOT_EVALUABLE
        assert "Aucun territoire comparable" in found.judgement.reason

    def test_when_the_programme_has_too_few_communes(self):
        few = with_entries(acv=dict.fromkeys(TREATED[:3]))

        found = answer(small_plan(min_cohort=2), few)

        assert "Trop peu de territoires" in found.judgement.reason
        assert ": 19," in found.judgement.reason.replace("\u00a0", " ")

    def test_when_only_one_observation_comes_before(self):
        found = answer(small_plan(periods=(2017, 2018, 2019, 2020)))

        assert "Trop peu d’observations précèdent" in found.judgement.reason

    def test_when_a_later_value_has_no_logarithm(self):
        found = answer(readings=with_value("emploi-prive", 2020, **{f"c{TREATED[0]}": None}))

        assert found.judgement.verdict is Verdict.NOT_EVALUABLE
        assert "logarithme" in found.judgement.reason

    def test_when_the_sample_could_not_be_built(self):
        found = estimation.answer(
            plan=small_plan(), card=JOBS, programme="X", sample=None,
            unfit="les chiffres de 2027 ne sont pas encore connus",
        )  # fmt: skip

        assert found.judgement.reason == "Les chiffres de 2027 ne sont pas encore connus."
        assert found.result["periods"] == []

    def test_when_the_engine_refuses(self, monkeypatch):
        def refuse(plan, sample):
            raise estimation.CausalError("Rien à comparer.")

        monkeypatch.setattr(estimation, "estimate", refuse)

        assert answer().judgement.reason == "Rien à comparer."


class TestBalance:
    def test_weighs_the_comparison_communes_like_the_treated(self):
        sample = build_sample(small_plan(), small_country(), JOBS)
        rng = np.random.default_rng(5)
        size = rng.normal(0, 1, len(sample.codes)) + 0.6 * sample.treated

        found = estimation.balance(
            replace(
                sample, covariates=size[:, None], covariate_names=("t",), covariate_labels=("T",)
            )
        )

        (row,) = found["rows"]
        raw, weighted = row["standardised_difference"], row["weighted_standardised_difference"]
        assert abs(raw) > 0.3
        assert abs(weighted) < abs(raw) / 2
        assert found["effective_controls"] < sample.n_controls

    def test_has_no_row_without_covariate(self):
        sample = build_sample(small_plan(), small_country(), JOBS)

        found = estimation.balance(sample)

        assert found == {"rows": [], "effective_controls": pytest.approx(26)}


class TestCodeFingerprint:
    def test_changes_with_the_card(self):
        assert estimation.code_fingerprint(JOBS) != estimation.code_fingerprint(
            get_card("population")
        )

    def test_is_the_same_twice(self):
        assert estimation.code_fingerprint(JOBS) == estimation.code_fingerprint(JOBS)
