"""`/programmes`: the national frames of action, and how far each reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from jalon.interventions.models import Coverage, Programme
from jalon.interventions.services import counts_by_programme

from .formats import TableFormat, also, as_csv, as_json, as_parquet
from .paging import DEFAULT_LIMIT, Limit, Offset, Page, page_of
from .problems import Problem, ProblemError
from .provenance import Provenance, provenance_of
from .state import State, answer_from_register

router = Router(tags=["Programmes et interventions"])

_COLUMNS = (
    "code", "nom", "objet", "mode", "domaines", "porteur", "debut", "fin", "nature_des_dates",
    "interventions", "territoires", "source", "adresse", "simule",
)  # fmt: skip


class ProgrammeLu(Schema):
    """Un programme et son étendue."""

    code: str
    nom: str
    objet: str
    mode: str
    domaines: list[str]
    porteur: str
    debut: date | None
    fin: date | None
    nature_des_dates: str
    interventions: int
    territoires: int
    source: str
    adresse: str


class ProgrammeDetaille(ProgrammeLu):
    """Un programme, son étendue et la provenance de sa liste."""

    provenance: list[Provenance]
    simule: bool


class Programmes(Page):
    """Une page de programmes."""

    resultats: list[ProgrammeLu]
    provenance: list[Provenance]


@dataclass(frozen=True)
class Reach:
    """How far each programme goes, by code."""

    interventions: Mapping[str, int]
    territories: Mapping[str, int]


def measure_reach() -> Reach:
    """Count the interventions and the territories of every programme; two queries."""
    covered = (
        Coverage.objects.filter(intervention__programme__isnull=False)
        .order_by()
        .values_list("intervention__programme__code")
        .annotate(n=Count("territory", distinct=True))
    )
    return Reach(counts_by_programme(), dict(covered))


def get_programme(code: str) -> Programme:
    """Find a programme.

    Raises
    ------
    ProblemError
        404 when no programme has this code.
    """
    found = Programme.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Programme.objects.values_list("code", flat=True))
        raise ProblemError(
            404,
            _("Aucun programme ne porte le code « %(code)s ». Codes connus : %(known)s.")
            % {"code": code, "known": known},
        )
    return found


def _describe(request: HttpRequest, programme: Programme, reach: Reach) -> dict[str, Any]:
    return {
        "code": programme.code,
        "nom": programme.name,
        "objet": programme.purpose,
        "mode": programme.get_mode_display(),
        "domaines": programme.domains,
        "porteur": programme.owner,
        "debut": programme.started_on and programme.started_on.isoformat(),
        "fin": programme.ended_on and programme.ended_on.isoformat(),
        "nature_des_dates": programme.get_date_kind_display(),
        "interventions": reach.interventions.get(programme.code, 0),
        "territoires": reach.territories.get(programme.code, 0),
        "source": programme.source_slug,
        "adresse": request.build_absolute_uri(programme.get_absolute_url()),
    }


@router.get(
    "/programmes",
    summary="Programmes",
    response={200: Programmes, 422: Problem},
    openapi_extra=also("csv", "parquet"),
)
def list_programmes(
    request: HttpRequest,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    format: TableFormat = "json",
) -> HttpResponse:
    """Lister les programmes nationaux d’appui, avec leur nombre d’interventions."""

    def write(state: State) -> HttpResponse:
        reach = measure_reach()
        chosen = Programme.objects.all()[offset : offset + limit]
        rows = [_describe(request, programme, reach) for programme in chosen]
        if format != "json":
            write_table = as_csv if format == "csv" else as_parquet
            said = {"simule": state.is_simulated}
            return write_table([row | said for row in rows], _COLUMNS, "programmes")
        page = page_of(
            request, total=Programme.objects.count(), limit=limit, offset=offset,
            is_simulated=state.is_simulated,
        )  # fmt: skip
        sources = {row["source"] for row in rows}
        return as_json({**page, "resultats": rows, "provenance": provenance_of(sources)})

    return answer_from_register(request, write)


@router.get(
    "/programmes/{code}",
    summary="Un programme",
    response={200: ProgrammeDetaille, 404: Problem},
)
def one_programme(request: HttpRequest, code: str) -> HttpResponse:
    """Lire un programme, son étendue et la provenance de sa liste."""

    def write(state: State) -> HttpResponse:
        programme = get_programme(code)
        return as_json(
            {
                **_describe(request, programme, measure_reach()),
                "provenance": provenance_of([programme.source_slug]),
                "simule": state.is_simulated,
            }
        )

    return answer_from_register(request, write)
