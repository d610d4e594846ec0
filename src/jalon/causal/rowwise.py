"""Group-time effects with covariates on an unbalanced panel: each cell on the rows it has.

A unit seen in one of the two periods only still counts, as in repeated cross-sections
(`allow_unbalanced_panel` of R's `did`). Nothing is shared by cells, so this is slower than the
balanced estimation.

Source: Sant'Anna and Zhao (2020), locally efficient estimator for repeated cross-sections.
"""

from dataclasses import dataclass, field

import numpy as np

from jalon.causal.cells import Cells
from jalon.causal.layout import Floats, Ints, Mask
from jalon.causal.means import n_pairs
from jalon.causal.options import Method, Options
from jalon.causal.propensity import describe_trimmed, fit_propensity, inverse_gram
from jalon.causal.sample import Sample


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of one group at one period of a cell."""

    unit: Ints
    x: Floats
    w: Floats
    y: Floats

    @property
    def total(self) -> float:
        """Their weight."""
        return float(self.w.sum())

    @property
    def mean_x(self) -> Floats:
        """Weighted mean of their covariates (p,)."""
        return np.asarray(self.w @ self.x / self.w.sum())

    def reweighted(self, w: Floats) -> "_Rows":
        """Give the same rows with other weights."""
        return _Rows(self.unit, self.x, w, self.y)

    def deviation(self, values: Floats) -> tuple[float, Floats]:
        """Give the weighted mean of values and its influence by row."""
        mean = float(self.w @ values / self.total)
        return mean, np.asarray(self.w * (values - mean) / self.total)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A weighted regression of levels on covariates."""

    beta: Floats
    on_rows: Floats

    @classmethod
    def of(cls, rows: _Rows) -> "_Fit | None":
        """Regress; None when covariates are collinear."""
        hat = inverse_gram(rows.x, rows.w) if len(rows.w) else None
        if hat is None:
            return None
        weighted = rows.x * rows.w[:, None]
        beta = hat @ (weighted.T @ rows.y)
        residual = rows.y - rows.x @ beta
        return cls(beta, (weighted * residual[:, None]) @ hat)


@dataclass(frozen=True, slots=True)
class RowwisePlan:
    """Estimates each cell on the rows it has; `trimmed` fills as cells are estimated."""

    sample: Sample
    cells: Cells
    options: Options
    trimmed: set[int] = field(default_factory=set)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the cells estimated so far showed to be fragile."""
        return tuple(describe_trimmed(len(self.trimmed)))

    def estimate(self, outcome: Floats) -> tuple[Floats, Floats]:
        """Compute the effects (K,) and the influence of each pair (R, K).

        Parameters
        ----------
        outcome : float array (n, T)
            In the order of the sample; any number where not observed.

        Returns
        -------
        att : float array (K,)
            NaN where a group is empty, a design is singular or overlap is absent.
        influence : float array (R, K)
            Scaled so that the variance is the sum of squares over clusters.
        """
        n_cells = len(self.cells.period)
        att = np.full(n_cells, np.nan)
        influence = np.zeros((n_pairs(self.sample), n_cells))
        for k in range(n_cells):
            cell = _Cell(self.sample, self.cells, k, outcome)
            effect = cell.estimate(self.options.method)
            self.trimmed.update(cell.trimmed)
            if effect is not None:
                att[k] = effect
                influence[:, k] = np.add.reduceat(cell.by_unit, self.sample.pair_bounds[:-1])
        return att, influence


class _Cell:
    """One cell: four groups of rows, and the influence by unit as it is summed."""

    def __init__(self, sample: Sample, cells: Cells, k: int, outcome: Floats) -> None:
        self.sample, self.outcome = sample, outcome
        self.by_unit = np.zeros(sample.n_units)
        self.trimmed: list[int] = []
        treated = np.zeros(sample.n_units, dtype=np.bool_)
        h, start = cells.cohort[k], cells.controls_from[k]
        treated[sample.units_of[h] : sample.units_of[h + 1]] = True
        control = np.zeros_like(treated)
        control[sample.units_of[start] :] = True
        control &= ~treated
        self.is_base = bool(cells.is_base[k])
        post, pre = int(cells.period[k]), int(cells.base[k])
        self.treated = [self._rows(treated, post), self._rows(treated, pre)]
        self.controls = [self._rows(control, post), self._rows(control, pre)]

    def _rows(self, chosen: Mask, period: int) -> _Rows:
        sample = self.sample
        seen = chosen if sample.observed is None else chosen & sample.observed[:, period]
        unit = np.flatnonzero(seen)
        x = np.column_stack([np.ones(len(unit)), sample.covariates[unit]])
        return _Rows(unit, x, sample.weights[unit], self.outcome[unit, period])

    def estimate(self, method: Method) -> float | None:
        """Give the effect, and leave its influence in `by_unit`."""
        if any(not len(rows.w) for rows in (*self.treated, *self.controls)):
            return None
        if self.is_base:
            return 0.0
        return {"reg": self._reg, "ipw": self._ipw, "dr": self._dr}[method]()

    def _add(self, rows: _Rows, influence: Floats) -> None:
        np.add.at(self.by_unit, rows.unit, influence)

    def _difference(self, pair: list[_Rows], values: list[Floats], sign: float) -> float:
        """Add the change of a weighted mean and its influence."""
        total = 0.0
        for rows, value, direction in zip(pair, values, (1.0, -1.0), strict=True):
            mean, influence = rows.deviation(value)
            total += direction * mean
            self._add(rows, sign * direction * influence)
        return sign * total

    def _reg(self) -> float | None:
        fits = [_Fit.of(rows) for rows in self.controls]
        post, pre = fits
        if post is None or pre is None:
            return None
        effect = self._difference(self.treated, [rows.y for rows in self.treated], 1.0)
        everyone = _stack(self.treated)
        expected, influence = everyone.deviation(everyone.x @ (post.beta - pre.beta))
        self._add(everyone, -influence)
        self._add(self.controls[0], -(post.on_rows @ everyone.mean_x))
        self._add(self.controls[1], pre.on_rows @ everyone.mean_x)
        return effect - expected

    def _weigh(self) -> tuple[list[_Rows], Floats, Floats] | None:
        """Give the controls by comparison weight and what the logit adds to the influence."""
        treated, controls = _stack(self.treated), _stack(self.controls)
        scores = fit_propensity(treated.x, treated.w, controls.x, controls.w)
        if scores is None:
            return None
        self.trimmed = controls.unit[scores.trimmed].tolist()
        first = len(self.controls[0].w)
        odds = (scores.odds[:first], scores.odds[first:])
        weighted = [rows.reweighted(odd) for rows, odd in zip(self.controls, odds, strict=True)]
        if any(not rows.total > 0 for rows in weighted):
            return None
        score1 = treated.x * (treated.w * (1 - scores.treated))[:, None]
        score0 = controls.x * (controls.w * -scores.controls)[:, None]
        return weighted, score1 @ scores.covariance, score0 @ scores.covariance

    def _compare(self, residuals1: list[Floats], residuals0: list[Floats]) -> list[_Rows] | None:
        """Add the weighted difference in differences of residuals, with its logit part."""
        weighing = self._weigh()
        if weighing is None:
            return None
        weighted, score1, score0 = weighing
        self.effect = self._difference(self.treated, residuals1, 1.0)
        self.effect += self._difference(weighted, residuals0, -1.0)
        post, pre = (
            rows.x.T @ rows.deviation(values)[1]
            for rows, values in zip(weighted, residuals0, strict=True)
        )
        self._add(_stack(self.treated), -(score1 @ (post - pre)))
        self._add(_stack(self.controls), -(score0 @ (post - pre)))
        return weighted

    def _ipw(self) -> float | None:
        weighted = self._compare([r.y for r in self.treated], [r.y for r in self.controls])
        return None if weighted is None else self.effect

    def _dr(self) -> float | None:
        fits0 = [_Fit.of(rows) for rows in self.controls]
        fits1 = [_Fit.of(rows) for rows in self.treated]
        post0, pre0 = fits0
        post1, pre1 = fits1
        if post0 is None or pre0 is None or post1 is None or pre1 is None:
            return None
        betas = (post0.beta, pre0.beta)
        weighted = self._compare(
            [rows.y - rows.x @ beta for rows, beta in zip(self.treated, betas, strict=True)],
            [rows.y - rows.x @ beta for rows, beta in zip(self.controls, betas, strict=True)],
        )
        if weighted is None:
            return None
        everyone = _stack(self.treated)
        effect = self.effect
        for at, (fit0, fit1, sign) in enumerate(((post0, post1, 1.0), (pre0, pre1, -1.0))):
            gap = fit1.beta - fit0.beta
            over_all, influence_all = everyone.deviation(everyone.x @ gap)
            rows = self.treated[at]
            over_own, influence_own = rows.deviation(rows.x @ gap)
            effect += sign * (over_all - over_own)
            self._add(everyone, sign * influence_all)
            self._add(rows, -sign * influence_own)
            self._add(rows, sign * (fit1.on_rows @ (everyone.mean_x - rows.mean_x)))
            shift = weighted[at].mean_x - everyone.mean_x
            self._add(self.controls[at], sign * (fit0.on_rows @ shift))
        return effect


def _stack(pair: list[_Rows]) -> _Rows:
    """Stack the rows of the two periods."""
    post, pre = pair
    return _Rows(
        np.append(post.unit, pre.unit),
        np.vstack([post.x, pre.x]),
        np.append(post.w, pre.w),
        np.append(post.y, pre.y),
    )
