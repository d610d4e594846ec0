"""How long rows fall into a table by unit and period, found without sorting where possible."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

# Beyond this many empty places for each row, a period column is surely a mistake.
_MOST_SPARSE = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """Place of each row.

    Attributes
    ----------
    units, periods : arrays (n,), (T,)
        Sorted distinct values.
    slot : int array (N,) or None
        Place of each row in the flattened table; None when rows are already in that order
        without hole, so that the table is the column itself.
    n_rows : int
        Rows N.
    """

    units: Column
    periods: Column
    slot: Ints | None
    n_rows: int

    @classmethod
    def of(cls, unit: Column, period: Column) -> "Layout":
        """Find the place of each row."""
        aligned = _aligned(unit, period)
        if aligned is not None:
            return cls(*aligned, None, len(unit))
        units, unit_codes = factorize(unit)
        periods, period_codes = factorize(period)
        return cls(units, periods, unit_codes * len(periods) + period_codes, len(unit))

    @property
    def shape(self) -> tuple[int, int]:
        """Units and periods."""
        return len(self.units), len(self.periods)

    @property
    def is_too_sparse(self) -> bool:
        """Whether nearly every place would be empty."""
        return self.shape[0] * self.shape[1] > _MOST_SPARSE * self.n_rows

    def places(self) -> Ints:
        """Give the place of each row (N,)."""
        return np.arange(self.n_rows) if self.slot is None else self.slot

    def first_repeated(self) -> tuple[int, int] | None:
        """Give the first place taken twice and how many are, or None."""
        if self.slot is None:
            return None
        counts = np.bincount(self.slot, minlength=self.shape[0] * self.shape[1])
        if counts.max() < 2:
            return None
        return int(np.argmax(counts > 1)), int((counts > 1).sum())

    def wide(self, values: Column, fill: float = np.nan) -> Floats:
        """Arrange a numeric column by unit and period (n, T)."""
        if self.slot is None:
            return np.ascontiguousarray(values, dtype=np.float64).reshape(self.shape)
        wide = np.full(self.shape, fill)
        wide.ravel()[self.slot] = values
        return wide


def _aligned(unit: Column, period: Column) -> tuple[Column, Column] | None:
    """Give units and periods when rows are sorted by both, without hole or repetition."""
    if unit.dtype.kind not in "iufU" or len(unit) < 2:
        return None
    changes = np.flatnonzero(unit[1:] != unit[:-1]) + 1
    n = len(changes) + 1
    width = len(unit) // n
    if n * width != len(unit) or not (changes == np.arange(1, n) * width).all():
        return None
    units, periods = unit[::width], period[:width]
    if not (_increasing(units) and _increasing(periods)):
        return None
    return (units, periods) if (period.reshape(n, width) == periods).all() else None


def _increasing(values: Column) -> bool:
    return bool((values[1:] > values[:-1]).all())


def factorize(values: Column) -> tuple[Column, Ints]:
    """Give the sorted distinct values and the code of each row.

    Faster than `numpy.unique` on the two usual cases: rows grouped by value (only the head of
    each run is sorted) and integers of a small range (a table of presence, no sort).
    """
    if values.dtype.kind == "O":
        values = values.astype(str)
    if values.dtype.kind == "f" and len(values) and _are_small_integers(values):
        labels, codes = factorize(values.astype(np.int64))
        return labels.astype(values.dtype), codes
    heads = np.append(True, values[1:] != values[:-1])[: len(values)]
    if heads.sum() * 4 < len(values):
        labels, codes = _factorize_heads(values[heads])
        return labels, np.repeat(codes, np.diff(np.append(np.flatnonzero(heads), len(values))))
    return _factorize_heads(values)


def _are_small_integers(values: Column) -> bool:
    return bool((np.abs(values) < 2**53).all() and (values == np.floor(values)).all())


def _factorize_heads(values: Column) -> tuple[Column, Ints]:
    if values.dtype.kind in "iu" and len(values):
        if values.dtype.itemsize < 8:  # differences of short integers overflow
            values = values.astype(np.int64)
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values) + 1024:
            offsets = values - low
            present = np.zeros(high - low + 1, dtype=np.bool_)
            present[offsets] = True
            ranks = np.cumsum(present) - 1
            return np.flatnonzero(present) + low, ranks[offsets]
    labels, codes = np.unique(values, return_inverse=True)
    return labels, codes.astype(np.intp, copy=False)


def is_missing(values: Column) -> Mask:
    """Say which values are absent: NaN, None or empty text (N,)."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind == "O":
        return np.array([value is None or value == "" or value != value for value in values])
    if values.dtype.kind == "U":
        return np.asarray(values == "")
    return np.zeros(len(values), dtype=np.bool_)
