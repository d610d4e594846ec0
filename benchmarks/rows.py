"""One line of the table of benchmarks, and how repeated measures become one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

US = "jalon"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing measured, done by us or by a peer (the same `what` sets them side by side).

    `p50` and `p95` are seconds, `peak_mb` is the memory of the largest process.
    """

    what: str
    who: str
    p50: float
    p95: float | None = None
    peak_mb: float | None = None
    note: str = ""


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Give the median and the 95th percentile, each an observed value."""
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return {"p50": ordered[round(last * 0.5)], "p95": ordered[round(last * 0.95)]}


def timed(action: Callable[[], object]) -> float:
    """Give the seconds that an action took."""
    start = perf_counter()
    action()
    return perf_counter() - start
