"""The figures of the map as files (CSV, GeoJSON, Parquet, a drawing), with their provenance."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.interventions.models import Programme
from jalon.portal.api.formats import as_csv, as_geojson, as_parquet
from jalon.portal.api.provenance import provenance_of
from jalon.portal.api.state import State

from .choice import OVERLAPS, MapChoice
from .data import Layer, layer_of
from .drawing import france_svg
from .grains import GRAINS

_FORMATS = (("svg", "SVG"), ("csv", "CSV"), ("geojson", "GeoJSON"), ("parquet", "Parquet"))
_COLUMNS = ("code", "nom", "valeur", "rang", "unite", "annee")
_OF_INDICATOR = ("statut",)
_OF_SOURCE = ("source", "millesime", "licence", "simule")
_OF_COMMUNES = ("programmes",)
_OF_LARGER = ("communes", "communes_blanches", "habitants", "habitants_blancs")


@dataclass(frozen=True)
class Origin:
    """Where the figures of a choice come from, as a reader and as a file say it."""

    line: str
    vintage: str
    licence: str


def origin_of(choice: MapChoice) -> Origin:
    """Name the sources of a choice, in two queries at most."""
    slugs = {choice.card.source_slug} if choice.card else _lists_of(choice)
    sources = provenance_of(slugs)
    return Origin(
        line=" · ".join(
            f"{one['editeur']}, {one['titre']}, {one['millesime']} ({one['licence']})"
            for one in sources
        ),
        vintage=" ; ".join(dict.fromkeys(str(one["millesime"]) for one in sources)),
        licence=choice.card.licence
        if choice.card
        else " ; ".join(dict.fromkeys(str(one["licence"]) for one in sources)),
    )


def _lists_of(choice: MapChoice) -> set[str]:
    chosen = Programme.objects.filter(code__in=choice.counted)
    return set(chosen.values_list("source_slug", flat=True))


def export(choice: MapChoice, state: State, vintage: str, extension: str) -> HttpResponse:
    """Answer the figures of the main grain of a choice as a file."""
    if choice.main not in choice.offered:
        raise Http404(_("Aucun chiffre à cette maille."))
    layer = layer_of(choice, choice.main, vintage)
    origin = origin_of(choice)
    name = _name(choice, layer)
    if extension == "svg":
        return _drawing(choice, layer, vintage, origin, name, is_simulated=state.is_simulated)
    said: dict[str, object] = {
        "unite": layer.unit,
        "annee": choice.year,
        "source": origin.line,
        "millesime": origin.vintage,
        "licence": origin.licence,
        "simule": state.is_simulated,
    }
    rows = list(_rows(choice, layer))
    if extension == "geojson":
        return _geojson(layer, rows, said, name)
    more = () if not layer.overlaps else _OF_COMMUNES if _is_communes(layer) else _OF_LARGER
    status = _OF_INDICATOR if choice.card else ()
    columns = (*_COLUMNS[:4], *more, *_COLUMNS[4:], *status, *_OF_SOURCE)
    write = as_csv if extension == "csv" else as_parquet
    return write([row | said for row in rows], columns, name)


def _geojson(
    layer: Layer, rows: list[dict[str, object]], said: dict[str, object], name: str
) -> HttpResponse:
    outlines = layer.grain.collection.outlines
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": outlines.get(str(row["code"]), "contour"),
        }
        for row in rows
    ]
    response = as_geojson(features, **said)
    response["Content-Disposition"] = f'attachment; filename="{name}.geojson"'
    return response


def _drawing(
    choice: MapChoice, layer: Layer, vintage: str, origin: Origin, name: str, *, is_simulated: bool
) -> HttpResponse:
    warning = _("Données simulées.") if is_simulated else ""
    svg = france_svg(choice, layer.grain.code, vintage, origin.line, warning)
    if not svg:
        raise Http404(_("Aucun contour : lancer « jalon ingest »."))
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return response


def _name(choice: MapChoice, layer: Layer) -> str:
    what = choice.card.code if choice.card else OVERLAPS if choice.is_overlaps else "interventions"
    year = f"-{choice.year}" if choice.year else ""
    return f"carte-{what}{year}-{layer.grain.code}"


def _is_communes(layer: Layer) -> bool:
    return layer.grain.code == "commune"


def _rows(choice: MapChoice, layer: Layer) -> Iterator[dict[str, object]]:
    """Give what has a figure, then what has one that is kept secret."""
    for code, value in layer.values.items():
        row: dict[str, object] = {
            "code": code,
            "nom": layer.records[code]["nom"],
            "valeur": value,
            "rang": layer.ranks[code],
        }
        if choice.card:
            row["statut"] = "observe"
        if one := layer.overlaps.get(code):
            row |= {
                "programmes": list(one.programmes),
                "communes": one.n_communes,
                "communes_blanches": one.n_white,
                "habitants": one.population,
                "habitants_blancs": one.white_population,
            }
        yield row
    for code in sorted(layer.hidden):
        name = layer.records[code]["nom"]
        yield {"code": code, "nom": name, "valeur": None, "rang": None, "statut": "secret"}


@dataclass(frozen=True)
class ExportGroup:
    """The files of one grain: the picture made by the browser, and (label, address) of the rest."""

    title: str
    drawing: str
    file_name: str
    links: list[tuple[str, str]]


def exports_of(choice: MapChoice, vintage: str, *, has_outlines: bool) -> list[ExportGroup]:
    """List the files of each grain shown; no drawing without outlines."""
    groups = []
    for code in dict.fromkeys((choice.main, *choice.shown)):
        layer = layer_of(choice, code, vintage)
        if not layer.values:
            continue
        links = [
            (label, _address(choice, code, extension))
            for extension, label in _FORMATS
            if has_outlines or extension != "svg"
        ]
        drawing = _address(choice, code, "svg") if has_outlines else ""
        groups.append(ExportGroup(str(layer.grain.title), drawing, _name(choice, layer), links))
    return groups


def _address(choice: MapChoice, grain: str, extension: str) -> str:
    return f"{reverse('portal:map_export', args=[extension])}?{choice.query(maille=grain)}"


def asked_grain(request: HttpRequest) -> str:
    """Give the grain that an address of figures asks for.

    Raises
    ------
    Http404
        When it is none of the grains of the map.
    """
    grain = request.GET.get("maille", "departement")
    if grain not in GRAINS:
        raise Http404(_("La maille est l’une de : %(grains)s.") % {"grains": ", ".join(GRAINS)})
    return grain
