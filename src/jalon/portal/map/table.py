"""The same figures as a table: sorted by the server, one page at a time, without a script."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.layout import page_of

from .choice import MapChoice
from .data import Layer, codes_in_order, layer_of

_PER_PAGE = 50
_SORTS = ("nom", "valeur", "rang", "blanches", "habitants")
_DOWN = "decroissant"


@dataclass(frozen=True)
class Column:
    """One column: its title, the address that sorts by it, and how it is sorted now."""

    title: str
    address: str = ""
    sorted_as: str = ""  # the value of aria-sort
    is_figure: bool = True


@dataclass(frozen=True)
class Line:
    """One territory: its name, its page, its cells written in French."""

    name: str
    address: str
    cells: Sequence[tuple[str, bool]]  # and whether it is a figure


@dataclass(frozen=True)
class MapTable:
    """One page of the table of a grain."""

    caption: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    page: Page[str]


def table_of(request: HttpRequest, choice: MapChoice, vintage: str) -> MapTable:
    """Write the page of the table that the address asks for, at the main grain of the choice."""
    layer = layer_of(choice, choice.main, vintage)
    sort = request.GET.get("tri", "rang")
    sort = sort if sort in _SORTS else "rang"
    is_down = request.GET.get("ordre") == _DOWN
    codes = codes_in_order(choice, choice.main, vintage, sort)
    page = page_of(request, codes[::-1] if is_down else codes, per_page=_PER_PAGE)
    return MapTable(
        caption=f"{choice.title} · {str(layer.grain.title).lower()}",
        columns=_columns(choice, layer, sort, is_down=is_down),
        lines=[_line(choice, layer, code) for code in page],
        page=page,
    )


def _columns(choice: MapChoice, layer: Layer, sort: str, *, is_down: bool) -> list[Column]:
    titles = {"nom": _("Territoire"), "valeur": layer.unit, "rang": _("Rang")}
    has_white = bool(layer.overlaps) and layer.grain.code != "commune"
    if has_white:
        titles |= {
            "blanches": _("Communes en zone blanche"),
            "habitants": _("Habitants en zone blanche"),
        }
    columns = []
    for name, title in titles.items():
        is_sorted = name == sort
        order = {} if is_down or not is_sorted else {"ordre": _DOWN}
        address = f"?{choice.query(tri=name, **order)}#tableau"
        said = ("descending" if is_down else "ascending") if is_sorted else ""
        columns.append(Column(title, address, said, is_figure=name != "nom"))
    if has_white:
        columns.append(Column(_("Communes")))
    elif layer.overlaps:
        columns.append(Column(_("Lesquels"), is_figure=False))
    return columns


def _line(choice: MapChoice, layer: Layer, code: str) -> Line:
    name = layer.records[code]["nom"]
    cells = [
        french.number(layer.values[code], layer.decimals),
        french.number(layer.ranks[code]),
    ]
    if layer.overlaps:
        one = layer.overlaps[code]
        if one.is_commune:
            names = [choice.known_programmes[programme] for programme in one.programmes]
            cells.append(", ".join(names) or _("aucun : zone blanche"))
        else:
            counts = (one.n_white, one.white_population, one.n_communes)
            cells += [french.number(count) for count in counts]
    address = reverse("portal:territory", args=[layer.grain.code, code])
    is_figure = not layer.overlaps or layer.grain.code != "commune"
    figures = [(cell, is_figure or rank < 2) for rank, cell in enumerate(cells)]
    return Line(f"{name} ({code})", address, figures)
