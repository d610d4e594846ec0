"""What the page of an indicator says beside its card: coverage by grain, freshness, targets."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count

from jalon.core import french
from jalon.indicators.catalogue import IndicatorCard
from jalon.indicators.enums import Grain
from jalon.lake.queries import DatedPoint, GrainSummary
from jalon.portal.indicator_list import plain
from jalon.portal.lake_access import current_lake, lake_stamp
from jalon.territories.enums import Zone
from jalon.territories.models import Territory

_READINGS_SHOWN = 24


@dataclass(frozen=True)
class GrainRow:
    """The last figures of one grain: how many are observed, at zero, secret, missing."""

    summary: GrainSummary
    n_known: int
    decimals: int

    @property
    def label(self) -> str:
        """Name the grain."""
        return str(Grain(self.summary.grain).label)

    @property
    def slug(self) -> str:
        """Give the grain as the API writes it."""
        return self.summary.grain.lower()

    @property
    def years(self) -> str:
        """Write the years covered."""
        first, last = self.summary.first, self.summary.last
        return f"{first}–{last}" if first != last else str(last)

    @property
    def n_missing(self) -> int | None:
        """Count the territories without figure; None when the register does not hold this grain."""
        told = self.summary.n_observed + self.summary.n_suppressed
        return max(0, self.n_known - told) if self.n_known else None

    @property
    def span(self) -> str:
        """Write the smallest, the middle and the largest figure."""
        figures = (self.summary.low, self.summary.median, self.summary.high)
        if self.summary.median is None or self.summary.n_observed < 2:
            return french.number(self.summary.median, self.decimals)
        return " · ".join(french.number(figure, self.decimals) for figure in figures)


@dataclass(frozen=True)
class Freshness:
    """How recent the figures are, and when newer ones may come."""

    last_period: int | None
    imported_on: dt.date | None
    next_expected: dt.date | None

    @property
    def is_overdue(self) -> bool:
        """Say whether newer figures could already be public."""
        return self.next_expected is not None and self.next_expected <= dt.date.today()  # noqa: DTZ011  (a day in France)


@dataclass(frozen=True)
class TargetRow:
    """One territory of a follow-up: where it started, where it is, where it should be."""

    name: str
    url: str
    points: Mapping[str, DatedPoint]

    @property
    def initial(self) -> DatedPoint | None:
        """Give the first value."""
        return self.points.get("initial")

    @property
    def current(self) -> DatedPoint | None:
        """Give the last value."""
        return self.points.get("current")

    @property
    def target(self) -> DatedPoint | None:
        """Give the value to reach."""
        return self.points.get("target")

    @property
    def progress(self) -> float | None:
        """Give the share of the way done, as the follow-up publishes it."""
        point = self.points.get("progress")
        return point.value if point else None


def grain_rows(card: IndicatorCard) -> list[GrainRow]:
    """Describe each grain of an indicator, in the order of its card."""
    summaries = _summary(card.code, lake_stamp())
    if not summaries:
        return []
    counted = dict(
        Territory.objects.current()
        .filter(kind__in=summaries)
        .exclude(zone=Zone.COM)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    order = [grain.value for grain in card.grains]
    return [
        GrainRow(summaries[grain], counted.get(grain, 0), card.decimals)
        for grain in sorted(summaries, key=lambda g: order.index(g) if g in order else len(order))
        if grain in Grain.values
    ]


@lru_cache(maxsize=256)
def _summary(code: str, stamp: int) -> dict[str, GrainSummary]:
    return {one.grain: one for one in current_lake().summary(code)}


def freshness(card: IndicatorCard) -> Freshness:
    """Say how recent an indicator is, from the lake alone."""
    summaries = _summary(card.code, lake_stamp())
    last = max((one.last for one in summaries.values()), default=None)
    imported = [stored.stored_at.date() for stored in current_lake().sources_of(card.code)]
    return Freshness(last, max(imported, default=None), card.next_expected(last))


def target_rows(card: IndicatorCard, grain: str) -> list[TargetRow]:
    """List the territories of a grain that a follow-up names, by name."""
    latest = _latest(card.code, grain, lake_stamp())
    places = {
        place.code: place
        for place in Territory.objects.current().filter(kind=grain, code__in=latest)
    }
    rows = [
        TargetRow(places[code].name, places[code].get_absolute_url(), points)
        for code, points in latest.items()
        if code in places
    ]
    return sorted(rows, key=lambda row: plain(row.name))


@lru_cache(maxsize=256)
def _latest(code: str, grain: str, stamp: int) -> Mapping[str, Mapping[str, DatedPoint]]:
    return current_lake().latest_dated(code, grain)


def last_readings(card: IndicatorCard) -> Sequence[DatedPoint]:
    """Give the last dated values of France, the newest first."""
    points = current_lake().dated(card.code, Grain.FRANCE.value, Grain.FRANCE.value)
    return [point for point in reversed(points) if point.kind == "current"][:_READINGS_SHOWN]
