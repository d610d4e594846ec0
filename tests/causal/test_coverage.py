"""Known effects are recovered with the coverage announced (simulated data, fixed seeds)."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import binom

from jalon.causal import Estimate, Options, Panel, estimate
from tests.causal.designs import Design, panel_of

pytestmark = pytest.mark.slow

SEEDS = 400
MEANS = Design(n_units=600, cohorts=(2012, 2013, 2015), n_periods=7)
CLUSTERED = Design(n_units=900, n_clusters=150, cluster_noise=0.5, cohorts=(2012, 2014))
SELECTED = Design(n_units=900, n_covariates=1, selection=0.4)
WAVES = Design(n_units=600, cohorts=(2012, 2013, 2014, 2015), never_treated=False)


@dataclass
class Tally:
    """How often intervals contained the truth."""

    overall: int = 0
    by_cohort: int = 0
    on_impact: int = 0
    event_study: int = 0
    rejected: int = 0
    bias: float = 0.0


def contains(estimate: Estimate, truth: float) -> bool:
    assert estimate.ci_low is not None
    assert estimate.ci_high is not None
    return estimate.ci_low <= truth <= estimate.ci_high


def mean_of_cohorts(design: Design, panel: Panel) -> float:
    """Average the true effect over treated units and the years observed since: what verdicts use.

    Without never-treated units the last cohort is only compared to, and its years are left out.
    """
    cohorts = panel.cohort[np.isfinite(panel.cohort)]
    last = np.inf if design.never_treated else cohorts.max()
    treated = cohorts[cohorts < last]
    years = panel.periods[panel.periods < last]
    return float(
        np.mean([np.mean([design.true_effect(t - g) for t in years if t >= g]) for g in treated])
    )


def simulate(design: Design, options: dict[str, object], **names: object) -> Tally:
    tally = Tally()
    for seed in range(SEEDS):
        panel = panel_of(design.table(seed), **names)
        simultaneous = estimate(panel, "emploi", Options(seed=seed, **options))
        pointwise = estimate(panel, "emploi", Options(draws=0, **options))
        points = simultaneous.dynamic.points
        truth = np.mean([design.true_effect(p.label) for p in points if p.label >= 0])
        impact = next(p for p in pointwise.dynamic.points if p.label == 0)
        assert pointwise.pretrends is not None
        tally.overall += contains(simultaneous.dynamic.overall, float(truth))
        tally.by_cohort += contains(simultaneous.group.overall, mean_of_cohorts(design, panel))
        tally.on_impact += contains(impact.estimate, design.true_effect(0))
        tally.event_study += all(
            contains(point.estimate, design.true_effect(point.label)) for point in points
        )
        tally.rejected += pointwise.pretrends.p_value < 0.05
        tally.bias += ((pointwise.dynamic.overall.att or 0.0) - float(truth)) / SEEDS
    return tally


def is_nominal(count: int, rate: float = 0.95) -> bool:
    low, high = binom.interval(0.99, SEEDS, rate)
    return bool(low <= count <= high)


@pytest.mark.parametrize(
    ("design", "options", "names"),
    [
        pytest.param(MEANS, {}, {}, id="never treated"),
        pytest.param(CLUSTERED, {}, {"cluster": "epci"}, id="clusters"),
        pytest.param(SELECTED, {}, {"covariates": ("x1",)}, id="doubly robust"),
        pytest.param(SELECTED, {"method": "ipw"}, {"covariates": ("x1",)}, id="weighting"),
        pytest.param(SELECTED, {"method": "reg"}, {"covariates": ("x1",)}, id="regression"),
        pytest.param(WAVES, {"control": "notyet"}, {}, id="not yet treated"),
        pytest.param(MEANS, {"multipliers": "gaussian"}, {}, id="gaussian multipliers"),
        pytest.param(MEANS, {"multipliers": "mammen"}, {}, id="mammen multipliers"),
    ],
)
class TestAnnouncedCoverage:
    def test_holds(
        self, design: Design, options: dict[str, object], names: dict[str, object]
    ) -> None:
        tally = simulate(design, options, **names)

        assert is_nominal(tally.overall), tally
        assert is_nominal(tally.by_cohort), tally
        assert is_nominal(tally.on_impact), tally
        assert is_nominal(tally.event_study), tally
        assert is_nominal(tally.rejected, 0.05), tally
        assert abs(tally.bias) < 0.02, tally


class TestSelection:
    def test_biases_an_estimation_without_covariates(self) -> None:
        tally = simulate(SELECTED, {})

        # The simulated trends differ with the covariate: ignoring it must not look right.
        assert tally.overall < 0.5 * SEEDS
        assert abs(tally.bias) > 0.2
