"""Bar charts: counts by year, each bar carrying its own figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from jalon.core import french

from .canvas import Canvas, Colour, text_width
from .figure import Chart, Table
from .scale import Scale

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 400, 220, 22, 26
_ROW, _LABELS = 26, 150


@dataclass(frozen=True)
class Bar:
    """One bar: its label and its value; `muted` for what stands apart (undated, the rest)."""

    label: str
    value: float
    muted: bool = False


def bar_chart(
    *,
    slug: str,
    title: str,
    bars: Sequence[Bar],
    header: tuple[str, str],
    decimals: int | None = None,
    horizontal: bool = False,
    source: str = "",
    note: str = "",
) -> Chart:
    """Draw bars from zero, upright (years) or lying (categories with long names).

    Parameters
    ----------
    bars : sequence of Bar
        In the order of reading.
    header : tuple of two str
        Names of the two columns of the table.
    """
    height = _ROW * len(bars) + 4 if horizontal else _HEIGHT
    canvas = Canvas(_WIDTH, height, title)
    if bars:
        (_draw_lying if horizontal else _draw_upright)(canvas, bars, decimals)
    table = Table(
        caption=title,
        header=header,
        rows=[[bar.label, bar.value] for bar in bars],
        decimals=decimals,
    )
    return Chart(slug=slug, title=title, svg=canvas.svg(), table=table, source=source, note=note)


def _draw_upright(canvas: Canvas, bars: Sequence[Bar], decimals: int | None) -> None:
    base = _HEIGHT - _BOTTOM
    y = Scale(0, max(bar.value for bar in bars) or 1, base, _TOP)
    slot = _WIDTH / len(bars)
    width = min(48.0, slot * 0.7)
    canvas.line((0, base), (_WIDTH, base), "rule")
    size = 12 if slot >= 36 else 10
    for place, bar in enumerate(bars):
        centre = (place + 0.5) * slot
        corner = (centre - width / 2, y(bar.value))
        canvas.box(corner, width, base - y(bar.value), "context" if bar.muted else "data-1")
        text = french.number(bar.value, decimals)
        canvas.text((centre, y(bar.value) - 6), text, colour="ink", anchor="middle", size=size,
                    bold=True)  # fmt: skip
        canvas.text((centre, _HEIGHT - 8), bar.label, anchor="middle", size=size)


def _draw_lying(canvas: Canvas, bars: Sequence[Bar], decimals: int | None) -> None:
    written = [french.number(bar.value, decimals) for bar in bars]
    right = max(text_width(text) for text in written) + 10
    left = min(_LABELS, max(text_width(bar.label) for bar in bars) + 10)
    x = Scale(0, max(bar.value for bar in bars) or 1, left, _WIDTH - right)
    for row, (bar, text) in enumerate(zip(bars, written, strict=True)):
        middle = row * _ROW + _ROW / 2 + 2
        canvas.text((left - 8, middle + 4), bar.label, anchor="end", colour="ink")
        colour: Colour = "context" if bar.muted else "data-1"
        canvas.box((left, middle - 8), max(x(bar.value) - left, 1), 16, colour)
        canvas.text((x(bar.value) + 6, middle + 4), text, colour="ink", bold=True)
