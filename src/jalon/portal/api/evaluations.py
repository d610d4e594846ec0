"""`/evaluations`: what each published evaluation found, or why it cannot conclude."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from jalon.evaluations import services
from jalon.evaluations.models import EvaluationRun

from .formats import TableFormat, also, as_csv, as_json, as_parquet
from .paging import DEFAULT_LIMIT, Limit, Offset, Page, page_of
from .problems import Problem, ProblemError
from .state import State, answer_from_register

router = Router(tags=["Évaluations"])

_COLUMNS = (
    "id", "programme", "indicateur", "verdict", "verdict_libelle", "raison", "phrase",
    "enregistrement", "version_regle", "effet", "erreur_type", "borne_basse", "borne_haute",
    "effet_minimal_detectable", "plus_petit_effet_utile", "n_traites", "n_comparaison",
    "n_grappes", "empreinte_plan", "empreinte_donnees", "empreinte_code", "calculee_le", "adresse",
    "simule",
)  # fmt: skip


class Evaluation(Schema):
    """Le résultat publié d’une évaluation ; effets en logarithme ou en points, selon le plan."""

    id: str
    programme: str
    indicateur: str
    verdict: Literal["FAVOURABLE", "UNFAVOURABLE", "NOT_DETECTED", "INCONCLUSIVE", "NOT_EVALUABLE"]
    verdict_libelle: str
    phrase: str
    raison: str
    enregistrement: Literal["PROSPECTIVE", "RETROSPECTIVE"]
    version_regle: str
    effet: float | None
    erreur_type: float | None
    borne_basse: float | None
    borne_haute: float | None
    effet_minimal_detectable: float | None
    plus_petit_effet_utile: float | None
    n_traites: int
    n_comparaison: int
    n_grappes: int
    empreinte_plan: str
    empreinte_donnees: str
    empreinte_code: str
    calculee_le: datetime
    adresse: str


class EvaluationDetaillee(Evaluation):
    """Une évaluation, son plan figé et le résultat entier du calcul."""

    plan: dict[str, Any]
    resultat: dict[str, Any]
    simule: bool


class Evaluations(Page):
    """Une page d’évaluations."""

    resultats: list[Evaluation]


def _describe(request: HttpRequest, run: EvaluationRun) -> dict[str, Any]:
    effect = run.result.get("effect") or {}
    return {
        "id": run.plan.slug,
        "programme": run.plan.programme.code,
        "indicateur": run.plan.indicator,
        "verdict": run.verdict,
        "verdict_libelle": run.get_verdict_display(),
        "phrase": run.sentence,
        "raison": run.reason,
        "enregistrement": run.plan.registration,
        "version_regle": run.rule_version,
        "effet": effect.get("att"),
        "erreur_type": effect.get("se"),
        "borne_basse": effect.get("ci_low"),
        "borne_haute": effect.get("ci_high"),
        "effet_minimal_detectable": run.result.get("mde"),
        "plus_petit_effet_utile": run.result.get("smallest_effect_of_interest"),
        "n_traites": run.n_treated,
        "n_comparaison": run.n_controls,
        "n_grappes": run.n_clusters,
        "empreinte_plan": run.plan.sha256,
        "empreinte_donnees": run.data_sha256,
        "empreinte_code": run.code_sha256,
        "calculee_le": run.ran_at.isoformat(),
        "adresse": request.build_absolute_uri(run.plan.get_absolute_url()),
    }


@router.get(
    "/evaluations",
    summary="Évaluations publiées",
    response={200: Evaluations, 422: Problem},
    openapi_extra=also("csv", "parquet"),
)
def list_evaluations(
    request: HttpRequest,
    programme: Annotated[str | None, Field(max_length=60, description="Code du programme")] = None,
    indicateur: Annotated[
        str | None, Field(max_length=60, description="Code de l’indicateur")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    format: TableFormat = "json",
) -> HttpResponse:
    """Lister les évaluations publiées, y compris celles qui ne permettent pas de conclure."""

    def write(state: State) -> HttpResponse:
        runs = services.published().order_by("plan__slug")
        if programme is not None:
            runs = runs.filter(plan__programme__code=programme)
        if indicateur is not None:
            runs = runs.filter(plan__indicator=indicateur)
        rows = [_describe(request, run) for run in runs[offset : offset + limit]]
        if format != "json":
            write_table = as_csv if format == "csv" else as_parquet
            said = {"simule": state.is_simulated}
            return write_table([row | said for row in rows], _COLUMNS, "evaluations")
        page = page_of(
            request, total=runs.count(), limit=limit, offset=offset,
            is_simulated=state.is_simulated,
        )  # fmt: skip
        return as_json({**page, "resultats": rows})

    return answer_from_register(request, write)


@router.get(
    "/evaluations/{identifiant}",
    summary="Une évaluation",
    response={200: EvaluationDetaillee, 404: Problem},
)
def one_evaluation(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Lire une évaluation : son verdict, son plan figé, le résultat entier et ses empreintes."""

    def write(state: State) -> HttpResponse:
        run = services.published().filter(plan__slug=identifiant).first()
        if run is None:
            raise ProblemError(
                404,
                _("Aucune évaluation publiée ne s’appelle « %(slug)s ».") % {"slug": identifiant},
            )
        return as_json(
            {
                **_describe(request, run),
                "plan": run.plan.content,
                "resultat": run.result,
                "simule": state.is_simulated,
            }
        )

    return answer_from_register(request, write)
