"""Cutting figures into classes for a map, with their labels, their counts and their tones."""

from collections.abc import Sequence
from dataclasses import dataclass

import ckmeans
import numpy as np
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from jalon.core import french

N_CLASSES = 5
FEWEST, MOST = 3, 7
# The tones (1 the lightest, 7 the darkest) of each number of classes.
_TONES = {
    1: (4,),
    2: (2, 6),
    3: (1, 4, 7),
    4: (1, 3, 5, 7),
    5: (1, 2, 4, 6, 7),
    6: (1, 2, 3, 5, 6, 7),
    7: (1, 2, 3, 4, 5, 6, 7),
}


class Method(TextChoices):
    """How figures are cut into classes."""

    QUANTILES = "quantiles", gettext_lazy("effectifs égaux (quantiles)")
    EQUAL = "egaux", gettext_lazy("intervalles égaux")
    NATURAL = "naturels", gettext_lazy("seuils naturels (Jenks)")


@dataclass(frozen=True)
class MapClass:
    """One class: its rank from the lowest, its tone, what it holds, and how many territories."""

    rank: int
    label: str
    count: int
    tone: int = 0


def breaks_of(values: NDArray[np.float64], method: Method, n_classes: int) -> list[float]:
    """Give the upper bounds of every class but the last; a bound belongs to the class below.

    Parameters
    ----------
    values
        Figures without NaN, in any order and any unit.
    method
        How they are cut.
    n_classes
        How many classes are wanted; fewer come out when fewer figures are different.
    """
    if not len(values):
        return []
    if method is Method.EQUAL:
        return equal_breaks(values, n_classes)
    if method is Method.NATURAL:
        return natural_breaks(values, n_classes)
    return quantile_breaks(values, n_classes)


def quantile_breaks(values: NDArray[np.float64], n_classes: int = N_CLASSES) -> list[float]:
    """Give the upper bounds of every class but the last.

    Parameters
    ----------
    values
        Figures without NaN, in any order and any unit.
    n_classes
        How many classes are wanted.

    Returns
    -------
    list of float
        Bounds, increasing: classes hold as many territories as each other, unless many share one
        figure (equal bounds are merged, and no class is empty by construction).
    """
    if not len(values):
        return []
    shares = np.arange(1, n_classes) / n_classes
    bounds = np.unique(np.quantile(values, shares, method="inverted_cdf"))
    return [float(bound) for bound in bounds if bound < values.max()]


def equal_breaks(values: NDArray[np.float64], n_classes: int) -> list[float]:
    """Give the bounds of classes of the same width, from the lowest figure to the highest.

    A class may be empty: it is shown as such.
    """
    low, high = float(values.min()), float(values.max())
    if low == high:
        return []
    return [float(bound) for bound in np.linspace(low, high, n_classes + 1)[1:-1]]


def natural_breaks(values: NDArray[np.float64], n_classes: int) -> list[float]:
    """Give the bounds that make classes as homogeneous as they can be.

    Source: Fisher (1958), Jenks (1977): least sum of squares within classes, found exactly by
    Wang & Song (2011) in n log n (35,000 communes: 10 ms; docs/adr/0005).
    """
    groups = ckmeans.ckmeans(values, min(n_classes, len(values)))
    # Equal figures may be cut between two groups: a bound counts once, and the highest is no bound.
    return sorted({float(group[-1]) for group in groups[:-1]} - {float(values.max())})


def whole_breaks(values: NDArray[np.float64], n_classes: int) -> list[float]:
    """Give a class to each small whole number found, and the last one to all those above."""
    return [float(value) for value in np.unique(values)[:-1][: n_classes - 1]]


def tones_of(n_classes: int) -> tuple[int, ...]:
    """Give the tone of each class, so that the highest is the darkest."""
    return _TONES[n_classes]


def count_classes(
    values: NDArray[np.float64], breaks: Sequence[float], decimals: int
) -> tuple[MapClass, ...]:
    """Describe each class from the lowest: its bounds written in French and its count.

    The bounds written are those of the figures found in the class; an empty class has its own.
    """
    if not len(values):
        return ()
    ranks = np.searchsorted(breaks, values, side="left")
    edges = [float(values.min()), *breaks, float(values.max())]
    tones = tones_of(len(breaks) + 1)
    described = []
    for rank, tone in enumerate(tones):
        held = values[ranks == rank]
        bounds = (held.min(), held.max()) if len(held) else (edges[rank], edges[rank + 1])
        low, high = (french.number(bound, decimals) for bound in bounds)
        label = low if low == high else _("%(low)s à %(high)s") % {"low": low, "high": high}
        described.append(MapClass(rank + 1, label, len(held), tone))
    return tuple(described)
