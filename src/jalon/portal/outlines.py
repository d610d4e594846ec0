"""Maps drawn on the server: France by département, and where a territory lies."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts import Chart, Table
from jalon.core.charts.canvas import Canvas
from jalon.core.projection import Frame, frame_around, path_of
from jalon.portal.lake_access import current_lake
from jalon.portal.map_classes import N_CLASSES, count_classes, quantile_breaks
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory

_WIDTH, _HEIGHT = 560, 560
_MAINLAND = Frame(-5.2, 41.3, 9.6, 51.1, 30, 0, 530, 560)
_INSET, _INSET_TOP = 54.0, 296.0
_OVERSEAS = ("971", "972", "973", "974", "976")
_LOCATOR = 220


def _departement_paths() -> dict[str, str]:
    """Draw each département, once for each state of the contours."""
    contours = current_lake().status().sources.get("contours")
    return _drawn_for(contours.sha256) if contours else _draw_departements()


@lru_cache(maxsize=1)
def _drawn_for(sha256: str) -> dict[str, str]:
    return _draw_departements()


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
    paths = _departement_paths()
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
        canvas.text((_INSET + 4, top + _INSET / 2), name, size=10)
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
    around = {
        TerritoryKind.COMMUNE: (TerritoryKind.DEPARTEMENT, TerritoryKind.EPCI),
        TerritoryKind.EPCI: (TerritoryKind.DEPARTEMENT, TerritoryKind.REGION),
        TerritoryKind.DEPARTEMENT: (TerritoryKind.REGION,),
        TerritoryKind.REGION: (),
    }.get(TerritoryKind(territory.kind))
    itself = current_lake().outline(territory.kind, territory.code) if around is not None else None
    if itself is None or around is None:
        return ""
    drawn = [(parent, current_lake().outline(parent.kind, parent.code))
             for kind in around for parent in parents if parent.kind == kind]  # fmt: skip
    if territory.kind == TerritoryKind.EPCI:
        drawn = drawn[:1]
    layers = [(parent, shape) for parent, shape in drawn if shape]
    frame = frame_around([shape for _p, shape in layers] or [itself],
                         (2, 2, _LOCATOR - 4, _LOCATOR - 4))  # fmt: skip
    project = frame.projection()
    label = _("%(name)s dans %(place)s") % {
        "name": territory.name,
        "place": layers[0][0].name if layers else _("la France"),
    }
    canvas = Canvas(_LOCATOR, _LOCATOR, label)
    for rank, (parent, shape) in enumerate(layers):
        canvas.shape(path_of(shape, project), f"map-{rank + 1}", title=parent.name)
    canvas.shape(path_of(itself, project), "data-1", title=territory.name)
    return canvas.svg()
