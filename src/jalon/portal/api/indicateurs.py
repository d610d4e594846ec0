"""`/indicateurs`: the catalogue, with what each figure is, who makes it and what it cannot say."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from jalon.indicators import catalogue
from jalon.indicators.catalogue import IndicatorCard, UnknownIndicatorError
from jalon.portal import indicator_sheet

from .formats import TableFormat, also, as_csv, as_json, as_parquet
from .paging import DEFAULT_LIMIT, Limit, Offset, Page, page_of
from .problems import Problem, ProblemError
from .state import State, answer_from_register

router = Router(tags=["Indicateurs"])

_COLUMNS = (
    "code", "nom", "theme", "definition", "unite", "mailles", "agregation", "sens_favorable",
    "producteur", "source", "licence", "frequence",
)  # fmt: skip


class Reserve(Schema):
    """Une période et ce qu’il faut en savoir."""

    periode: int
    raison: str


class Indicateur(Schema):
    """La fiche d’un indicateur."""

    code: str
    nom: str
    theme: str
    definition: str
    unite: str
    mailles: list[str]
    agregation: str
    sens_favorable: str
    producteur: str
    source: str
    licence: str
    licence_url: str
    limites: list[str]
    ruptures: list[Reserve]
    frequence: str


class IndicateurDetaille(Indicateur):
    """La fiche d’un indicateur, lue seule, et la fraîcheur de ses chiffres."""

    derniere_annee: int | None
    importee_le: date | None
    prochaine_mise_a_jour: date | None
    simule: bool


class Indicateurs(Page):
    """Une page d’indicateurs."""

    resultats: list[Indicateur]


def get_card(code: str) -> IndicatorCard:
    """Find the card of an indicator.

    Raises
    ------
    ProblemError
        404 when no card has this code.
    """
    try:
        return catalogue.get_card(code)
    except UnknownIndicatorError as error:
        raise ProblemError(404, str(error)) from error


def _describe(card: IndicatorCard) -> dict[str, Any]:
    return {
        "code": card.code,
        "nom": card.name,
        "theme": card.theme,
        "definition": card.definition,
        "unite": card.unit,
        "mailles": [grain.lower() for grain in card.grains],
        "agregation": str(card.aggregation.label),
        "sens_favorable": str(card.direction.label),
        "producteur": card.producer,
        "source": card.source_slug,
        "licence": card.licence,
        "licence_url": card.licence_url,
        "limites": list(card.limits),
        "ruptures": [{"periode": noted.period, "raison": noted.reason} for noted in card.breaks],
        "frequence": str(card.frequency.label),
    }


def _describe_freshness(card: IndicatorCard) -> dict[str, Any]:
    fresh = indicator_sheet.freshness(card)
    days = {"importee_le": fresh.imported_on, "prochaine_mise_a_jour": fresh.next_expected}
    written = {name: day.isoformat() if day else None for name, day in days.items()}
    return {"derniere_annee": fresh.last_period, **written}


@router.get(
    "/indicateurs",
    summary="Indicateurs",
    response={200: Indicateurs, 422: Problem},
    openapi_extra=also("csv", "parquet"),
)
def list_indicators(
    request: HttpRequest,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    format: TableFormat = "json",
) -> HttpResponse:
    """Lister les indicateurs suivis, avec leur définition et leurs limites."""

    def write(state: State) -> HttpResponse:
        cards = catalogue.all_cards()
        rows = [_describe(card) for card in cards[offset : offset + limit]]
        if format != "json":
            write_table = as_csv if format == "csv" else as_parquet
            return write_table(rows, _COLUMNS, "indicateurs")
        page = page_of(
            request, total=len(cards), limit=limit, offset=offset, is_simulated=state.is_simulated
        )
        return as_json({**page, "resultats": rows})

    return answer_from_register(request, write)


@router.get(
    "/indicateurs/{code}",
    summary="Un indicateur",
    response={200: IndicateurDetaille, 404: Problem},
)
def one_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Lire la fiche d’un indicateur."""
    card = get_card(code)
    return answer_from_register(
        request,
        lambda state: as_json(
            {**_describe(card), **_describe_freshness(card), "simule": state.is_simulated}
        ),
    )
