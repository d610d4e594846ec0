"""Standard errors, bands and the joint test."""

import json
from typing import Any

import numpy as np
import pytest

from jalon.causal import ImpactResult, Options, estimate, estimate_all, prepare, run
from jalon.causal.inference import draw_multipliers, wald_test
from tests.causal.designs import Design, panel_of, with_holes

DESIGN = Design(n_units=300, n_clusters=80, n_covariates=2)


def result(**options: Any) -> ImpactResult:
    return estimate(panel_of(DESIGN.table(seed=3)), "emploi", Options(**options))


def errors(one: ImpactResult) -> list[float]:
    return [point.estimate.se or 0.0 for point in one.dynamic.points]


class TestMultipliers:
    @pytest.mark.parametrize("law", ["rademacher", "mammen", "gaussian"])
    def test_have_mean_zero_and_variance_one(self, law: Any) -> None:
        draws = draw_multipliers(np.eye(20), Options(draws=20_000, multipliers=law))

        assert draws.mean(axis=0) == pytest.approx(np.zeros(20), abs=0.03)
        assert np.cov(draws, rowvar=False) == pytest.approx(np.eye(20), abs=0.04)

    def test_of_rademacher_are_signs(self) -> None:
        draws = draw_multipliers(np.eye(13), Options(draws=50))

        assert set(np.unique(draws)) == {-1.0, 1.0}

    def test_do_not_depend_on_the_memory_at_hand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        influence = np.random.default_rng(0).standard_normal((37, 4))
        whole = draw_multipliers(influence, Options(draws=100))

        monkeypatch.setattr("jalon.causal.inference._BLOCK", 37 * 7)

        assert draw_multipliers(influence, Options(draws=100)) == pytest.approx(whole, abs=1e-12)

    @pytest.mark.parametrize("law", ["rademacher", "mammen", "gaussian"])
    def test_give_the_analytic_errors_in_the_long_run(self, law: str) -> None:
        bootstrapped = result(draws=20_000, multipliers=law)

        assert errors(bootstrapped) == pytest.approx(errors(result(draws=0)), rel=0.04)


class TestBands:
    def test_are_simultaneous_when_drawn(self) -> None:
        drawn = result(draws=999)

        assert (drawn.se_kind, drawn.band) == ("bootstrap", "simultaneous")
        assert drawn.dynamic.critical_value > 2.2
        # Nine effects by cohort and period are more than seven event times.
        assert drawn.critical_value > drawn.dynamic.critical_value

    def test_are_pointwise_without_draws(self) -> None:
        analytic = result(draws=0, alpha=0.1)

        assert (analytic.se_kind, analytic.band) == ("analytic", "pointwise")
        assert analytic.critical_value == pytest.approx(1.6448536269514722)
        assert analytic.dynamic.critical_value == analytic.critical_value

    def test_of_overall_averages_are_pointwise(self) -> None:
        overall = result(draws=999).dynamic.overall

        assert overall.ci_high is not None
        assert overall.att is not None
        assert overall.se is not None
        assert (overall.ci_high - overall.att) / overall.se == pytest.approx(1.959963984540054)

    def test_are_the_same_digits_with_the_same_seed(self) -> None:
        assert result(seed=5).to_dict() == result(seed=5).to_dict()
        assert errors(result(seed=5)) != errors(result(seed=6))


class TestWald:
    def test_counts_only_periods_before_anticipation(self) -> None:
        assert result(draws=0).pretrends.df == 4  # type: ignore[union-attr]
        assert result(draws=0, anticipation=1).pretrends.df == 2  # type: ignore[union-attr]

    def test_is_the_squared_t_of_one_period(self) -> None:
        one = wald_test(np.array([3.0]), np.array([[4.0]]), np.array([True]))

        assert one is not None
        assert (one.wald, one.df) == (2.25, 1)
        assert one.p_value == pytest.approx(0.1336144025)

    def test_is_absent_when_the_covariance_is_singular(self) -> None:
        assert wald_test(np.ones(2), np.ones((2, 2)), np.array([True, True])) is None

    def test_leaves_out_effects_without_variance(self) -> None:
        gram = np.diag([4.0, 0.0, 1.0])

        one = wald_test(np.array([2.0, 0.0, np.nan]), gram, np.array([True, True, True]))

        assert one is not None
        assert (one.wald, one.df) == (1.0, 1)


class TestJson:
    def test_has_the_published_keys_in_order(self) -> None:
        document = result(draws=0).to_dict()

        assert list(document) == [
            "schema", "n_units", "n_treated", "n_clusters", "periods", "control", "method", "base",
            "anticipation", "alpha", "se_kind", "band", "critical_value", "att_gt", "simple",
            "dynamic", "group", "calendar", "pretrends", "warnings",
        ]  # fmt: skip
        figures = ["att", "se", "ci_low", "ci_high"]
        assert list(document["att_gt"][0]) == ["cohort", "period", *figures]
        assert list(document["dynamic"]["event"][0]) == ["event_time", *figures]
        assert list(document["group"]["by"][0]) == ["cohort", *figures]
        assert list(document["calendar"]["by"][0]) == ["period", *figures]
        assert list(document["pretrends"]) == ["wald", "df", "p_value"]

    def test_writes_null_and_whole_years(self) -> None:
        text = json.dumps(result(base="universal").to_dict(), allow_nan=False)

        assert '"event_time": -1, "att": 0.0, "se": null, "ci_low": null' in text
        assert '"periods": [2010, 2015]' in text


class TestPlan:
    def test_gives_each_outcome_what_it_has_alone(self) -> None:
        table = DESIGN.table(seed=3)
        table["chomage"] = DESIGN.table(seed=4)["emploi"]
        names = {"outcomes": ("emploi", "chomage"), "covariates": ("x1", "x2"), "cluster": "epci"}
        panel = panel_of(table, **names)
        plan = prepare(panel, Options())

        together = run(plan, panel.outcomes)

        assert plan.n_units == DESIGN.n_units
        for name, alone in ((name, estimate(panel, name)) for name in panel.outcomes):
            assert errors(together[name]) == pytest.approx(errors(alone), rel=1e-9)
            assert together[name].n_clusters == alone.n_clusters

    def test_is_not_shared_by_outcomes_observed_differently(self) -> None:
        table = DESIGN.table(seed=3)
        table["chomage"] = np.where(np.arange(len(table["annee"])) == 8, np.nan, table["emploi"])
        panel = panel_of(table, outcomes=("emploi", "chomage"))

        results = estimate_all(panel, Options(draws=0))

        assert results["emploi"].n_units == DESIGN.n_units
        assert results["chomage"].n_units == DESIGN.n_units - 1
        assert list(results) == ["emploi", "chomage"]

    def test_refuses_an_outcome_with_holes_it_does_not_know(self) -> None:
        panel = panel_of(DESIGN.table(seed=3))
        values = panel.outcomes["emploi"].copy()
        values[3, 2] = np.nan

        with pytest.raises(ValueError, match="« emploi » n’a pas de valeur pour toutes"):
            run(prepare(panel, Options()), {"emploi": values})


class TestInvariance:
    """What must not change an estimate, over many panels."""

    @pytest.mark.parametrize("seed", range(12))
    @pytest.mark.parametrize("method", ["dr", "ipw", "reg"])
    @pytest.mark.parametrize("holes", [False, True], ids=["balanced", "unbalanced"])
    def test_to_units_scales_and_levels(self, seed: int, method: Any, *, holes: bool) -> None:
        design = Design(n_units=200, n_covariates=2)
        table = design.table(seed)
        table = with_holes(table, seed) if holes else table
        other = table | {
            "emploi": table["emploi"] * 1000 + 5e5,
            "x1": table["x1"] * 1e4 - 3e5,
            "x2": table["x2"] + table["x1"],
            "poids": table["poids"] * 7,
        }
        names = {"covariates": ("x1", "x2"), "weights": "poids"}
        options = Options(method=method, control="notyet", draws=0, unbalanced="keep")

        first = estimate(panel_of(table, **names), "emploi", options)
        second = estimate(panel_of(other, **names), "emploi", options)

        assert second.simple.att == pytest.approx(1000 * (first.simple.att or 0), rel=1e-6)
        assert second.simple.se == pytest.approx(1000 * (first.simple.se or 0), rel=1e-6)

    @pytest.mark.parametrize("method", ["dr", "ipw", "reg"])
    def test_of_the_unbalanced_estimation_to_a_weightless_constant(self, method: Any) -> None:
        table = with_holes(Design(n_units=200).table(seed=1), seed=2)
        constant = table | {"x": np.ones(len(table["annee"]))}
        options = Options(method=method, draws=0, unbalanced="keep")

        plain = estimate(panel_of(table), "emploi", options)

        # A constant is collinear with the intercept: refused, never silently different.
        refused = estimate(panel_of(constant, covariates=("x",)), "emploi", options)
        assert refused.simple.att is None
        assert plain.simple.att is not None
