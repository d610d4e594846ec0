"""From values to places on the sheet, with round graduations."""

import math
from dataclasses import dataclass
from itertools import pairwise

_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    """A linear scale from a domain of values to a range of coordinates."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Give the coordinate of a value; one that stands alone is centred."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Choose about `count` round values that enclose [low, high].

    Examples
    --------
    >>> ticks(3, 97)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    if high == low:
        margin = abs(low) * 0.05 or 1.0
        low, high = low - margin, high + margin
    rough = (high - low) / count
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(step * magnitude for step in _STEPS if step * magnitude >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def whole_ticks(low: int, high: int, count: int = 5) -> list[int]:
    """Choose at most about `count` whole values inside [low, high], both ends included."""
    step = max(1, math.ceil((high - low) / max(count - 1, 1)))
    chosen = list(range(low, high + 1, step))
    if high - chosen[-1] < step / 2 and len(chosen) > 1:
        chosen[-1] = high
    elif chosen[-1] != high:
        chosen.append(high)
    return chosen


def decimals_of(graduations: list[float]) -> int:
    """Count the decimals needed to tell graduations apart."""
    step = min((b - a for a, b in pairwise(graduations)), default=1)
    return max(0, min(3, next((n for n in range(4) if abs(step * 10**n % 1) < 1e-9), 3)))
