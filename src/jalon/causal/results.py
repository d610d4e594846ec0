"""Typed results of an estimation and their JSON (schema `jalon.impact/1`)."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from jalon.causal.inference import WaldTest
from jalon.causal.options import Base, Control, Method

SCHEMA = "jalon.impact/1"


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect with its standard error and interval; None where a figure does not exist."""

    att: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True, slots=True)
class GroupTime:
    """Effect on one cohort at one period."""

    cohort: float
    period: float
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Point:
    """One estimate of a family: at an event time, for a cohort or at a period."""

    label: float
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class FamilyResult:
    """Estimates under one band, with the overall average (whose interval is pointwise)."""

    overall: Estimate
    points: tuple[Point, ...]
    critical_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactResult:
    """Everything an estimation says about one outcome.

    Attributes
    ----------
    periods : pair of float
        First and last period used.
    critical_value : float
        Of the band of `att_gt`; each family has its own.
    warnings : tuple of str
        In French: what was left out, what is fragile.
    """

    n_units: int
    n_treated: int
    n_clusters: int
    periods: tuple[float, float]
    control: Control
    method: Method
    base: Base
    anticipation: int
    alpha: float
    se_kind: Literal["analytic", "bootstrap"]
    band: Literal["pointwise", "simultaneous"]
    critical_value: float
    att_gt: tuple[GroupTime, ...]
    simple: Estimate
    dynamic: FamilyResult
    group: FamilyResult
    calendar: FamilyResult
    pretrends: WaldTest | None
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the public JSON: numbers, None where a figure does not exist, never NaN."""
        pretrends = self.pretrends
        return {
            "schema": SCHEMA,
            "n_units": self.n_units,
            "n_treated": self.n_treated,
            "n_clusters": self.n_clusters,
            "periods": [_number(period) for period in self.periods],
            "control": self.control,
            "method": self.method,
            "base": self.base,
            "anticipation": self.anticipation,
            "alpha": self.alpha,
            "se_kind": self.se_kind,
            "band": self.band,
            "critical_value": self.critical_value,
            "att_gt": [
                {
                    "cohort": _number(cell.cohort),
                    "period": _number(cell.period),
                    **asdict(cell.estimate),
                }
                for cell in self.att_gt
            ],
            "simple": asdict(self.simple),
            "dynamic": _family(self.dynamic, "event", "event_time"),
            "group": _family(self.group, "by", "cohort"),
            "calendar": _family(self.calendar, "by", "period"),
            "pretrends": asdict(pretrends)
            if pretrends
            else {"wald": None, "df": 0, "p_value": None},
            "warnings": list(self.warnings),
        }


def _family(family: FamilyResult, key: str, label: str) -> dict[str, Any]:
    points = [{label: _number(point.label), **asdict(point.estimate)} for point in family.points]
    return {"overall": asdict(family.overall), key: points}


def _number(value: float) -> float:
    """Write a whole number without its decimal point."""
    return int(value) if float(value).is_integer() else float(value)
