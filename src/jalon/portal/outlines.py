"""Maps drawn on the server: France by département, and where a territory lies."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts import Chart, Table
from jalon.core.charts.canvas import Canvas
from jalon.core.projection import Frame, frame_around, path_of
from jalon.portal.lake_access import current_lake
from jalon.portal.map.classes import N_CLASSES, count_classes, quantile_breaks
from jalon.portal.remembered import drawn_departements, drawn_outline
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory

_WIDTH, _HEIGHT = 560, 560
_MAINLAND = Frame(-5.2, 41.3, 9.6, 51.1, 30, 0, 530, 560)
_INSET, _INSET_TOP = 54.0, 296.0
_OVERSEAS = ("971", "972", "973", "974", "976")
_LOCATOR = 220
# Where a territory is drawn, the widest first.
_SHOWN_IN = {
    TerritoryKind.QPV: (TerritoryKind.COMMUNE,),
    TerritoryKind.COMMUNE: (TerritoryKind.DEPARTEMENT, TerritoryKind.EPCI),
    TerritoryKind.EPCI: (TerritoryKind.DEPARTEMENT, TerritoryKind.REGION),
    TerritoryKind.DEPARTEMENT: (TerritoryKind.REGION,),
    TerritoryKind.REGION: (),
}


def _draw_departements() -> dict[str, str]:
    mainland = _MAINLAND.projection()
    paths = {}
    for code, geometry in current_lake().outlines(TerritoryKind.DEPARTEMENT):
        if code in _OVERSEAS:
            top = _INSET_TOP + _OVERSEAS.index(code) * _INSET
            frame = frame_around([geometry], (2, top, _INSET - 8, _INSET - 8))
            paths[code] = path_of(geometry, frame.projection())
        else:
            paths[code] = path_of(geometry, mainland)
    return paths


def departement_map(
    *,
    slug: str,
    title: str,
    values: Mapping[str, float],
    unit: str,
    decimals: int,
    source: str,
    note: str = "",
) -> Chart | None:
    """Colour the départements by a figure; None while the contours are not in the lake.

    Parameters
    ----------
    values : mapping of code to figure
        A département without a figure is drawn in grey and said to have none.
    unit : str
        Name of the figure, for the table.
    """
    paths = drawn_departements(_draw_departements)
    if not paths:
        return None
    places = dict(
        Territory.objects.current()
        .of_kind(TerritoryKind.DEPARTEMENT)
        .order_by("code")
        .values_list("code", "name")
    )
    figures = np.array(list(values.values()), dtype=np.float64)
    breaks = quantile_breaks(figures)
    # The highest class is always the darkest, however few the classes.
    darken = N_CLASSES - len(breaks)
    canvas = Canvas(_WIDTH, _HEIGHT + 20, title, has_links=True)
    for code, path in sorted(paths.items()):
        value = values.get(code)
        rank = 0 if value is None else darken + int(np.searchsorted(breaks, value, side="left"))
        written = _("aucune") if value is None else french.number(value, decimals)
        label = f"{places.get(code, code)} : {written}"
        canvas.shape(path, f"map-{rank}", title=label, href=_address(code))
    for code, name in ((code, places.get(code, "")) for code in _OVERSEAS if code in paths):
        top = _INSET_TOP + _OVERSEAS.index(code) * _INSET
        canvas.text((_INSET + 4, top + _INSET / 2), name, size=15)
    rows = [[f"{name} ({code})", values.get(code)] for code, name in places.items()]
    legend = [(0, _("aucune"))] if len(values) < len(paths) else []
    legend += [
        (darken + one.rank - 1, one.label) for one in count_classes(figures, breaks, decimals)
    ]
    return Chart(
        slug=slug,
        title=title,
        svg=canvas.svg(),
        table=Table(
            caption=title,
            header=[_("Département"), unit],
            rows=rows,
            decimals=decimals,
            links=[_address(code) for code in places],
        ),
        source=source,
        note=note,
        legend=legend,
    )


def _address(code: str) -> str:
    return reverse("portal:territory", args=["departement", code])


def locator(territory: Territory, parents: Sequence[Territory]) -> str:
    """Draw a territory inside the one that shows where it lies; empty without contours."""
    wanted = _SHOWN_IN.get(TerritoryKind(territory.kind))
    if wanted is None:
        return ""
    around = [parent for kind in wanted for parent in parents if parent.kind == kind]
    if territory.kind == TerritoryKind.EPCI:
        around = around[:1]
    elif around and around[0].population == territory.population:
        around = around[1:]  # Paris is its own département
    widest = around[0] if around else territory
    box = (2.0, 2.0, _LOCATOR - 4.0, _LOCATOR - 4.0)

    def path(place: Territory) -> str:
        return drawn_outline((place.kind, place.code), (widest.kind, widest.code), box)

    itself = path(territory)
    if not itself:
        return ""
    label = _("%(name)s dans %(place)s") % {"name": territory.name, "place": widest.name}
    canvas = Canvas(_LOCATOR, _LOCATOR, label if around else territory.name)
    for rank, parent in enumerate(around, start=1):
        canvas.shape(path(parent), f"map-{rank}", title=parent.name)
    canvas.shape(itself, "data-1", title=territory.name)
    return canvas.svg()
