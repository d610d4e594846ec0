"""Propensity scores: a weighted logit of treatment on covariates, by Newton's method."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from jalon.causal.layout import Floats, Mask
from jalon.causal.wording import counted

# Conventions of R's `did`: a score this close to one means no overlap; controls above the
# trimming level get no weight.
NO_OVERLAP = 0.999
TRIM = 0.995
# Beyond this condition number a design is singular for our purpose.
SINGULAR = 1e12
_MAX_STEPS = 50
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Propensity:
    """Fitted scores of the treated and of the controls.

    Attributes
    ----------
    treated, controls : float arrays
        Scores.
    odds : float array
        Weighted, trimmed odds of the controls: their weights in the comparison.
    covariance : float array (p, p)
        Inverse of the information matrix.
    trimmed : bool array
        Controls left without weight.
    """

    treated: Floats
    controls: Floats
    odds: Floats
    covariance: Floats
    trimmed: Mask


def fit_propensity(x1: Floats, w1: Floats, x0: Floats, w0: Floats) -> Propensity | None:
    """Fit the probability of being treated given covariates.

    Parameters
    ----------
    x1, x0 : float arrays (n1, p), (n0, p)
        Covariates of treated and controls, with the constant first.
    w1, w0 : float arrays
        Weights; a control of zero weight takes no part.

    Returns
    -------
    Propensity or None
        None without overlap (a score of 0.999 or more) or when the fit is singular.
    """
    start = _discriminant(x1, w1, x0, w0)
    beta = start if start is not None else np.zeros(x1.shape[1])
    for _ in range(_MAX_STEPS):
        p1, p0 = expit(x1 @ beta), expit(x0 @ beta)
        information = _gram(x1, w1 * p1 * (1 - p1)) + _gram(x0, w0 * p0 * (1 - p0))
        if not _regular(information):
            return None
        step = np.linalg.solve(information, x1.T @ (w1 * (1 - p1)) - x0.T @ (w0 * p0))
        beta = beta + step
        if np.abs(step).max() < _TOLERANCE:
            return _scores(x1, w1, x0, w0, beta)
    return None


def _scores(x1: Floats, w1: Floats, x0: Floats, w0: Floats, beta: Floats) -> Propensity | None:
    p1, p0 = expit(x1 @ beta), expit(x0 @ beta)
    present = w0 > 0
    if max(p1.max(), p0[present].max(initial=0.0)) >= NO_OVERLAP:
        return None
    information = _gram(x1, w1 * p1 * (1 - p1)) + _gram(x0, w0 * p0 * (1 - p0))
    trimmed = present & (p0 >= TRIM)
    # A unit of the cohort itself sits among the controls with weight zero.
    odds = np.where(trimmed | ~present, 0.0, w0 * p0 / (1 - p0))
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return Propensity(p1, p0, odds, covariance, trimmed)


def _discriminant(x1: Floats, w1: Floats, x0: Floats, w0: Floats) -> Floats | None:
    """Start from the linear discriminant: exact for Gaussian covariates of equal spread."""
    total1, total0 = w1.sum(), w0.sum()
    m1, m0 = w1 @ x1 / total1, w0 @ x0 / total0
    within = _gram(x1, w1) + _gram(x0, w0)
    within -= total1 * np.outer(m1, m1) + total0 * np.outer(m0, m0)
    within = within[1:, 1:] / (total1 + total0)
    if not _regular(within):
        return None
    slopes = np.linalg.solve(within, (m1 - m0)[1:])
    constant = np.log(total1 / total0) - (m1 + m0)[1:] @ slopes / 2
    return np.asarray(np.append(constant, slopes), dtype=np.float64)


def describe_trimmed(n: int) -> list[str]:
    """Say how many controls are left without weight; nothing when there is none."""
    who = counted(n, "unité", "unités")
    said = f"{who} de comparaison au score de propension trop élevé (0,995 ou plus) : sans poids."
    return [said] if n else []


def _gram(x: Floats, w: Floats) -> Floats:
    return np.asarray((x.T * w) @ x)


def _regular(matrix: Floats) -> bool:
    if not np.isfinite(matrix).all():
        return False
    return bool(np.linalg.cond(matrix) < SINGULAR)


def inverse_gram(x: Floats, w: Floats) -> Floats | None:
    """Invert the weighted cross-products of covariates; None when they are collinear."""
    gram = _gram(x, w)
    return np.asarray(np.linalg.inv(gram), dtype=np.float64) if _regular(gram) else None
