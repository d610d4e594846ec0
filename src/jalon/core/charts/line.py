"""Line charts: a territory over time beside its département and France, labelled directly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jalon.core import french

from .canvas import Canvas, Colour, text_width
from .figure import Chart, Table
from .scale import Scale, decimals_of, ticks, whole_ticks

# A dashed tone has the colour of the plain one: five lines are told apart without colour.
Tone = Literal["main", "second", "context", "main-dashed", "second-dotted"]
Value = tuple[int, float | None]

_WIDTH, _HEIGHT = 400, 230
_TOP, _BOTTOM = 14, 26
_LABEL_SIZE, _LABEL_STEP, _LABEL_LENGTH = 12, 15, 20
_COLOURS: dict[Tone, Colour] = {
    "main": "data-1",
    "second": "data-2",
    "context": "context",
    "main-dashed": "data-1",
    "second-dotted": "data-2",
}
_DASHES: dict[Tone, str] = {"main-dashed": "6 3", "second-dotted": "2 3"}


@dataclass(frozen=True)
class Line:
    """One series: (year, value) in order of year; a missing value breaks the line.

    A value of a year among `hidden` is not missing: its producer keeps it secret.
    """

    name: str
    points: Sequence[Value]
    tone: Tone = "main"
    hidden: frozenset[int] = frozenset()

    def cells(self) -> dict[int, float | str | None]:
        """Give what a table shows for each year."""
        return {year: "secret" if year in self.hidden else value for year, value in self.points}

    def known(self) -> list[tuple[int, float]]:
        """Keep the points that have a value."""
        return [(year, value) for year, value in self.points if value is not None]

    def strokes(self) -> list[list[tuple[int, float]]]:
        """Cut the line where a value is missing."""
        pieces: list[list[tuple[int, float]]] = [[]]
        for year, value in self.points:
            if value is None:
                pieces.append([])
            else:
                pieces[-1].append((year, value))
        return [piece for piece in pieces if piece]


def indexed(points: Sequence[Value], base_year: int) -> list[Value]:
    """Express a series in index 100 on a year; empty when that year has no (or a zero) value."""
    base = dict(points).get(base_year)
    if not base:
        return []
    return [(year, None if value is None else 100 * value / base) for year, value in points]


def line_chart(
    *,
    slug: str,
    title: str,
    lines: Sequence[Line],
    unit: str = "",
    decimals: int | None = None,
    source: str = "",
    note: str = "",
    marked_years: Sequence[tuple[int, str]] = (),
    query: str = "",
) -> Chart:
    """Draw series over time.

    Parameters
    ----------
    slug : str
        Name of the chart in its page and in its exports.
    title : str
        What the chart shows, as a sentence.
    lines : sequence of Line
        At least one; the first is drawn above the others.
    unit : str
        Unit of the vertical axis, written above it.
    decimals : int, optional
        Decimals of the labels and of the table.
    marked_years : sequence of (year, text)
        Vertical marks, such as the entry into a programme.
    query : str
        What the address of the page must keep for an export to find the chart.
    """
    lines = [line for line in lines if line.known()]
    canvas = Canvas(_WIDTH, _HEIGHT, title)
    if lines:
        _draw(canvas, lines, unit=unit, decimals=decimals, marked_years=marked_years)
    years = sorted({year for line in lines for year, _ in line.points})
    values = [line.cells() for line in lines]
    table = Table(
        caption=title,
        header=["Année", *(f"{line.name}{f' ({unit})' if unit else ''}" for line in lines)],
        rows=[[str(year), *(by_year.get(year) for by_year in values)] for year in years],
        decimals=decimals,
    )
    return Chart(
        slug=slug, title=title, svg=canvas.svg(), table=table, source=source, note=note, query=query
    )


def _label(line: Line, decimals: int | None) -> tuple[str, str]:
    name = line.name
    if len(name) > _LABEL_LENGTH:
        name = f"{name[: _LABEL_LENGTH - 1].rstrip()}…"
    return french.number(line.known()[-1][1], decimals), name


def _draw(
    canvas: Canvas,
    lines: Sequence[Line],
    *,
    unit: str,
    decimals: int | None,
    marked_years: Sequence[tuple[int, str]],
) -> None:
    labels = [_label(line, decimals) for line in lines]
    right = max(text_width(f"{value} {name}", _LABEL_SIZE) for value, name in labels) + 12
    known = [point for line in lines for point in line.known()]
    years, values = [year for year, _ in known], [value for _, value in known]
    graduations = ticks(min(values), max(values))
    written = [french.number(value, decimals_of(graduations)) for value in graduations]
    left = max(text_width(text, 11) for text in written) + 10
    x = Scale(min(years), max(years), left, _WIDTH - right)
    y = Scale(graduations[0], graduations[-1], _HEIGHT - _BOTTOM, _TOP + (14 if unit else 0))
    for value, text in zip(graduations, written, strict=True):
        canvas.line((left, y(value)), (_WIDTH - right, y(value)), "rule")
        canvas.text((left - 6, y(value) + 4), text, anchor="end", size=11)
    if unit:
        canvas.text((0, 11), unit, size=11)
    for year in whole_ticks(min(years), max(years), 4):
        canvas.text((x(year), _HEIGHT - 6), str(year), anchor="middle", size=11)
    for year, mark in marked_years:
        if min(years) <= year <= max(years):
            canvas.line((x(year), y.start), (x(year), y.end), "mention", dash="3 3")
            canvas.text((x(year) - 4, y.end + 8), mark, anchor="end", size=10)
    for line in reversed(lines):
        width = 2.5 if line.tone == "main" else 1.75
        for stroke in line.strokes():
            points = [(x(year), y(value)) for year, value in stroke]
            dash = _DASHES.get(line.tone, "none")
            canvas.path(points, _COLOURS[line.tone], width=width, dash=dash)
            if len(points) == 1:
                canvas.dot(points[0], _COLOURS[line.tone])
    ends = [(x(line.known()[-1][0]), y(line.known()[-1][1])) for line in lines]
    heights = _spread([height for _, height in ends], y.end + 4, y.start + 4)
    for line, (latest, name), (end, height), place in zip(
        lines, labels, ends, heights, strict=True
    ):
        canvas.dot((end, height), _COLOURS[line.tone], radius=2.5)
        canvas.text((_WIDTH - right + 8, place + 4), f"{latest} {name}", colour=_COLOURS[line.tone],
                    bold=line.tone == "main")  # fmt: skip


def _spread(heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Push labels apart so that none covers another, keeping their order."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    floor = top
    for index in order:
        placed[index] = max(placed[index], floor)
        floor = placed[index] + _LABEL_STEP
    ceiling = bottom
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - _LABEL_STEP
    return placed
