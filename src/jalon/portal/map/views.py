"""The map of France, its figures for the script, and its exports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.core import french
from jalon.core.charts import Chart, Table
from jalon.core.layout import breadcrumb, page_of
from jalon.indicators import catalogue
from jalon.interventions.models import Programme
from jalon.portal.api.answering import answer
from jalon.portal.api.formats import as_csv, as_geojson
from jalon.portal.api.provenance import provenance_of
from jalon.portal.api.state import State, current_state
from jalon.portal.lake_access import current_lake, lake_stamp
from jalon.portal.outlines import departement_map

from .choice import GRAINS, MapChoice, read_choice
from .data import Layer, collection_of, layer_of, places_json, values_json

_JSON = "application/json; charset=utf-8"
_MAINLAND = (-5.2, 41.3, 9.6, 51.1)
_EXPORTS = (("csv", "CSV", GRAINS), ("geojson", "GeoJSON", GRAINS), ("svg", "SVG", GRAINS[:1]))


@dataclass(frozen=True)
class Place:
    """A part of the country that one button shows."""

    name: Promise
    box: tuple[float, float, float, float]

    @property
    def bounds(self) -> str:
        """West, south, east, north in degrees, for the script."""
        return ",".join(str(side) for side in self.box)


PLACES = (
    Place(gettext_lazy("Hexagone et Corse"), _MAINLAND),
    Place(gettext_lazy("Guadeloupe"), (-61.9, 15.8, -60.9, 16.6)),
    Place(gettext_lazy("Martinique"), (-61.3, 14.3, -60.7, 14.95)),
    Place(gettext_lazy("Guyane"), (-54.7, 2.0, -51.5, 5.9)),
    Place(gettext_lazy("La Réunion"), (55.1, -21.5, 55.95, -20.8)),
    Place(gettext_lazy("Mayotte"), (44.9, -13.1, 45.4, -12.6)),
)


@dataclass(frozen=True)
class Field:
    """One choice of the form: its label, what may be chosen, what is."""

    label: str
    choices: Sequence[tuple[str, str]]
    value: str | Sequence[str]


@dataclass(frozen=True)
class MapForm:
    """What the map may show."""

    indicateur: Field
    annee: Field
    programme: Field


def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map, its legend, and the same figures in tables."""
    choice = read_choice(request.GET)
    state = current_state()
    layers = [layer_of(choice, grain, _vintage(state)) for grain in GRAINS]
    departements, communes = layers
    page = page_of(request, list(communes.ranks), per_page=50)
    return render(
        request,
        "portal/map.html",
        {
            "title": _("Carte : %(title)s") % {"title": choice.title},
            "breadcrumb_data": breadcrumb(_("Carte")),
            "form": _form(choice),
            "faults": choice.faults,
            "layers": [layer for layer in layers if layer.values],
            "without": choice.without,
            "places": PLACES,
            "programmes": list(choice.programmes.values()),
            "source_line": _source_line(choice),
            "exports": _exports(choice) if departements.values else [],
            "departements": _table(choice, departements, list(departements.values)),
            "communes": _table(choice, communes, list(page)),
            "page": page,
            "drawing": _chart(choice, departements),
            "settings": _settings(choice, layers),
        },
    )


def values(request: HttpRequest) -> HttpResponse:
    """Answer the figures of one grain for the script, compressed and kept in memory."""
    grain = _grain(request)
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
    """Answer the figures of one grain as CSV, GeoJSON or a drawing, with their provenance."""
    grain = _grain(request)
    choice = read_choice(request.GET)
    state = current_state()
    layer = layer_of(choice, grain, _vintage(state))
    if extension == "svg":
        return _drawing(choice, layer)
    rows = list(_export_rows(choice, layer))
    if extension == "csv":
        columns = ("code", "nom", "valeur", "unite", "annee", "source", "licence", "simule")
        said = {"simule": state.is_simulated, **_said(choice)}
        return as_csv([said | row for row in rows], columns, f"carte-{grain}")
    outlines = collection_of(grain).outlines
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": outlines.get(str(row["code"]), "contour"),
        }
        for row in rows
    ]
    response = as_geojson(features, simule=state.is_simulated, **_said(choice))
    response["Content-Disposition"] = f'attachment; filename="carte-{grain}.geojson"'
    return response


def _drawing(choice: MapChoice, layer: Layer) -> HttpResponse:
    chart = _chart(choice, layer)
    if chart is None:
        raise Http404(_("Aucun contour : lancer « jalon ingest »."))
    response = HttpResponse(chart.standalone_svg(), content_type="image/svg+xml")
    response["Content-Disposition"] = 'attachment; filename="carte-departement.svg"'
    return response


def _chart(choice: MapChoice, layer: Layer) -> Chart | None:
    """Draw the départements on the server, for a file or a reader without JavaScript."""
    return departement_map(
        slug="carte",
        title=choice.title,
        values=layer.values,
        unit=choice.unit,
        decimals=choice.decimals,
        source=_source_line(choice),
    )


def _grain(request: HttpRequest) -> str:
    grain = request.GET.get("maille", "departement")
    if grain not in GRAINS:
        raise Http404(_("La maille est « departement » ou « commune »."))
    return grain


def _vintage(state: State) -> str:
    return f"{state.vintage} lac {lake_stamp():x}"


def _compressed(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=_JSON)
    response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    return response


def _form(choice: MapChoice) -> MapForm:
    return MapForm(
        indicateur=Field(
            _("Indicateur"),
            [("", _("Nombre d’interventions des programmes cochés"))]
            + [(card.code, card.name) for card in catalogue.all_cards()],
            choice.card.code if choice.card else "",
        ),
        annee=Field(
            _("Année"),
            [(str(year), str(year)) for year in reversed(choice.years)],
            str(choice.year or ""),
        ),
        programme=Field(
            _("Programmes à situer"),
            list(Programme.objects.values_list("code", "name")),
            list(choice.programmes),
        ),
    )


def _settings(choice: MapChoice, layers: Sequence[Layer]) -> dict[str, object]:
    """Say to the script where everything is."""
    addresses = {
        layer.grain: f"{reverse('portal:map_values')}?{choice.query(maille=layer.grain)}"
        for layer in layers
        if layer.values
    }
    return {
        "tuiles": reverse("portal:tiles", args=["territoires"]) if current_lake().tiles() else "",
        "emprise": _MAINLAND,
        "valeurs": addresses,
        "programmes": f"{reverse('portal:map_places')}?{choice.query()}"
        if choice.programmes
        else "",
        "adresse": reverse("portal:territory", args=["nature", "code"]),
        "absente": choice.without,
        "decimales": choice.decimals,
    }


def _exports(choice: MapChoice) -> list[dict[str, str]]:
    labels = {"departement": _("par département"), "commune": _("par commune")}
    return [
        {
            "url": f"{reverse('portal:map_export', args=[extension])}?{choice.query(maille=grain)}",
            "label": f"{name} {labels[grain]}",
        }
        for extension, name, grains in _EXPORTS
        for grain in grains
    ]


def _table(choice: MapChoice, layer: Layer, codes: Sequence[str]) -> Table:
    by_code = collection_of(layer.grain).by_code
    return Table(
        caption=f"{choice.title} · {layer.title.lower()}",
        header=(_("Territoire"), choice.unit, _("rang")),
        rows=[
            (
                f"{by_code[code]['nom']} ({code})",
                french.number(layer.values[code], choice.decimals),
                french.number(layer.ranks[code]),
            )
            for code in codes
        ],
        links=[reverse("portal:territory", args=[layer.grain, code]) for code in codes],
    )


def _source_line(choice: MapChoice) -> str:
    if choice.card is None:
        slugs = set(
            Programme.objects.filter(code__in=choice.programmes).values_list(
                "source_slug", flat=True
            )
        )
    else:
        slugs = {choice.card.source_slug}
    sources = provenance_of(slugs)
    return " · ".join(
        f"{one['editeur']}, {one['titre']}, {one['millesime']} ({one['licence']})"
        for one in sources
    )


def _said(choice: MapChoice) -> dict[str, object]:
    return {
        "unite": choice.unit,
        "annee": choice.year,
        "source": _source_line(choice),
        "licence": choice.card.licence if choice.card else "",
    }


def _export_rows(choice: MapChoice, layer: Layer) -> Iterator[dict[str, object]]:
    by_code = collection_of(layer.grain).by_code
    for code, value in layer.values.items():
        yield {"code": code, "nom": by_code[code]["nom"], "valeur": value}
