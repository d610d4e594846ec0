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
class Band:
    """Standard errors of a family of estimates and the critical value of their intervals.

    Attributes
    ----------
    se : float array (J,)
        NaN where there is no variance (a base period).
    critical_value : float
        Of a simultaneous band when it was bootstrapped, else of the normal law.
    """

    se: Floats
    critical_value: float


def analytic_band(gram: Floats, operators: Floats, alpha: float) -> Band:
    """Give the analytic standard errors: the square root of the sum of squared influence.

    Parameters
    ----------
    gram : float array (Q, Q)
        Cross-products over clusters of the influence of cells and cohort sizes.
    operators : float array (Q, J)
        How each estimate combines them.
    """
    variance = np.einsum("qj,qj->j", operators, gram @ operators)
    return Band(_or_nan(np.sqrt(np.maximum(variance, 0.0))), pointwise(alpha))


def bootstrap_band(draws: Floats, operators: Floats, alpha: float) -> Band:
    """Give the bootstrap standard errors and the sup-t critical value.

    The standard error is the interquartile range of the draws over that of the normal law,
    robust to the tails; the critical value is the quantile of the largest absolute t.

    Parameters
    ----------
    draws : float array (B, Q)
        Multiplier draws of the influence of cells and cohort sizes.

    Source: Callaway and Sant'Anna (2021), algorithm 1; quantiles as in R's `did`.
    """
    estimates = np.ascontiguousarray((draws @ operators).T)
    n = estimates.shape[1]
    low, high = (int(np.ceil(n * share)) - 1 for share in (0.25, 0.75))
    sorted_ = np.partition(estimates, (low, high), axis=1)
    se = _or_nan((sorted_[:, high] - sorted_[:, low]) / (ndtri(0.75) - ndtri(0.25)))
    used = ~np.isnan(se)
    if not used.any():
        return Band(se, pointwise(alpha))
    largest = np.abs(estimates[used] / se[used, None]).max(axis=0)
    rank = int(np.ceil(n * (1 - alpha))) - 1
    critical = float(np.partition(largest, rank)[rank])
    return Band(se, max(critical, pointwise(alpha)))


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
