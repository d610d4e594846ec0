"""Group-time effects with covariates on a balanced panel: regression, weighting, or both.

With β the coefficients of levels on covariates among controls, one fit serves every cell: a
change of the outcome less its prediction is the difference of two residual levels. The
influence of controls collapses to one weighted sum by cluster (weights `kappa`).

Source: Sant'Anna and Zhao (2020), traditional doubly robust estimator; Callaway and
Sant'Anna (2021).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from jalon.causal.cells import Cells
from jalon.causal.layout import Floats, Ints
from jalon.causal.means import n_pairs
from jalon.causal.options import Method, Options
from jalon.causal.propensity import describe_trimmed, fit_propensity, inverse_gram
from jalon.causal.sample import Sample
from jalon.causal.wording import plain


@dataclass(frozen=True, slots=True)
class _Controls:
    """A comparison group: a suffix of the units, less the cohort itself.

    Attributes
    ----------
    units, pairs : slice
        Where they are in the sample.
    x : float array (n0, p)
        Covariates, with the constant first.
    weights : float array (n0,)
        Zero for the cohort itself.
    hat : float array (p, p) or None
        Inverse cross-products; None when covariates are collinear or nobody is left.
    weighted_x : float array (n0, p)
        Covariates times weights.
    """

    units: slice
    pairs: slice
    x: Floats
    weights: Floats
    hat: Floats | None
    weighted_x: Floats

    def fit_levels(self, outcome: Floats, method: Method) -> Floats:
        """Regress the levels of each period on covariates (p, T); zero when only weighting."""
        if method == "ipw" or self.hat is None:
            return np.zeros((self.x.shape[1], outcome.shape[1]))
        return np.asarray(self.hat @ (self.weighted_x.T @ outcome))


@dataclass(frozen=True, slots=True)
class _Weighting:
    """Propensity weights of a comparison.

    Attributes
    ----------
    share0 : float array (R0,)
        Share of the comparison weights by pair.
    moments : float array (n0, p)
        Covariates times comparison weights, whose first column averages controls.
    moments_x : float array (p, p)
        Their cross-products with covariates.
    covariance : float array (p, p)
        Of the logit coefficients.
    score1, score0 : float arrays (R1, p), (R0, p)
        Sums by pair of the logit score of treated and of controls.
    """

    share0: Floats
    moments: Floats
    moments_x: Floats
    covariance: Floats
    score1: Floats
    score0: Floats


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Operators of the cells that compare one cohort with one group of controls.

    Attributes
    ----------
    columns : slice or int array
        Cells concerned.
    x1 : float array (R1, p)
        Sums by pair of the covariates of the treated.
    w1 : float array (R1,)
        Weight of the treated by pair.
    kappa : sparse array (R0, n0)
        Weights of the control residuals in the influence.
    kappa_x : float array (R0, p)
        Sums by pair of covariates times kappa.
    weighting : _Weighting or None
        None for outcome regression alone.
    """

    cohort: int
    columns: Ints | slice
    controls: _Controls
    x1: Floats
    w1: Floats
    kappa: csr_array
    kappa_x: Floats
    weighting: _Weighting | None

    def effects(
        self, sums: Floats, y0: Floats, levels: Floats, periods: tuple[Ints, Ints]
    ) -> tuple[Floats, Floats, Floats]:
        """Give the effects of the cells and their influence on treated and control pairs.

        Parameters
        ----------
        sums : float array (R1, T)
            Weighted outcome of the treated by pair.
        y0 : float array (n0, T)
            Outcome of the controls.
        levels : float array (p, T)
            Regression of levels among controls.
        periods : pair of int arrays
            Period and base of each cell.
        """
        total = self.w1.sum()
        residual1 = _change(sums - self.x1 @ levels, periods)
        effect = residual1.sum(axis=0) / total
        on_treated = (residual1 - np.outer(self.w1, effect)) / total
        on_controls = _change(self.kappa @ y0 - self.kappa_x @ levels, periods)
        weighting = self.weighting
        if weighting is None:
            return effect, on_treated, on_controls
        slopes = _change(weighting.moments.T @ y0 - weighting.moments_x @ levels, periods)
        gap = slopes[0].copy()
        on_controls += np.outer(weighting.share0, gap)
        slopes -= np.outer(weighting.moments_x[:, 0], gap)
        adjustment = weighting.covariance @ slopes
        on_treated -= weighting.score1 @ adjustment
        on_controls -= weighting.score0 @ adjustment
        return effect - gap, on_treated, on_controls


def _change(by_period: Floats, periods: tuple[Ints, Ints]) -> Floats:
    """Subtract the base period of each cell: (m, T) to (m, K)."""
    return np.asarray(by_period[:, periods[0]] - by_period[:, periods[1]])


@dataclass(frozen=True, slots=True)
class AdjustedPlan:
    """Every comparison of a balanced panel with covariates."""

    sample: Sample
    cells: Cells
    method: Method
    comparisons: tuple[_Comparison, ...]
    warnings: tuple[str, ...]

    @classmethod
    def build(cls, sample: Sample, cells: Cells, options: Options) -> "AdjustedPlan":
        """Fit propensities and prepare the operators of each comparison."""
        return _Builder(sample, cells, options.method).plan()

    def estimate(self, outcome: Floats) -> tuple[Floats, Floats]:
        """Compute the effects (K,) and the influence of each pair (R, K).

        Parameters
        ----------
        outcome : float array (n, T)
            In the order of the sample.

        Returns
        -------
        att : float array (K,)
            NaN where a comparison is singular or lacks overlap.
        influence : float array (R, K)
            Scaled so that the variance is the sum of squares over clusters.
        """
        sample, cells = self.sample, self.cells
        att = np.full(len(cells.period), np.nan)
        influence = np.zeros((n_pairs(sample), len(att)))
        treated = slice(0, sample.n_treated)
        weighted = outcome[treated] * sample.weights[treated, None]
        bounds = sample.pair_bounds[: sample.pairs_of[sample.n_estimated]]
        treated_sums = np.add.reduceat(weighted, bounds)
        levels: dict[int, Floats] = {}
        for one in self.comparisons:
            y0 = outcome[one.controls.units]
            if id(one.controls) not in levels:
                levels[id(one.controls)] = one.controls.fit_levels(y0, self.method)
            pairs = slice(sample.pairs_of[one.cohort], sample.pairs_of[one.cohort + 1])
            periods = cells.period[one.columns], cells.base[one.columns]
            effects, on_treated, on_controls = one.effects(
                treated_sums[pairs], y0, levels[id(one.controls)], periods
            )
            att[one.columns] = effects
            influence[pairs, one.columns] += on_treated
            influence[one.controls.pairs, one.columns] += on_controls
        return att, influence


class _Builder:
    """Builds the comparisons of a sample, sharing the groups of controls."""

    def __init__(self, sample: Sample, cells: Cells, method: Method) -> None:
        self.sample, self.cells, self.method = sample, cells, method
        # By column in memory: products with weights run along units.
        self.x = np.asfortranarray(np.column_stack([np.ones(sample.n_units), sample.covariates]))
        self.controls: dict[tuple[int, int | None], _Controls] = {}
        self.refused: list[str] = []
        self.trimmed = np.zeros(sample.n_units, dtype=np.bool_)

    def plan(self) -> AdjustedPlan:
        """Prepare every comparison that can be made."""
        cells = self.cells
        comparisons = []
        for cohort, start in sorted(set(zip(cells.cohort, cells.controls_from, strict=True))):
            chosen = (cells.cohort == cohort) & (cells.controls_from == start)
            comparison = self._comparison(int(cohort), int(start), np.flatnonzero(chosen))
            if comparison is not None:
                comparisons.append(comparison)
        warnings = describe_trimmed(int(self.trimmed.sum()))
        if self.refused:
            refused = ", ".join(dict.fromkeys(self.refused))
            warnings.append(
                "Covariables colinéaires ou sans recouvrement entre traités et comparaison"
                f" pour les cohortes : {refused}."
            )
        return AdjustedPlan(self.sample, cells, self.method, tuple(comparisons), tuple(warnings))

    def _group(self, cohort: int, start: int) -> _Controls:
        """Give the group of controls, shared by the cohorts it does not contain."""
        sample = self.sample
        own = cohort if cohort >= start else None
        if (start, own) not in self.controls:
            units = slice(int(sample.units_of[start]), sample.n_units)
            x, weights = self.x[units], sample.weights[units]
            if own is not None:
                weights = weights.copy()
                bounds = sample.units_of[own : own + 2] - units.start
                weights[bounds[0] : bounds[1]] = 0.0
            self.controls[start, own] = _Controls(
                units=units,
                pairs=slice(int(sample.pairs_of[start]), n_pairs(sample)),
                x=x,
                weights=weights,
                hat=inverse_gram(x, weights),
                weighted_x=x * weights[:, None],
            )
        return self.controls[start, own]

    def _comparison(self, cohort: int, start: int, columns: Ints) -> _Comparison | None:
        controls = self._group(cohort, start)
        if controls.hat is None:
            self._refuse(cohort)
            return None
        sample = self.sample
        units = slice(int(sample.units_of[cohort]), int(sample.units_of[cohort + 1]))
        x1, w1 = self.x[units], sample.weights[units]
        bounds1 = sample.pair_bounds[sample.pairs_of[cohort] : sample.pairs_of[cohort + 1]]
        bounds1 = bounds1 - units.start
        mean1 = w1 @ x1 / w1.sum()
        if self.method == "reg":
            kappa, weighting = -(controls.weighted_x @ (controls.hat @ mean1)), None
        else:
            scores = fit_propensity(x1, w1, controls.x, controls.weights)
            if scores is None or not scores.odds.any():
                self._refuse(cohort)
                return None
            self.trimmed[controls.units] |= scores.trimmed
            share = scores.odds / scores.odds.sum()
            kappa = -share
            if self.method == "dr":
                kappa += controls.weighted_x @ (controls.hat @ (share @ controls.x - mean1))
            moments = controls.x * share[:, None]
            score1 = x1 * (w1 * (1 - scores.treated))[:, None]
            score0 = controls.weighted_x * scores.controls[:, None]
            weighting = _Weighting(
                share0=np.add.reduceat(share, self._bounds(controls)),
                moments=moments,
                moments_x=moments.T @ controls.x,
                covariance=scores.covariance,
                score1=np.add.reduceat(score1, bounds1),
                score0=-np.add.reduceat(score0, self._bounds(controls)),
            )
        operator = self._sums_by_pair(controls, kappa)
        return _Comparison(
            cohort=cohort,
            columns=_as_slice(columns),
            controls=controls,
            x1=np.add.reduceat(x1 * w1[:, None], bounds1),
            w1=np.add.reduceat(w1, bounds1),
            kappa=operator,
            kappa_x=np.asarray(operator @ controls.x),
            weighting=weighting,
        )

    def _refuse(self, cohort: int) -> None:
        self.refused.append(plain(self.sample.cohorts[cohort]))

    def _bounds(self, controls: _Controls) -> Ints:
        return np.asarray(self.sample.pair_bounds[controls.pairs] - controls.units.start)

    def _sums_by_pair(self, controls: _Controls, weights: Floats) -> csr_array:
        """Arrange weights of the controls as sums by pair."""
        bounds = np.append(self._bounds(controls), len(weights))
        shape = (len(bounds) - 1, len(weights))
        return csr_array((weights, np.arange(len(weights)), bounds), shape=shape)


def _as_slice(columns: Ints) -> Ints | slice:
    """Write consecutive columns as a slice: assignments are then plain copies."""
    first, last = int(columns[0]), int(columns[-1])
    return slice(first, last + 1) if last - first + 1 == len(columns) else columns
