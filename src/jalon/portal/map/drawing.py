"""The map drawn on the server: the file to download, and the overseas départements beside it.

The drawing carries its title, its legend, its source, its vintage and its licence.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts.canvas import Canvas, standalone

from .choice import MapChoice
from .classes import MapClass
from .data import Layer, layer_of
from .shapes import MAINLAND, Box, Shape, overseas, shapes_of

_WIDTH, _MAP = 680.0, 600.0
_MARGIN, _LINE = 16.0, 16.0
_INSET = 62.0
_THUMB = 72.0
_CHARACTERS = 92  # of a line of small text
_NAMED_UP_TO = 2_000  # shapes: beyond, naming each would double the file
_THIN = 0.1  # between territories smaller than a line
_KEPT = 8


@dataclass(frozen=True)
class Inset:
    """An overseas département drawn small, with the box of degrees that the script shows."""

    code: str
    name: str
    svg: str


@lru_cache(maxsize=_KEPT)
def france_svg(choice: MapChoice, grain: str, vintage: str, source: str, warning: str) -> str:
    """Draw a choice at one grain as a file that stands alone; empty without contours."""
    layer = layer_of(choice, grain, vintage)
    title = _("%(title)s, %(grain)s") % {
        "title": choice.title,
        "grain": str(layer.grain.title).lower(),
    }
    heading = textwrap.wrap(title, 62)
    top = _MARGIN + 24 * len(heading)
    boxes = (
        (MAINLAND, (_MARGIN + 50, top, _WIDTH - _MARGIN - 66, _MAP)),
        *((code, _inset_box(rank, top)) for rank, (code, _name) in enumerate(overseas())),
    )
    shapes = shapes_of(grain, boxes, vintage)
    if not any(shapes.values()):
        return ""
    sayings = [_("Source : %(source)s") % {"source": source} if source else "", warning]
    notes = [line for saying in sayings for line in textwrap.wrap(saying, _CHARACTERS)]
    legend = legend_rows(layer, choice)
    bottom = top + _MAP + _MARGIN
    height = bottom + _LINE * ((len(legend) + 1) // 2 + len(notes) + 2)
    canvas = Canvas(_WIDTH, height, title)
    canvas.describe(title, f"{source} {warning}".strip())
    canvas.box((0, 0), _WIDTH, height, "paper")
    for rank, line in enumerate(heading):
        canvas.text((_MARGIN, _MARGIN + 16 + 24 * rank), line, colour="ink", size=18, bold=True)
    for place in shapes:
        draw_shapes(canvas, layer, shapes[place])
    for rank, (code, name) in enumerate(overseas()):
        if shapes.get(code):
            middle = top + _MAP - _INSET * (len(overseas()) - rank) + _INSET / 2
            canvas.text((_MARGIN + _INSET + 2, middle), name, size=12)
    _write_legend(canvas, layer, legend, bottom)
    below = bottom + _LINE * ((len(legend) + 1) // 2 + 1)
    for rank, line in enumerate(notes):
        canvas.text((_MARGIN, below + _LINE * (rank + 1)), line, size=11)
    return standalone(canvas.svg())


def _inset_box(rank: int, top: float) -> Box:
    y = top + _MAP - _INSET * (len(overseas()) - rank)
    return (_MARGIN, y + 4, _INSET - 8, _INSET - 8)


def draw_shapes(canvas: Canvas, layer: Layer, shapes: Sequence[Shape]) -> None:
    """Colour territories by their class, or put a circle in each."""
    tones = layer.tones()
    names = layer.records
    is_named = len(layer.values) <= _NAMED_UP_TO
    together: dict[str, list[str]] = {}  # outlines without a name, by colour: a third of the size
    for code, path, _centre in shapes:
        fill = f"ton-{tones.get(code, 0)}"
        if layer.circles is not None:
            fill = "shade" if code in layer.values else "ton-0"
        if is_named:
            canvas.shape(path, fill, title=_label(layer, names[code]["nom"], code))
        else:
            together.setdefault(fill, []).append(path)
    for fill, paths in together.items():
        canvas.shape("".join(paths), fill, border=_THIN)
    if layer.circles is not None:
        largest_first = sorted(shapes, key=lambda shape: -layer.values.get(shape.code, 0))
        for code, _path, centre in largest_first:
            if radius := layer.circles.radius(layer.values.get(code, 0)):
                said = _label(layer, names[code]["nom"], code) if is_named else ""
                canvas.bubble(centre, radius, f"ton-{tones[code]}", title=said)


def _label(layer: Layer, name: str, code: str) -> str:
    value = layer.values.get(code)
    if code in layer.hidden:
        return _("%(name)s : secret") % {"name": name}
    if value is None:
        return _("%(name)s : sans chiffre") % {"name": name}
    written = french.number(value, layer.decimals)
    return _("%(name)s : %(value)s %(unit)s") % {
        "name": name, "value": written, "unit": layer.unit
    }  # fmt: skip


def legend_rows(layer: Layer, choice: MapChoice) -> list[MapClass]:
    """List the classes of a layer, and what has no figure."""
    rows = list(layer.classes)
    if layer.n_suppressed:
        rows.append(MapClass(0, _("secret"), layer.n_suppressed))
    if layer.n_missing:
        rows.append(MapClass(0, choice.without, layer.n_missing))
    return rows


def _write_legend(canvas: Canvas, layer: Layer, rows: Sequence[MapClass], top: float) -> None:
    canvas.text((_MARGIN, top), _("En %(unit)s") % {"unit": layer.unit}, colour="ink", size=12)
    if layer.circles is not None:
        canvas.text((_MARGIN + 220, top), _("(la surface d’un cercle suit le chiffre)"), size=12)
    n_lines = (len(rows) + 1) // 2
    for rank, row in enumerate(rows):
        left = _MARGIN + (rank // n_lines) * (_WIDTH / 2)
        y = top + _LINE * (rank % n_lines + 1)
        canvas.box((left, y - 10), 12, 12, f"ton-{row.tone}")  # type: ignore[arg-type]
        canvas.text((left + 18, y), f"{row.label} ({french.number(row.count)})", size=12)


@lru_cache(maxsize=4 * _KEPT)
def insets_of(choice: MapChoice, grain: str, vintage: str) -> list[Inset]:
    """Draw the overseas départements at one grain, for the side of the map."""
    layer = layer_of(choice, grain, vintage)
    box = (2.0, 2.0, _THUMB - 4, _THUMB - 4)
    places = overseas()
    shapes = shapes_of(grain, tuple((code, box) for code, _name in places), vintage)
    insets = []
    for code, name in places:
        if shapes.get(code):
            canvas = Canvas(_THUMB, _THUMB, name)
            draw_shapes(canvas, layer, shapes[code])
            insets.append(Inset(code, name, canvas.svg()))
    return insets
