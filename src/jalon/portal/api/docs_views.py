"""The page that documents the API, written by the server from its OpenAPI schema."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core.layout import breadcrumb

from .assembly import api

# One address to try for each route, under /api/v1.
_EXAMPLES = {
    "/communes": "/communes?nom=saint-et&boost=population&limit=3",
    "/communes/{code}": "/communes/60057",
    "/communes_associees_deleguees": "/communes_associees_deleguees?codeDepartement=59&limit=3",
    "/communes_associees_deleguees/{code}": "/communes_associees_deleguees/01015",
    "/epcis": "/epcis?nom=beauvaisis",
    "/epcis/{code}": "/epcis/200067999",
    "/epcis/{code}/communes": "/epcis/200067999/communes?fields=nom,population",
    "/departements": "/departements?codeRegion=32",
    "/departements/{code}": "/departements/60",
    "/departements/{code}/communes": "/departements/60/communes?limit=3",
    "/regions": "/regions",
    "/regions/{code}": "/regions/32",
    "/regions/{code}/departements": "/regions/32/departements",
    "/territoires": "/territoires?nature=region",
    "/territoires/{nature}/{code}": "/territoires/commune/60057",
    "/territoires/commune/{code}/histoire": "/territoires/commune/01033/histoire",
    "/programmes": "/programmes",
    "/programmes/{code}": "/programmes/acv",
    "/interventions": "/interventions?nature=commune&code=60057",
    "/indicateurs": "/indicateurs",
    "/indicateurs/{code}": "/indicateurs/emploi-prive",
    "/indicateurs/{code}/observations.parquet": "/indicateurs/population/observations.parquet",
    "/series": "/series?indicateur=emploi-prive&maille=departement&codes=60",
    "/evaluations": "/evaluations",
}


@dataclass(frozen=True)
class Parameter:
    """One row of the table of a route."""

    name: str
    is_required: bool
    accepts: str
    description: str


@dataclass(frozen=True)
class Route:
    """What the page says of one route."""

    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    formats: str
    example: str

    @property
    def anchor(self) -> str:
        """The name of its place in the page."""
        return self.path.strip("/").replace("/", "-").replace("{", "").replace("}", "")


@dataclass(frozen=True)
class Section:
    """The routes of one subject."""

    title: str
    routes: tuple[Route, ...]


def documentation(request: HttpRequest) -> HttpResponse:
    """Show the documentation of the API."""
    return render(
        request,
        "portal/api.html",
        {
            "title": _("API ouverte"),
            "breadcrumb_data": breadcrumb(_("API ouverte"), (_("Données"), "/donnees/")),
            "sections": _sections(),
            "base": request.build_absolute_uri(reverse("api:api-root")).rstrip("/"),
            "schema_url": reverse("api:openapi-json"),
        },
    )


@cache
def _sections() -> tuple[Section, ...]:
    sections: dict[str, list[Route]] = {}
    for full_path, operations in api.get_openapi_schema(path_prefix="")["paths"].items():
        operation = operations["get"]
        sections.setdefault(operation["tags"][0], []).append(_route(full_path, operation))
    return tuple(Section(title, tuple(routes)) for title, routes in sections.items())


def _route(path: str, operation: dict[str, Any]) -> Route:
    return Route(
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        parameters=tuple(_parameter(one) for one in operation["parameters"]),
        formats=" · ".join(operation["responses"][200]["content"]),
        example=_EXAMPLES.get(path, ""),
    )


def _parameter(described: dict[str, Any]) -> Parameter:
    schema = described["schema"]
    return Parameter(
        name=described["name"],
        is_required=described["required"],
        accepts=_accepts(schema),
        description=described.get("description", schema.get("description", "")),
    )


def _accepts(schema: dict[str, Any]) -> str:
    """Say in French what a parameter accepts."""
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    chosen = choices[0]
    if "enum" in chosen:
        return ", ".join(str(value) for value in chosen["enum"])
    if chosen.get("type") == "integer":
        if "minimum" in chosen and "maximum" in chosen:
            return str(_("entier de %(minimum)s à %(maximum)s") % chosen)
        return _("entier")
    return _("nombre") if chosen.get("type") == "number" else _("texte")
