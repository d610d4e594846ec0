"""Standard errors, simultaneous bands and the joint test, from the influence by cluster."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtri

from jalon.causal.layout import Floats, Mask
from jalon.causal.options import Multipliers, Options

# A block of multipliers held in memory at once: 4 million numbers, 32 MB.
_BLOCK = 4_000_000
_NEGLIGIBLE = 1e-10


@dataclass(frozen=True, slots=True)
class WaldTest:
    """Joint test that all pre-treatment effects are zero."""

    wald: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Inference:
    """Standard errors of the cells and of their averages, in that order.

    Attributes
    ----------
    se : float array (J,)
        NaN where there is no variance (a base period).
    draws : float array (J, B) or None
        Bootstrap draws of the same estimates; None when errors are analytic.
    """

    se: Floats
    draws: Floats | None

    def critical_value(self, family: slice, alpha: float) -> float:
        """Give the critical value of the intervals of a family of estimates.

        With draws it is the quantile of the largest absolute t (sup-t), never below that of
        the normal law, which is used without draws.
        """
        used = ~np.isnan(self.se[family])
        if self.draws is None or not used.any():
            return pointwise(alpha)
        t = self.draws[family][used] / self.se[family][used, None]
        largest = np.maximum(t.max(axis=0), -t.min(axis=0))
        rank = int(np.ceil(len(largest) * (1 - alpha))) - 1
        return max(float(np.partition(largest, rank)[rank]), pointwise(alpha))


def infer_analytically(gram: Floats, n_cells: int, operators: Floats) -> Inference:
    """Give the analytic standard errors: the square root of the sum of squared influence.

    Parameters
    ----------
    gram : float array (Q, Q)
        Cross-products over clusters of the influence of cells, then of cohort sizes.
    n_cells : int
        Number of cells.
    operators : float array (Q, A)
        How each average combines them.
    """
    averages = np.einsum("qj,qj->j", operators, gram @ operators)
    variance = np.append(np.diag(gram)[:n_cells], averages)
    return Inference(_or_nan(np.sqrt(np.maximum(variance, 0.0))), None)


def infer_by_bootstrap(draws: Floats, n_cells: int, operators: Floats) -> Inference:
    """Give the bootstrap standard errors.

    The error is the interquartile range of the draws over that of the normal law, robust to
    the tails.

    Parameters
    ----------
    draws : float array (B, Q)
        Multiplier draws of the influence of cells, then of cohort sizes.
    n_cells : int
        Number of cells.
    operators : float array (Q, A)
        How each average combines them.

    Source: Callaway and Sant'Anna (2021), algorithm 1; quantiles as in R's `did`.
    """
    estimates = np.vstack([draws[:, :n_cells].T, (draws @ operators).T])
    n = estimates.shape[1]
    low, high = (int(np.ceil(n * share)) - 1 for share in (0.25, 0.75))
    ordered = np.partition(estimates, (low, high), axis=1)
    spread = ordered[:, high] - ordered[:, low]
    return Inference(_or_nan(spread / (ndtri(0.75) - ndtri(0.25))), estimates)


def pointwise(alpha: float) -> float:
    """Give the two-sided critical value of the normal law."""
    return float(ndtri(1 - alpha / 2))


def draw_multipliers(influence: Floats, options: Options) -> Floats:
    """Draw the multiplier bootstrap of the columns of an influence matrix.

    Parameters
    ----------
    influence : float array (C, Q)
        By cluster, scaled so that the variance is the sum of squares.

    Returns
    -------
    float array (draws, Q)
        Gaussian multipliers need no cluster axis: their law is exactly N(0, F'F).
    """
    rng = np.random.default_rng(options.seed)
    if options.multipliers == "gaussian":
        values, vectors = np.linalg.eigh(influence.T @ influence)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return np.asarray(rng.standard_normal((options.draws, len(root))) @ root.T)
    result = np.empty((options.draws, influence.shape[1]))
    start = 0
    for block in _blocks(rng, options.multipliers, options.draws, len(influence)):
        np.matmul(block, influence, out=result[start : start + len(block)])
        start += len(block)
    return result


def _blocks(rng: np.random.Generator, law: Multipliers, draws: int, n: int) -> Iterator[Floats]:
    """Yield the multipliers (rows, n) block by block; the digits do not depend on the blocks."""
    size = max(1, _BLOCK // n)
    for start in range(0, draws, size):
        rows = min(size, draws - start)
        if law == "rademacher":
            # Whole words of 32 bits, so that blocks leave no bit of the stream behind.
            width = 4 * -(-n // 32)
            bits = np.frombuffer(rng.bytes(rows * width), dtype=np.uint8).reshape(rows, width)
            signs: Floats = np.unpackbits(bits, axis=1, count=n).astype(np.float64)
            signs *= 2
            signs -= 1
            yield signs
        else:
            golden, share = (1 + math.sqrt(5)) / 2, (1 + 1 / math.sqrt(5)) / 2
            drawn: Floats = (rng.random((rows, n)) < share).astype(np.float64)
            drawn *= -math.sqrt(5)
            drawn += golden
            yield drawn


def wald_test(att: Floats, gram: Floats, tested: Mask) -> WaldTest | None:
    """Test jointly that the effects of the cells tested are zero.

    Parameters
    ----------
    att : float array (K,)
        Effects; NaN where not estimated.
    gram : float array (K, K)
        Their covariance.
    tested : bool array (K,)
        Pre-treatment cells; those without variance are left out.

    Returns
    -------
    WaldTest or None
        None when nothing can be tested or the covariance is singular.
    """
    se = _or_nan(np.sqrt(np.maximum(np.diag(gram), 0.0)))
    chosen = np.flatnonzero(tested & ~np.isnan(att) & ~np.isnan(se))
    if not len(chosen):
        return None
    # In units of standard errors, the condition number does not depend on the outcome's unit.
    correlation = gram[np.ix_(chosen, chosen)] / np.outer(se[chosen], se[chosen])
    if np.linalg.cond(correlation) > 1 / np.finfo(np.float64).eps:
        return None
    t = att[chosen] / se[chosen]
    wald = float(t @ np.linalg.solve(correlation, t))
    return WaldTest(wald, len(chosen), float(chdtrc(len(chosen), wald)))


def _or_nan(se: Floats) -> Floats:
    """Replace absent variances (zero up to rounding) by NaN."""
    largest = se.max(initial=0.0)
    return np.asarray(np.where(se > _NEGLIGIBLE * largest, se, np.nan))
