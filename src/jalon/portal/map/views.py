"""The map of France, its figures for the script, and its exports."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.core.layout import breadcrumb
from jalon.portal.api.answering import answer
from jalon.portal.api.state import State, current_state
from jalon.portal.lake_access import current_lake, lake_stamp

from . import exports
from .choice import MapChoice, read_choice
from .circles import CircleKey
from .data import Layer, layer_of, places_json, values_json
from .drawing import Inset, insets_of
from .form import form_of
from .grains import COMMUNES_FROM_ZOOM
from .overlaps import summary
from .table import table_of

_JSON = "application/json; charset=utf-8"
_MAINLAND = (-5.2, 41.3, 9.6, 51.1)
_FARTHEST, _NEAREST = 0, 24


@dataclass(frozen=True)
class Place:
    """A part of the country that one button shows."""

    code: str
    name: Promise
    box: tuple[float, float, float, float]

    @property
    def bounds(self) -> str:
        """West, south, east, north in degrees, for the script."""
        return ",".join(str(side) for side in self.box)


PLACES = (
    Place("", gettext_lazy("Hexagone et Corse"), _MAINLAND),
    Place("971", gettext_lazy("Guadeloupe"), (-61.9, 15.8, -60.9, 16.6)),
    Place("972", gettext_lazy("Martinique"), (-61.3, 14.3, -60.7, 14.95)),
    Place("973", gettext_lazy("Guyane"), (-54.7, 2.0, -51.5, 5.9)),
    Place("974", gettext_lazy("La Réunion"), (55.1, -21.5, 55.95, -20.8)),
    Place("976", gettext_lazy("Mayotte"), (44.9, -13.1, 45.4, -12.6)),
)


@dataclass(frozen=True)
class Shown:
    """One grain of the map for the page: its legend, and the overseas départements drawn small."""

    layer: Layer
    circles: Sequence[CircleKey]
    insets: Sequence[tuple[Place, Inset]]


def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map, its legend, and the same figures in a table."""
    choice = read_choice(request.GET)
    state = current_state()
    vintage = _vintage(state)
    has_tiles = current_lake().tiles() is not None
    shown = [_shown(choice, grain, vintage, has_tiles=has_tiles) for grain in choice.shown]
    shown = [one for one in shown if one.layer.values]
    main = layer_of(choice, choice.main, vintage)
    return render(
        request,
        "portal/map.html",
        {
            "title": _("Carte : %(title)s") % {"title": choice.title},
            "breadcrumb_data": breadcrumb(_("Carte")),
            "choice": choice,
            "form": form_of(choice),
            "faults": choice.faults,
            "shown": shown,
            "white_spots": summary(main.overlaps.values()),
            "places": PLACES,
            "source_line": exports.origin_of(choice).line,
            "exports": exports.exports_of(choice, vintage, has_outlines=has_tiles),
            "permalink": f"{reverse('portal:map')}?{choice.query()}",
            "table": table_of(request, choice, vintage) if main.values else None,
            "settings": _settings(choice, shown),
        },
    )


def _shown(choice: MapChoice, grain: str, vintage: str, *, has_tiles: bool) -> Shown:
    layer = layer_of(choice, grain, vintage)
    insets = insets_of(choice, grain, vintage) if has_tiles and layer.values else []
    by_code = {inset.code: inset for inset in insets}
    return Shown(
        layer=layer,
        circles=layer.circles.keys(layer.decimals) if layer.circles else (),
        insets=[(place, by_code[place.code]) for place in PLACES if place.code in by_code],
    )


def values(request: HttpRequest) -> HttpResponse:
    """Answer the figures of one grain for the script, compressed and kept in memory."""
    grain = exports.asked_grain(request)
    choice = read_choice(request.GET)
    state = current_state()

    def write() -> HttpResponse:
        return _compressed(
            values_json(choice, grain, _vintage(state), is_simulated=state.is_simulated)
        )

    return answer(request, vintage=_vintage(state), is_simulated=state.is_simulated, write=write)


def places(request: HttpRequest) -> HttpResponse:
    """Answer where the chosen programmes are, for the script."""
    choice = read_choice(request.GET)
    state = current_state()
    programmes = tuple(choice.programmes.items())
    return answer(
        request,
        vintage=_vintage(state),
        is_simulated=state.is_simulated,
        write=lambda: _compressed(places_json(programmes, _vintage(state))),
    )


def export(request: HttpRequest, extension: str) -> HttpResponse:
    """Answer the figures of one grain as CSV, GeoJSON, Parquet or a drawing."""
    grain = exports.asked_grain(request)
    state = current_state()
    choice = replace(read_choice(request.GET), grain=grain)
    return exports.export(choice, state, _vintage(state), extension)


def _vintage(state: State) -> str:
    return f"{state.vintage} lac {lake_stamp():x}"


def _compressed(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=_JSON)
    response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    return response


def _settings(choice: MapChoice, shown: Sequence[Shown]) -> dict[str, object]:
    """Say to the script where everything is."""
    grains = [one.layer.grain for one in shown]
    has_near = len(grains) > 1
    return {
        "tuiles": reverse("portal:tiles", args=["territoires"]) if current_lake().tiles() else "",
        "emprise": _MAINLAND,
        "mailles": [
            {
                "code": grain.code,
                "couche": grain.layer,
                "nom": str(grain.one),
                "de": COMMUNES_FROM_ZOOM if grain.code == "commune" else _FARTHEST,
                "a": COMMUNES_FROM_ZOOM if has_near and grain.code != "commune" else _NEAREST,
                "valeurs": f"{reverse('portal:map_values')}?{choice.query(maille=grain.code)}",
            }
            for grain in grains
        ],
        "programmes": f"{reverse('portal:map_places')}?{choice.query()}"
        if choice.programmes and not choice.is_overlaps
        else "",
        "adresse": reverse("portal:territory", args=["nature", "code"]),
        "absente": choice.without,
    }
