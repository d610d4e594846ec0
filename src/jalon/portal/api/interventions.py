"""`/interventions`: who is in what, where, since when and in which role."""

from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from jalon.interventions.models import Coverage, Intervention
from jalon.territories.models import Territory

from .formats import TableFormat, also, as_csv, as_json, as_parquet
from .paging import DEFAULT_LIMIT, Limit, Offset, Page, page_of, with_paging_headers
from .problems import Problem, ProblemError
from .programmes import get_programme
from .provenance import Provenance, provenance_of
from .state import State, answer_from_register
from .territoires import Nature, Reference, get_territory, reference

router = Router(tags=["Programmes et interventions"])

_COLUMNS = (
    "programme", "intervention", "nom", "mode", "nature", "code", "territoire", "role", "depuis",
    "jusqu_a", "source", "simule",
)  # fmt: skip


class Couverture(Reference):
    """La place d’un territoire dans une intervention."""

    role: str
    depuis: date | None
    jusqu_a: date | None


class InterventionLue(Schema):
    """Une intervention et les territoires qu’elle touche."""

    programme: str | None
    code: str
    nom: str
    mode: str
    depuis: date | None
    jusqu_a: date | None
    territoires: list[Couverture]


class Interventions(Page):
    """Une page d’interventions."""

    resultats: list[InterventionLue]
    provenance: list[Provenance]


def _touching(territory: Territory, *, with_containers: bool) -> Q:
    """Select what touches a territory; with its containers, each keeps its own role and grain."""
    places = Q(pk=territory.pk)
    if with_containers:
        places |= Q(pk__in=Territory.objects.containing(territory).values("pk"))
    return Q(coverages__territory__in=Territory.objects.filter(places))


def _select(
    programme: str | None, territory: Territory | None, *, with_containers: bool
) -> QuerySet[Intervention, Intervention]:
    chosen = Intervention.objects.order_by("programme__order", "code", "pk")
    if programme is not None:
        chosen = chosen.of_programme(get_programme(programme).code)
    if territory is not None:
        touching = Intervention.objects.filter(
            _touching(territory, with_containers=with_containers)
        )
        chosen = chosen.filter(pk__in=touching.values("pk"))
    return chosen


def _describe(intervention: Intervention) -> dict[str, Any]:
    return {
        "programme": intervention.programme and intervention.programme.code,
        "code": intervention.code,
        "nom": intervention.name,
        "mode": intervention.get_mode_display(),
        "depuis": _iso(intervention.started_on),
        "jusqu_a": _iso(intervention.ended_on),
        "territoires": [_describe_coverage(one) for one in intervention.coverages.all()],
    }


def _describe_coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        **reference(coverage.territory),
        "role": coverage.get_role_display(),
        "depuis": _iso(coverage.started_on),
        "jusqu_a": _iso(coverage.ended_on),
    }


def _flatten(row: dict[str, Any], source: str) -> list[dict[str, Any]]:
    """Make one line a territory, for a table."""
    of_intervention = {
        "programme": row["programme"],
        "intervention": row["code"],
        "nom": row["nom"],
        "mode": row["mode"],
        "source": source,
    }
    return [place | {"territoire": place["nom"]} | of_intervention for place in row["territoires"]]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@router.get(
    "/interventions",
    summary="Interventions",
    response={200: Interventions, 404: Problem, 422: Problem},
    openapi_extra=also("csv", "parquet"),
)
def list_interventions(
    request: HttpRequest,
    programme: Annotated[str | None, Field(max_length=60, description="Code du programme")] = None,
    nature: Annotated[Nature | None, Field(description="Nature du territoire touché")] = None,
    code: Annotated[
        str | None, Field(max_length=9, description="Code du territoire touché")
    ] = None,
    contenants: Annotated[
        Literal["oui", "non"],
        Field(description="Compter aussi ce qui touche l’EPCI, le département et la région"),
    ] = "oui",
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    format: TableFormat = "json",
) -> HttpResponse:
    """Lister les interventions d’un programme, d’un territoire et de ceux qui le contiennent.

    En CSV et en Parquet, une ligne par territoire touché ; le nombre total d’interventions et
    l’adresse de la page suivante sont dans les en-têtes X-Total-Count et Link.
    """

    def write(state: State) -> HttpResponse:
        territory = get_territory(nature, code) if nature and code else None
        chosen = _select(programme, territory, with_containers=contenants == "oui")
        # One join in place of a second prefetch: SQLite refuses the list of thousands of communes.
        coverages = Coverage.objects.select_related("territory").order_by("pk")
        page = chosen.select_related("programme").prefetch_related(Prefetch("coverages", coverages))
        found = list(page[offset : offset + limit])
        sources = {one.programme.source_slug for one in found if one.programme}
        rows = [_describe(one) for one in found]
        about = page_of(
            request, total=chosen.count(), limit=limit, offset=offset,
            is_simulated=state.is_simulated,
        )  # fmt: skip
        if format == "json":
            return as_json({**about, "resultats": rows, "provenance": provenance_of(sources)})
        flat = [
            line | {"simule": state.is_simulated}
            for one, row in zip(found, rows, strict=True)
            for line in _flatten(row, one.programme.source_slug if one.programme else "")
        ]
        write_table = as_csv if format == "csv" else as_parquet
        return with_paging_headers(write_table(flat, _COLUMNS, "interventions"), about)

    if (nature is None) != (code is None):
        raise ProblemError(422, _("« nature » et « code » vont ensemble."))
    return answer_from_register(request, write)
