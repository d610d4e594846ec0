"""Cutting figures into classes of equal size for a map, with their labels and counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from jalon.core import french

N_CLASSES = 5


@dataclass(frozen=True)
class MapClass:
    """One class: its rank (the colour, 1 to 5), what it holds, and how many territories."""

    rank: int
    label: str
    count: int


def quantile_breaks(values: NDArray[np.float64]) -> list[float]:
    """Give the upper bounds of every class but the last.

    Parameters
    ----------
    values
        Figures without NaN, in any order and any unit.

    Returns
    -------
    list of float
        At most four bounds, increasing: classes hold as many territories as each other, unless
        many share one figure (equal bounds are merged, and no class is empty by construction).
    """
    if not len(values):
        return []
    shares = np.arange(1, N_CLASSES) / N_CLASSES
    bounds = np.unique(np.quantile(values, shares, method="inverted_cdf"))
    return [float(bound) for bound in bounds if bound < values.max()]


def count_classes(
    values: NDArray[np.float64], breaks: Sequence[float], decimals: int
) -> tuple[MapClass, ...]:
    """Describe each class from the lowest: its bounds written in French and its count."""
    if not len(values):
        return ()
    ranks = np.searchsorted(breaks, values, side="left")
    described = []
    for rank in range(len(breaks) + 1):
        held = values[ranks == rank]
        low, high = french.number(held.min(), decimals), french.number(held.max(), decimals)
        label = low if low == high else _("%(low)s à %(high)s") % {"low": low, "high": high}
        described.append(MapClass(rank + 1, label, len(held)))
    return tuple(described)
