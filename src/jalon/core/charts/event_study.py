"""Event-study charts: the gap to the comparison group, year by year around the entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from jalon.core import french

from .canvas import Canvas, Colour
from .figure import Chart, Table
from .scale import Scale, decimals_of, ticks

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 440, 310, 54, 10, 40, 48
_TEXT = 13


@dataclass(frozen=True)
class EventPoint:
    """The gap `event_time` periods after the entry (before, when negative), with its interval.

    The values are in the unit of the chart; `low` and `high` are None for the reference period.
    """

    event_time: int
    effect: float
    low: float | None
    high: float | None


def event_study_chart(
    *,
    slug: str,
    title: str,
    points: Sequence[EventPoint],
    unit: str,
    before: str = "avant : devrait rester à zéro",
    after: str = "après l’entrée",
    step: str = "années depuis l’entrée",
    decimals: int = 1,
    source: str = "",
    note: str = "",
) -> Chart:
    """Draw estimates and intervals before and after the entry, around a line at zero.

    Parameters
    ----------
    points : sequence of EventPoint
        At least one, in any order.
    unit : str
        Unit of the gap, written above its axis ("%", "points").
    before, after : str
        What each side of the entry is for the reader.
    step : str
        Name of the horizontal axis.
    """
    points = sorted(points, key=lambda point: point.event_time)
    canvas = Canvas(_WIDTH, _HEIGHT, title)
    if points:
        _draw(canvas, points, unit=unit, before=before, after=after, step=step)
    table = Table(
        caption=title,
        header=[step.capitalize(), f"Écart ({unit})", f"Borne basse ({unit})",
                f"Borne haute ({unit})"],
        rows=[[french.signed(p.event_time), p.effect, p.low, p.high] for p in points],
        decimals=decimals,
    )  # fmt: skip
    return Chart(slug=slug, title=title, svg=canvas.svg(), table=table, source=source, note=note)


def _draw(
    canvas: Canvas, points: Sequence[EventPoint], *, unit: str, before: str, after: str, step: str
) -> None:
    extremes = [v for p in points for v in (p.effect, p.low, p.high) if v is not None]
    graduations = ticks(min(0.0, *extremes), max(0.0, *extremes), 5)
    first, last = points[0].event_time, points[-1].event_time
    x = Scale(first - 0.5, last + 0.5, _LEFT, _WIDTH - _RIGHT)
    y = Scale(graduations[0], graduations[-1], _HEIGHT - _BOTTOM, _TOP)
    if first < 0:
        entry = x(min(-0.5, last + 0.5))
        canvas.box((_LEFT, _TOP), entry - _LEFT, y.start - _TOP, "shade")
        canvas.text((_LEFT + 4, _TOP - 8), before, size=_TEXT)
        if last >= 0:
            canvas.line((entry, _TOP - 4), (entry, y.start), "mention", dash="3 3")
    if last >= 0:
        canvas.text((_WIDTH - _RIGHT, _TOP - 8), after, anchor="end", size=_TEXT)
    n_decimals = decimals_of(graduations)
    for value in graduations:
        colour: Colour = "ink" if value == 0 else "rule"
        canvas.line(
            (_LEFT, y(value)), (_WIDTH - _RIGHT, y(value)), colour, width=1.5 if value == 0 else 1
        )
        canvas.text((_LEFT - 6, y(value) + 4), french.signed(value, n_decimals), anchor="end",
                    size=_TEXT)  # fmt: skip
    canvas.text((0, 14), f"Écart ({unit})", size=_TEXT)
    every = max(1, round((last - first + 1) / 12))
    for point in points:
        at = (x(point.event_time), y(point.effect))
        if point.low is not None and point.high is not None:
            canvas.line((at[0], y(point.low)), (at[0], y(point.high)), "data-1", width=2)
        canvas.dot(at, "data-1", radius=4, hollow=point.event_time < 0)
        if point.event_time % every == 0:
            canvas.text((at[0], y.start + 16), french.signed(point.event_time), anchor="middle",
                        size=_TEXT)  # fmt: skip
    canvas.text(((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8), step, anchor="middle", size=_TEXT)
