"""How the routes of API Géo are described in the OpenAPI schema."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import ConfigDict

_TEXTS = {
    "nom": _("Nom, ou début de chacun de ses mots ; accents, casse et traits d’union indifférents"),
    "code": _("Code officiel ; plusieurs valeurs séparées par des virgules"),
    "codePostal": _("Code postal ; plusieurs valeurs séparées par des virgules"),
    "codeDepartement": _("Code du département ; plusieurs valeurs séparées par des virgules"),
    "codeRegion": _("Code de la région ; plusieurs valeurs séparées par des virgules"),
    "codeEpci": _("SIREN de l’intercommunalité ; plusieurs valeurs séparées par des virgules"),
    "siren": _("SIREN de la commune"),
    "ancienCode": _("Code d’une commune disparue : donne celle qui la remplace"),
    "codeParent": _("Commune dont c’est un arrondissement municipal"),
    "zone": _("metro, drom ou com ; plusieurs valeurs séparées par des virgules"),
    "type": _(
        "commune-actuelle (par défaut) ou arrondissement-municipal ; commune-associee ou "
        "commune-deleguee sur leur route"
    ),
    "lat": _("Latitude en degrés : le territoire qui contient le point (avec « lon »)"),
    "lon": _("Longitude en degrés (avec « lat »)"),
    "boost": _("« population » met les plus peuplés d’abord, quand « nom » est donné"),
    "fields": _("Champs voulus, séparés par des virgules, dans cet ordre"),
    "format": _("json (par défaut) ou geojson"),
    "geometry": _("Avec format=geojson : centre (par défaut), contour ou bbox"),
    "limit": _("Nombre de réponses ; sans elle, toutes"),
    "offset": _("Nombre de réponses à passer ; le total est dans l’en-tête X-Total-Count"),
}
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "lon": {"type": "number", "minimum": -180, "maximum": 180},
    "limit": _COUNT,
    "offset": _COUNT,
}
SHAPE_OF_THE_ANSWER = ("fields", "format", "geometry")
PAGE = ("limit", "offset")


class TerritoireGeo(Schema):
    """Un territoire ; les autres clés dépendent de « fields »."""

    model_config = ConfigDict(extra="allow")

    nom: str
    code: str


class Geometrie(Schema):
    """Une géométrie GeoJSON."""

    model_config = ConfigDict(extra="allow")

    type: str


class Feature(Schema):
    """Un territoire en GeoJSON."""

    type: str
    properties: TerritoireGeo
    geometry: Geometrie | None


class FeatureCollection(Schema):
    """Des territoires en GeoJSON."""

    type: str
    features: list[Feature]


def describe(*names: str) -> dict[str, Any]:
    """Describe these parameters (they are read more leniently, as API Géo does)."""
    return {
        "parameters": [
            {
                "in": "query",
                "name": name,
                "required": False,
                "description": str(_TEXTS[name]),
                "schema": _SCHEMAS.get(name, _TEXT),
            }
            for name in names
        ]
    }
