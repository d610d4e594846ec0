"""Proportional circles: how wide a figure is drawn, and the circles that the legend shows."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jalon.core import french

from .grains import Grain

_WIDEST_OF_LEGEND = 28.0
_SHARES = (1.0, 0.3, 0.08)
_NARROWEST = 1.5


@dataclass(frozen=True)
class CircleKey:
    """A circle of the legend: its radius and the figure that it stands for."""

    radius: float
    label: str


@dataclass(frozen=True)
class CircleScale:
    """The area of a circle is proportional to its figure; `largest` has a radius of `widest`."""

    widest: float
    largest: float

    def radius(self, value: float) -> float:
        """Give the radius of a figure, in pixels; the smallest circles stay visible."""
        if value <= 0:
            return 0.0
        return max(_NARROWEST, self.widest * math.sqrt(value / self.largest))

    def keys(self, decimals: int) -> list[CircleKey]:
        """Choose three round figures, the largest first, to read the others by."""
        top = self.largest * min(1.0, (_WIDEST_OF_LEGEND / self.widest) ** 2)
        figures = dict.fromkeys(_round(top * share, decimals) for share in _SHARES)
        return [
            CircleKey(round(self.radius(figure), 1), french.number(figure, decimals))
            for figure in figures
            if figure > 0
        ]


def _round(value: float, decimals: int) -> float:
    """Round down to one significant figure among 1, 2 and 5."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    figure = next(step for step in (5, 2, 1) if step * power <= value * (1 + 1e-9)) * power
    return round(figure, decimals)


def scale_of(values: NDArray[np.float64], grain: Grain) -> CircleScale | None:
    """Fit the circles of a grain to its largest figure; None when there is nothing to draw."""
    largest = float(values.max(initial=0.0))
    return CircleScale(float(grain.widest), largest) if largest > 0 else None
