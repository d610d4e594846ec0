"""Which territories are the nearest: standardised variables, and neighbours among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .measures import Measures
from .variables import BY_CODE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Between the first and last decile of a normal law there are 2.563 standard deviations.
_DECILES_OF_NORMAL = 2.5631
# Two territories of entirely different classes are as far as one standard deviation.
CLASS_DISTANCE = 1.0
# A territory is compared only when the variables known of it carry this share of the weights.
SMALLEST_KNOWN = 0.5


@dataclass(frozen=True)
class Neighbours:
    """The nearest of each of n territories: (n, k) ranks and distances, -1 and NaN for none."""

    places: Ints
    distances: Floats


@dataclass(frozen=True)
class Space:
    """Territories of one kind as points: one block of columns (n, 1) or (n, classes) a variable.

    NaN is "not known". Columns are in standard deviations.
    """

    kind: str
    codes: NDArray[np.str_]
    columns: Mapping[str, Floats]

    @cached_property
    def place_of(self) -> dict[str, int]:
        """The place of each code."""
        return {code: place for place, code in enumerate(self.codes.tolist())}

    @cached_property
    def known(self) -> dict[str, NDArray[np.bool_]]:
        """Where each variable is known: a mask (n,) by variable."""
        return {
            code: np.logical_and.reduce(~np.isnan(block), axis=1)
            for code, block in self.columns.items()
        }

    def differences(self, place: int, others: Ints) -> dict[str, Floats]:
        """Give what separates others from a territory, by variable, in standard deviations.

        For classes, the distance from 0 to 1. NaN where either is not known.
        """
        found = {}
        for code, block in self.columns.items():
            gap = block[others] - block[place]
            if BY_CODE[code].scale == "classes":
                found[code] = np.sqrt((gap**2).sum(axis=1)) / CLASS_DISTANCE
            else:
                found[code] = gap[:, 0]
        return found


def standardise(measures: Measures) -> Space:
    """Put every variable on one scale.

    A figure (or its logarithm: see `Variable.scale`) is centred on the median and divided by what
    separates the first decile from the last, over 2.563: a standard deviation that outliers do
    not stretch. Shares by class are divided by √2, so that two pure classes are 1 apart.
    """
    columns = {}
    for code, values in measures.values.items():
        scale = BY_CODE[code].scale
        if scale == "classes":
            columns[code] = values * (CLASS_DISTANCE / np.sqrt(2))
        else:
            figures = np.log1p(values) if scale == "log" else values
            columns[code] = _robust(figures)[:, None]
    return Space(measures.kind, measures.codes, columns)


def _robust(figures: Floats) -> Floats:
    known = figures[~np.isnan(figures)]
    if not len(known):
        return figures
    low, middle, high = np.quantile(known, (0.1, 0.5, 0.9))
    spread = (high - low) / _DECILES_OF_NORMAL or float(known.std()) or 1.0
    centred: Floats = (figures - middle) / spread
    return centred


def all_nearest(space: Space, weights: Mapping[str, float], count: int) -> Neighbours:
    """Find the nearest of every territory.

    The distance is the root of the weighted mean of the squared differences, over the variables
    known of the territory. Those that have all of these are its candidates: what is missing is
    never taken for a zero nor for a mean. One with too little known (see `SMALLEST_KNOWN`) has
    no neighbour.

    Parameters
    ----------
    space
        The n territories.
    weights
        Weights above zero by variable.
    count
        How many neighbours, k.
    """
    n = len(space.codes)
    places, distances = np.full((n, count), -1), np.full((n, count), np.nan)
    known = np.column_stack([space.known[code] for code in weights])
    patterns, which = np.unique(known, axis=0, return_inverse=True)
    for rank, pattern in enumerate(patterns):
        kept = {code: w for (code, w), here in zip(weights.items(), pattern, strict=True) if here}
        if not _is_enough(kept, weights):
            continue
        asking = np.flatnonzero(which.ravel() == rank)
        candidates = np.flatnonzero(known[:, pattern].all(axis=1))
        points = _points(space, kept)
        k = min(count + 1, len(candidates))
        tree = cKDTree(points[candidates])
        found_far, near = tree.query(points[asking], k=np.arange(1, k + 1), workers=-1)
        found, far = _without_self(candidates[near], np.asarray(found_far), asking)
        places[asking, : found.shape[1]] = found
        distances[asking, : found.shape[1]] = far
    return Neighbours(places, distances)


def nearest_among(
    space: Space, asking: Ints, candidates: Ints, weights: Mapping[str, float], count: int
) -> list[Ints]:
    """Find, for each of some territories, the nearest of some others (none in common).

    Returns
    -------
    list of array of int
        The places of the nearest, `count` at most, for each of `asking`; empty when too little is
        known of it.
    """
    found = [np.array([], dtype=np.int64)] * len(asking)
    known = np.column_stack([space.known[code] for code in weights])
    patterns, which = np.unique(known[asking], axis=0, return_inverse=True)
    for rank, pattern in enumerate(patterns):
        kept = {code: w for (code, w), here in zip(weights.items(), pattern, strict=True) if here}
        among = candidates[known[candidates][:, pattern].all(axis=1)]
        if not _is_enough(kept, weights) or not len(among):
            continue
        points = _points(space, kept)
        rows = np.flatnonzero(which.ravel() == rank)
        k = np.arange(1, min(count, len(among)) + 1)
        _far, near = cKDTree(points[among]).query(points[asking[rows]], k=k)
        for row, places in zip(rows.tolist(), among[near], strict=True):
            found[row] = places
    return found


def _without_self(found: Ints, far: Floats, asking: Ints) -> tuple[Ints, Floats]:
    """Take each territory out of its own neighbours, and put those as far in order of place."""
    is_self = found == asking[:, None]
    # Hidden behind as many doubles of itself, it is not there: the last one goes.
    is_self[~is_self.any(axis=1), -1] = True
    shape = (len(found), found.shape[1] - 1)
    found, far = found[~is_self].reshape(shape), far[~is_self].reshape(shape)
    order = np.lexsort((found, far), axis=1)
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(far, order, axis=1)


def nearest(
    space: Space, place: int, weights: Mapping[str, float], count: int
) -> tuple[Ints, Floats]:
    """Find the nearest of one territory, as `all_nearest` would: their places and distances."""
    kept = {code: weight for code, weight in weights.items() if space.known[code][place]}
    if not _is_enough(kept, weights):
        return np.array([], dtype=np.int64), np.array([], dtype=float)
    total = sum(kept.values())
    squares = np.zeros(len(space.codes))
    for code, weight in kept.items():
        gap = space.columns[code] - space.columns[code][place]
        squares += weight / total * np.einsum("ij,ij->i", gap, gap)
    squares[place] = np.nan
    candidates = np.flatnonzero(~np.isnan(squares))
    far = np.sqrt(squares[candidates])
    if count < len(far):
        is_near = far <= np.partition(far, count - 1)[count - 1]
        candidates, far = candidates[is_near], far[is_near]
    chosen = np.lexsort((candidates, far))[:count]
    return candidates[chosen], far[chosen]


def _is_enough(kept: Mapping[str, float], weights: Mapping[str, float]) -> bool:
    return bool(kept) and sum(kept.values()) >= SMALLEST_KNOWN * sum(weights.values())


def _points(space: Space, weights: Mapping[str, float]) -> Floats:
    total = sum(weights.values())
    return np.hstack([space.columns[code] * np.sqrt(w / total) for code, w in weights.items()])
