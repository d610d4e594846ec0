"""The verdict rule: every branch, their order, their boundaries, and the words of each."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from jalon.evaluations import rules
from jalon.evaluations.enums import Registration, Verdict
from jalon.evaluations.rules import Effect, Evidence, Question, judge

QUESTION = Question(
    programme="Action cœur de ville",
    indicator="l’emploi privé",
    expected="UP",
    transform="LOG",
    smallest_effect=0.02,
)
NULL = Effect(att=0.001, se=0.004, ci_low=-0.007, ci_high=0.009)
SOLID = Evidence(
    unfit="",
    n_treated=208,
    n_controls=580,
    n_pre_periods=4,
    effect=NULL,
    pretrend_p=0.4,
    pre_effects=(0.001, -0.001),
)


def with_interval(low: float, high: float) -> Evidence:
    """Give solid evidence with another interval."""
    middle = (low + high) / 2
    return replace(SOLID, effect=Effect(att=middle, se=0.004, ci_low=low, ci_high=high))


class TestVerdict:
    """One line per branch and boundary, from the top of the rule to its bottom."""

    @pytest.mark.parametrize(
        ("evidence", "verdict"),
        [
            (replace(SOLID, unfit="les chiffres sont lissés"), Verdict.NOT_EVALUABLE),
            (replace(SOLID, n_treated=19), Verdict.NOT_EVALUABLE),
            (replace(SOLID, n_treated=20), Verdict.NOT_DETECTED),
            (replace(SOLID, n_treated=0), Verdict.NOT_EVALUABLE),
            (replace(SOLID, n_controls=0), Verdict.NOT_EVALUABLE),
            (replace(SOLID, n_controls=19), Verdict.NOT_EVALUABLE),
            (replace(SOLID, n_controls=20), Verdict.NOT_DETECTED),
            (replace(SOLID, n_pre_periods=1), Verdict.NOT_EVALUABLE),
            (replace(SOLID, n_pre_periods=2), Verdict.NOT_DETECTED),
            (replace(SOLID, effect=None), Verdict.NOT_EVALUABLE),
            (replace(SOLID, pretrend_p=0.0499), Verdict.INCONCLUSIVE),
            (replace(SOLID, pretrend_p=0.05), Verdict.NOT_DETECTED),
            (replace(SOLID, pretrend_p=None), Verdict.INCONCLUSIVE),
            (with_interval(-0.01, 0.02), Verdict.INCONCLUSIVE),
            (with_interval(-0.01, 0.0199), Verdict.NOT_DETECTED),
            (with_interval(-0.02, 0.01), Verdict.INCONCLUSIVE),
            (with_interval(-0.0199, 0.01), Verdict.NOT_DETECTED),
            (with_interval(-0.05, 0.05), Verdict.INCONCLUSIVE),
            (with_interval(0.0, 0.01), Verdict.NOT_DETECTED),
            (with_interval(-0.01, 0.0), Verdict.NOT_DETECTED),
            (with_interval(0.001, 0.015), Verdict.INCONCLUSIVE),
            (with_interval(0.03, 0.09), Verdict.INCONCLUSIVE),
            (with_interval(-0.09, -0.03), Verdict.INCONCLUSIVE),
        ],
    )
    def test_is_the_one_of_the_rule(self, evidence, verdict):
        assert judge(QUESTION, evidence).verdict is verdict

    def test_never_announces_an_effect_before_sensitivity_exists(self):
        enormous = replace(SOLID, effect=Effect(att=0.5, se=0.001, ci_low=0.498, ci_high=0.502))

        judgement = judge(QUESTION, enormous)

        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert "sensibilité n’est pas encore établie" in judgement.reason


class TestPrecedence:
    """When several branches hold, the highest one gives the reason."""

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"unfit": "lissé", "n_treated": 3}, "Lissé."),
            ({"n_treated": 3, "n_controls": 0}, "Trop peu de territoires"),
            ({"n_controls": 0, "n_pre_periods": 0}, "Aucun territoire comparable"),
            ({"n_pre_periods": 1, "pretrend_p": 0.001}, "Trop peu d’observations"),
            ({"effect": None, "pretrend_p": 0.001}, "pas estimable"),
            ({"pretrend_p": 0.001}, "Avant même d’entrer"),
        ],
    )
    def test_gives_the_first_reason(self, changes, reason):
        wide = replace(with_interval(-0.05, 0.05), **changes)

        assert reason in judge(QUESTION, wide).reason

    def test_speaks_of_earlier_trends_before_an_effect(self):
        both = replace(with_interval(0.03, 0.09), pretrend_p=0.01)

        assert "Avant même d’entrer" in judge(QUESTION, both).reason


class TestWords:
    def test_says_what_was_not_detected_with_its_figures(self):
        judgement = judge(QUESTION, SOLID)

        assert judgement.sentence == (
            "On n’a détecté aucun effet du programme Action cœur de ville sur l’emploi privé."
        )
        assert "+0,1\u202f%" in judgement.reason
        assert "[−0,7\u00a0;\u00a0+0,9]\u202f%" in judgement.reason
        assert "±2,0\u202f%" in judgement.reason
        assert "détectable était de ±1,1\u202f%" in judgement.reason

    @pytest.mark.parametrize(
        ("pre_effects", "expected", "words"),
        [
            ((-0.01, -0.02), "UP", "moins favorablement"),
            ((0.01, 0.02), "UP", "plus favorablement"),
            ((0.01, 0.02), "DOWN", "moins favorablement"),
            ((-0.01, 0.02), "UP", "compare. L’écart"),
        ],
    )
    def test_says_which_way_earlier_years_went_when_they_agree(self, pre_effects, expected, words):
        evidence = replace(SOLID, pretrend_p=0.0001, pre_effects=pre_effects)

        judgement = judge(replace(QUESTION, expected=expected), evidence)

        assert words in judgement.reason
        assert "p\u00a0<\u00a00,001" in judgement.reason

    @pytest.mark.parametrize(
        ("effect", "expected", "way"),
        [(0.05, "UP", "attendu"), (-0.05, "UP", "contraire"), (-0.05, "DOWN", "attendu")],
    )
    def test_says_whether_a_gap_goes_the_way_expected(self, effect, expected, way):
        evidence = replace(SOLID, effect=Effect(effect, 0.01, effect - 0.02, effect + 0.02))

        judgement = judge(replace(QUESTION, expected=expected), evidence)

        assert f"dans le sens {way}" in judgement.reason

    def test_writes_turnout_in_points(self):
        question = replace(QUESTION, transform="LEVEL", smallest_effect=1.0)
        evidence = replace(SOLID, effect=Effect(0.6, 0.75, -0.9, 2.1))

        judgement = judge(question, evidence)

        assert "[−0,9\u00a0;\u00a0+2,1]\u00a0points" in judgement.reason
        assert "±1,0\u00a0point," in judgement.reason
        assert "±2,1\u00a0points" in judgement.reason

    @pytest.mark.parametrize(
        ("p_value", "text"),
        [(0.0004, "p < 0,001"), (0.001, "p = 0,001"), (0.0432, "p = 0,043"), (0.5, "p = 0,50")],
    )
    def test_writes_a_p_value(self, p_value, text):
        assert rules.write_p_value(p_value).replace("\u00a0", " ") == text


class TestRegister:
    FROZEN_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def decide(self, **changes):
        """Register a plan whose last outcome is still to come, but for what changes."""
        known = {
            "frozen_at": self.FROZEN_AT,
            "last_published_on": date(2027, 5, 1),
            "last_imported_at": None,
            "has_earlier_results": False,
        }
        return rules.register(**{**known, **changes})

    def test_is_prospective_before_the_last_outcome_is_public(self):
        assert self.decide() is Registration.PROSPECTIVE

    @pytest.mark.parametrize(
        "changes",
        [
            {"last_published_on": date(2026, 11, 23)},
            {"last_published_on": date(2025, 5, 1)},
            {"last_imported_at": datetime(2026, 11, 23, 12, tzinfo=UTC)},
            {"has_earlier_results": True},
        ],
    )
    def test_is_retrospective_as_soon_as_the_outcome_could_be_known(self, changes):
        assert self.decide(**changes) is Registration.RETROSPECTIVE

    def test_stays_prospective_when_the_outcome_is_imported_later(self):
        later = datetime(2027, 6, 1, tzinfo=UTC)

        assert self.decide(last_imported_at=later) is Registration.PROSPECTIVE
