"""Group-time effects without covariates: differences of means, balanced panel or not."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from jalon.causal.cells import Cells
from jalon.causal.layout import Floats, Ints, Mask
from jalon.causal.sample import Sample


@dataclass(frozen=True, slots=True)
class MeansPlan:
    """What the differences of means need, whatever the outcome.

    Everything downstream of the data needs only the weighted sums of the outcome by pair
    (cohort, cluster) and period; effects and their influence are linear in those sums.

    Attributes
    ----------
    sums : sparse array (R, n)
        Weights of the units of each pair.
    pair_weights : float array (R, 1) or (R, T)
        Total weight of each pair, by period when the panel is not balanced.
    """

    sample: Sample
    cells: Cells
    sums: csr_array
    pair_weights: Floats
    warnings: tuple[str, ...] = ()

    @classmethod
    def build(cls, sample: Sample, cells: Cells) -> "MeansPlan":
        """Prepare the sums by pair."""
        n = sample.n_units
        shape = (n_pairs(sample), n)
        sums = csr_array((sample.weights, np.arange(n), sample.pair_bounds), shape=shape)
        if sample.observed is None:
            pair_weights = np.add.reduceat(sample.weights, sample.pair_bounds[:-1])[:, None]
        else:
            pair_weights = sums @ sample.observed.astype(np.float64)
        return cls(sample, cells, sums, pair_weights)

    def estimate(self, outcome: Floats) -> tuple[Floats, Floats]:
        """Compute the effects and the influence of each pair.

        Parameters
        ----------
        outcome : float array (n, T)
            In the order of the sample; zero where not observed.

        Returns
        -------
        att : float array (K,)
            NaN where a group is empty.
        influence : float array (R, K)
            Scaled so that the variance is the sum of squares over clusters.
        """
        sample, cells = self.sample, self.cells
        sums = self.sums @ outcome
        bounds = sample.pairs_of
        cohort_sums = np.add.reduceat(sums, bounds[:-1])
        cohort_weights = np.add.reduceat(self.pair_weights, bounds[:-1])
        cohort_weights = np.broadcast_to(cohort_weights, cohort_sums.shape)
        treated = _Side.build(cohort_sums[cells.cohort], cohort_weights[cells.cohort], cells)
        controls = _Side.build(
            _control_totals(cohort_sums, cells), _control_totals(cohort_weights, cells), cells
        )
        att = treated.change - controls.change
        missing = np.isnan(att)
        influence = np.empty((len(sums), len(att)))
        for h in range(len(sample.cohorts)):
            pairs = slice(bounds[h], bounds[h + 1])
            own = cells.cohort == h
            sign = np.where(own, 1.0, np.where(cells.controls_from <= h, -1.0, 0.0))
            sign[missing] = 0.0
            side = treated.where(own, controls)
            on_sums, on_weights = side.operators(sign, sums.shape[1])
            if self.pair_weights.shape[1] == 1:
                on_weights = on_weights.sum(axis=0, keepdims=True)
            np.matmul(sums[pairs], on_sums, out=influence[pairs])
            influence[pairs] += self.pair_weights[pairs] @ on_weights
        return att, influence


@dataclass(frozen=True, slots=True)
class _Side:
    """Treated or comparison side of every cell: weights and means at its two periods (2, K)."""

    periods: Ints
    weights: Floats
    means: Floats

    @classmethod
    def build(cls, sums: Floats, weights: Floats, cells: Cells) -> "_Side":
        """Read sums and weights (K, T) at the period and at the base of each cell."""
        every = np.arange(len(cells.period))
        periods = np.stack([cells.period, cells.base])
        used = weights[every, periods]
        with np.errstate(divide="ignore", invalid="ignore"):
            return cls(periods, used, sums[every, periods] / used)

    @property
    def change(self) -> Floats:
        """Change of the mean from the base period (K,); NaN when a group is empty."""
        present = (self.weights > 0).all(axis=0)
        return np.asarray(np.where(present, self.means[0] - self.means[1], np.nan))

    def where(self, chosen: Mask, other: "_Side") -> "_Side":
        """Take this side in the chosen cells and the other elsewhere."""
        return _Side(
            self.periods,
            np.where(chosen, self.weights, other.weights),
            np.where(chosen, self.means, other.means),
        )

    def operators(self, sign: Floats, n_periods: int) -> tuple[Floats, Floats]:
        """Give the operators (T, K) applied to the sums and to the weights of pairs."""
        on_sums = np.zeros((n_periods, len(sign)))
        on_weights = np.zeros_like(on_sums)
        used = np.flatnonzero(sign)
        for at, direction in ((0, 1.0), (1, -1.0)):
            scale = direction * sign[used] / self.weights[at, used]
            on_sums[self.periods[at, used], used] += scale
            on_weights[self.periods[at, used], used] -= scale * self.means[at, used]
        return on_sums, on_weights


def _control_totals(by_cohort: Floats, cells: Cells) -> Floats:
    """Sum over the comparison cohorts of each cell: (H, T) to (K, T)."""
    later = np.zeros((len(by_cohort) + 1, by_cohort.shape[1]))
    later[:-1] = np.cumsum(by_cohort[::-1], axis=0)[::-1]
    inside = cells.cohort >= cells.controls_from
    return np.asarray(later[cells.controls_from] - inside[:, None] * by_cohort[cells.cohort])


def n_pairs(sample: Sample) -> int:
    """Count the (cohort, cluster) pairs."""
    return len(sample.pair_bounds) - 1


def fold_by_cluster(sample: Sample) -> csr_array | None:
    """Give the sum of pairs by cluster (C, R); None when each pair is a cluster."""
    cluster: Ints | None = sample.pair_cluster
    if cluster is None:
        return None
    shape = (sample.n_clusters, len(cluster))
    return csr_array((np.ones(len(cluster)), (cluster, np.arange(len(cluster)))), shape=shape)
