"""Which comparisons are made: one cell per cohort and period, with its base and controls."""

from dataclasses import dataclass

import numpy as np

from jalon.causal.layout import Floats, Ints, Mask
from jalon.causal.options import Options
from jalon.causal.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The (cohort, period) effects to estimate, as parallel arrays (K,).

    Attributes
    ----------
    cohort, period, base : int arrays
        Indices in the cohorts and periods of the sample.
    controls_from : int array
        First cohort of the comparison group: cohorts are sorted by date, never treated last,
        so a comparison group is a suffix of them, less the cohort itself.
    g, t : float arrays
        Values of cohort and period.
    anticipation : int
        Periods of anticipation.
    """

    cohort: Ints
    period: Ints
    base: Ints
    controls_from: Ints
    g: Floats
    t: Floats
    anticipation: int

    @property
    def event_time(self) -> Floats:
        """Time since treatment."""
        return self.t - self.g

    @property
    def is_base(self) -> Mask:
        """Cells compared with themselves (universal base): zero by construction."""
        return np.asarray(self.period == self.base)

    @property
    def is_pre(self) -> Mask:
        """Cells before treatment and before any declared anticipation."""
        return np.asarray(self.t < self.g - self.anticipation)


def list_cells(sample: Sample, options: Options) -> Cells:
    """List the cells of a sample, cohort by cohort, in the order of R's `did`.

    The sample holds no cohort treated by the first period: each has a base period.
    Source: Callaway and Sant'Anna (2021), sections 2 and 4.
    """
    periods, ahead = sample.periods, options.anticipation
    rows: list[tuple[int, int, int, int]] = []
    for h in range(sample.n_estimated):
        g = sample.cohorts[h]
        last_before = int((periods + ahead < g).sum()) - 1
        for t in range(0 if options.base == "universal" else 1, len(periods)):
            treated = periods[t] >= g - ahead
            base = last_before if treated or options.base == "universal" else t - 1
            rows.append((h, t, base, _controls_from(sample, options, max(t, base))))
    cohort, period, base_, start = np.array(rows, dtype=np.intp).reshape(-1, 4).T
    return Cells(
        cohort=cohort,
        period=period,
        base=base_,
        controls_from=start,
        g=sample.cohorts[cohort],
        t=periods[period],
        anticipation=ahead,
    )


def _controls_from(sample: Sample, options: Options, latest: int) -> int:
    """Give the first cohort still untreated at the later of the two periods compared."""
    if options.control == "never":
        return int(np.searchsorted(sample.cohorts, np.inf))
    limit = sample.periods[latest] + options.anticipation
    return int(np.searchsorted(sample.cohorts, limit, side="right"))
