"""`/territoires/{nature}/{code}/comparables`: who resembles a territory, in what, and why."""

from math import isnan
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from jalon.indicators.catalogue import get_card
from jalon.indicators.comparables import (
    COMPARABLES,
    DEFAULT_COUNT,
    EQUAL_WEIGHTS,
    MAX_COUNT,
    VARIABLES,
    Comparable,
    Comparison,
    UnknownVariableError,
    comparables_of,
    measured_years,
    read_weights,
)
from jalon.indicators.comparables.variables import JOBS, POPULATION, TURNOUT
from jalon.portal.lake_access import current_lake
from jalon.territories.models import Territory

from .answering import answer
from .formats import also, as_csv, as_json
from .problems import Problem, ProblemError
from .provenance import Provenance, provenance_of
from .state import State, current_state
from .territoires import Nature, Reference, get_territory, reference

router = Router(tags=["Territoires"])

_KEYS = ("rang", "nature", "code", "nom", "distance", "raisons")


class VariableComparee(Schema):
    """Une variable de ressemblance, son poids dans la demande, et sa valeur pour ce territoire."""

    code: str
    libelle: str
    definition: str
    unite: str
    poids: float
    comparee: bool
    annee_debut: int | None
    annee_fin: int | None
    valeur: float | None


class TerritoireComparable(Reference):
    """Un territoire qui ressemble : son rang, sa distance, et pourquoi."""

    rang: int
    distance: float
    raisons: list[str]
    ecarts: dict[str, float | None]
    valeurs: dict[str, float | None]


class TerritoiresComparables(Reference):
    """Les territoires qui ressemblent le plus à un autre, le plus proche d’abord."""

    simule: bool
    variables: list[VariableComparee]
    resultats: list[TerritoireComparable]
    provenance: list[Provenance]


@router.get(
    "/territoires/{nature}/{code}/comparables",
    summary="Territoires comparables",
    response={200: TerritoiresComparables, 404: Problem, 422: Problem},
    openapi_extra=also("csv"),
)
def comparable_territories(
    request: HttpRequest,
    nature: Nature,
    code: str,
    variables: Annotated[
        str | None,
        Field(
            max_length=200,
            description="Variables et poids de 0 à 5 (« taille:2,densite,emploi ») ; toutes, à "
            f"poids égal, par défaut : {', '.join(EQUAL_WEIGHTS)}",
        ),
    ] = None,
    limit: Annotated[
        int, Field(ge=1, le=MAX_COUNT, description=f"Nombre de territoires, {MAX_COUNT} au plus")
    ] = DEFAULT_COUNT,
    format: Literal["json", "csv"] = "json",
) -> HttpResponse:
    """Lister les communes, intercommunalités ou départements qui ressemblent le plus à un autre.

    La distance est la racine de la moyenne pondérée des carrés des écarts, en écarts-types
    robustes, sur les variables connues du territoire ; `ecarts` les donne une par une.
    """
    try:
        weights = read_weights(variables) if variables is not None else None
    except UnknownVariableError as error:
        raise ProblemError(422, str(error)) from error
    state = current_state()
    stored = current_lake().derived(COMPARABLES)

    def write() -> HttpResponse:
        territory = get_territory(nature, code)
        found = comparables_of(
            current_lake(), territory.kind, territory.code, weights=weights, count=limit
        )
        if found is None:
            raise ProblemError(404, _("Ce territoire n’est comparé à aucun autre."))
        rows = _rows(found)
        if format == "csv":
            return as_csv([_flat(row) for row in rows], _columns(), f"comparables-{code}")
        return as_json(_describe(territory, found, weights or EQUAL_WEIGHTS, rows, state))

    return answer(
        request,
        vintage=f"{state.vintage} {stored.inputs[:12] if stored else ''}".strip(),
        is_simulated=state.is_simulated,
        write=write,
    )


def _rows(found: Comparison) -> list[dict[str, Any]]:
    kind = found.kind.lower()
    chosen = Territory.objects.current().filter(kind=found.kind, code__in=found.codes)
    names = dict(chosen.values_list("code", "name"))
    return [
        {
            "rang": one.rank,
            "nature": kind,
            "code": one.code,
            "nom": names.get(one.code, ""),
            "distance": round(one.distance, 4),
            "raisons": one.reasons,
            "ecarts": _gaps(one),
            "valeurs": _rounded(one.figures),
        }
        for one in found.comparables
    ]


def _gaps(one: Comparable) -> dict[str, float | None]:
    return _rounded({c: None if isnan(gap) else gap for c, gap in one.differences.items()})


def _rounded(figures: Any) -> dict[str, float | None]:
    return {c: None if value is None else round(value, 3) for c, value in figures.items()}


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    gaps = {f"ecart_{code}": gap for code, gap in row["ecarts"].items()}
    return {**row, **gaps, **row["valeurs"]}


def _columns() -> tuple[str, ...]:
    codes = tuple(EQUAL_WEIGHTS)
    return (*_KEYS, *codes, *(f"ecart_{code}" for code in codes))


def _describe(
    territory: Territory,
    found: Comparison,
    weights: Any,
    rows: list[dict[str, Any]],
    state: State,
) -> dict[str, Any]:
    years, figures = measured_years(current_lake()), _rounded(found.figures)
    return {
        **reference(territory),
        "simule": state.is_simulated,
        "variables": [
            {
                "code": variable.code,
                "libelle": str(variable.label),
                "definition": str(variable.definition),
                "unite": str(variable.unit),
                "poids": float(weights.get(variable.code, 0)),
                "comparee": variable.code in found.compared,
                "annee_debut": years.get(variable.code, (None, None))[0],
                "annee_fin": years.get(variable.code, (None, None))[1],
                "valeur": figures.get(variable.code),
            }
            for variable in VARIABLES
        ],
        "resultats": rows,
        "provenance": provenance_of(
            [
                *(get_card(indicator).source_slug for indicator in (POPULATION, JOBS, TURNOUT)),
                "ruralite",
                "centralite",
                "contours",
            ]
        ),
    }
