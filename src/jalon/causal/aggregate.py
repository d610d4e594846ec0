"""Averages of group-time effects: simple, by event time, by cohort, by calendar period.

Source: Callaway and Sant'Anna (2021), section 3; conventions of R's `did` 2.5.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jalon.causal.cells import Cells
from jalon.causal.layout import Floats, Mask


@dataclass(frozen=True, slots=True)
class Average:
    """One average of effects, and how its influence is made.

    Attributes
    ----------
    att : float
        NaN when no cell contributes.
    on_cells : float array (K,)
        Weight of the influence of each cell.
    on_weights : float array (H,)
        Weight of the influence of each estimated cohort's size, itself estimated.
    """

    att: float
    on_cells: Floats
    on_weights: Floats


@dataclass(frozen=True, slots=True)
class Family:
    """Averages shown together under one simultaneous band, and their overall average."""

    labels: Floats
    points: tuple[Average, ...]
    overall: Average


@dataclass(frozen=True, slots=True)
class Aggregation:
    """The four averages of record."""

    simple: Average
    dynamic: Family
    group: Family
    calendar: Family

    @property
    def averages(self) -> tuple[Average, ...]:
        """Every average in one row: simple, then each family followed by its overall."""
        families = (self.dynamic, self.group, self.calendar)
        return (self.simple, *(one for f in families for one in (*f.points, f.overall)))

    def operators(self) -> Floats:
        """Give how each average combines the influence of cells and cohort sizes (K + H, A)."""
        columns = [np.append(one.on_cells, one.on_weights) for one in self.averages]
        return np.column_stack(columns)


def aggregate(
    att: Floats, cells: Cells, cohort_weights: Floats, first_period: float, balance_e: int | None
) -> Aggregation:
    """Average the estimated cells; cells that could not be estimated (NaN) are left out.

    Parameters
    ----------
    att : float array (K,)
        Effects.
    cohort_weights : float array (H,)
        Total weight of each estimated cohort.
    first_period : float
        First period of the sample, which bounds a balanced event study.
    balance_e : int or None
        Keep the cohorts observed at least this long after treatment.
    """
    average = _Averages(att, cells, cohort_weights)
    post = average.estimated & (cells.t >= cells.g)
    return Aggregation(
        simple=average.by_size(post),
        dynamic=_dynamic(average, cells, first_period, balance_e),
        group=_group(average, cells, post),
        calendar=_calendar(average, cells, post),
    )


class _Averages:
    """The two ways of averaging cells."""

    def __init__(self, att: Floats, cells: Cells, cohort_weights: Floats) -> None:
        self.att, self.cells, self.cohort_weights = att, cells, cohort_weights
        self.estimated = ~np.isnan(att)

    def by_size(self, chosen: Mask) -> Average:
        """Average cells in proportion to the size of their cohort, an estimated weight."""
        on_cells, on_weights = np.zeros(len(chosen)), np.zeros(len(self.cohort_weights))
        if not chosen.any():
            return Average(np.nan, on_cells, on_weights)
        cohort = self.cells.cohort[chosen]
        total = self.cohort_weights[cohort].sum()
        on_cells[chosen] = self.cohort_weights[cohort] / total
        att = float(on_cells[chosen] @ self.att[chosen])
        np.add.at(on_weights, cohort, (self.att[chosen] - att) / total)
        return Average(att, on_cells, on_weights)

    def evenly(self, averages: Sequence[Average]) -> Average:
        """Average averages with equal weights."""
        if not averages:
            return self.by_size(np.zeros(len(self.att), dtype=np.bool_))
        return Average(
            float(np.mean([one.att for one in averages])),
            np.mean([one.on_cells for one in averages], axis=0),
            np.mean([one.on_weights for one in averages], axis=0),
        )

    def cell(self, index: int) -> Average:
        """Give one cell alone."""
        on_cells = np.zeros(len(self.att))
        on_cells[index] = 1.0
        return Average(float(self.att[index]), on_cells, np.zeros(len(self.cohort_weights)))


def _dynamic(
    average: _Averages, cells: Cells, first_period: float, balance_e: int | None
) -> Family:
    event, included = cells.event_time, average.estimated
    if balance_e is not None:
        included = included & np.isin(cells.cohort, _balanced_cohorts(average, cells, balance_e))
    labels = np.unique(event[included])
    if balance_e is not None and len(labels):
        earliest = balance_e - cells.t.max() + first_period
        labels = labels[(labels <= balance_e) & (labels >= earliest)]
    points = tuple(average.by_size(included & (event == e)) for e in labels)
    after = [point for point, e in zip(points, labels, strict=True) if e >= 0]
    return Family(labels, points, average.evenly(after))


def _balanced_cohorts(average: _Averages, cells: Cells, balance_e: int) -> list[int]:
    """List the cohorts estimated at each event time from 0 to `balance_e` that exists."""
    event = cells.event_time
    eligible = cells.t.max() - cells.g >= balance_e
    inside = eligible & (event >= 0) & (event <= balance_e)
    needed = set(event[inside])
    return [
        int(h)
        for h in np.unique(cells.cohort[eligible])
        if needed == set(event[inside & average.estimated & (cells.cohort == h)])
    ]


def _group(average: _Averages, cells: Cells, post: Mask) -> Family:
    cohorts = np.unique(cells.cohort[post])
    points = [
        average.evenly([average.cell(int(k)) for k in np.flatnonzero(post & (cells.cohort == h))])
        for h in cohorts
    ]
    labels = np.array([cells.g[cells.cohort == h][0] for h in cohorts])
    if not points:
        return Family(labels, (), average.evenly(()))
    weights = average.cohort_weights[cohorts] / average.cohort_weights[cohorts].sum()
    att = float(weights @ [point.att for point in points])
    on_weights = np.zeros(len(average.cohort_weights))
    spread = np.array([point.att - att for point in points])
    on_weights[cohorts] = spread / average.cohort_weights[cohorts].sum()
    overall = Average(att, weights @ np.array([point.on_cells for point in points]), on_weights)
    return Family(labels, tuple(points), overall)


def _calendar(average: _Averages, cells: Cells, post: Mask) -> Family:
    labels = np.unique(cells.t[post])
    points = tuple(average.by_size(post & (cells.t == t)) for t in labels)
    return Family(labels, points, average.evenly(points))
