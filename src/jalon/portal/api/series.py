"""`/series`: one indicator over time, for the territories of one grain, with its provenance."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from jalon.indicators.catalogue import IndicatorCard
from jalon.portal.lake_access import current_lake

from .formats import PARQUET, TableFormat, also, as_csv, as_download, as_json, as_parquet
from .indicateurs import get_card
from .paging import Limit, Offset, Page, page_of
from .problems import Problem, ProblemError
from .provenance import Provenance, provenance_of
from .state import State, answer_from_register

router = Router(tags=["Indicateurs"])

Maille = Literal["commune", "epci", "zone_emploi", "departement", "region", "france"]
Annee = Annotated[int, Field(ge=1900, le=2100)]
_MAX_CODES = 200
_COLUMNS = (
    "indicateur", "maille", "code", "annee", "valeur", "statut", "numerateur", "denominateur",
    "unite", "source", "millesime", "licence", "simule",
)  # fmt: skip


class Observation(Schema):
    """Un chiffre ; un rapport porte aussi son numérateur et son dénominateur.

    Un chiffre couvert par le secret est là, sans valeur ; un chiffre manquant n’est pas là.
    """

    code: str
    annee: int
    valeur: float | None
    statut: Literal["observe", "secret"]
    numerateur: float | None
    denominateur: float | None


class Series(Page):
    """Une page d’observations d’un indicateur, par code puis par année."""

    indicateur: str
    unite: str
    maille: Maille
    annees: list[int]
    resultats: list[Observation]
    provenance: list[Provenance]


Row = dict[str, Any]


def _observations(card: IndicatorCard, grain: str, codes: list[str], years: range) -> list[Row]:
    lake = current_lake()
    if codes:
        found = lake.series(card.code, grain, codes)
        rows = [
            {
                "code": one.code,
                "annee": one.period,
                "valeur": one.value,
                "statut": "secret" if one.status else "observe",
                "numerateur": one.numerator,
                "denominateur": one.denominator,
            }
            for one in found
            if one.period in years
        ]
        return sorted(rows, key=lambda row: (row["code"], row["annee"]))
    known = [year for year in lake.periods(card.code, grain) if year in years]
    if not known:
        raise ProblemError(404, _("Aucun chiffre de cet indicateur à cette maille ces années-là."))
    if len(known) > 1:
        raise ProblemError(
            422,
            _(
                "Donner « codes » (%(most)s au plus) pour des séries, ou une seule année "
                "(« annee ») pour tous les territoires. Le fichier entier : ?format=parquet "
                "sans autre choix que l’indicateur."
            )
            % {"most": _MAX_CODES},
        )
    values: dict[str, float | None] = dict(lake.snapshot(card.code, grain, known[0]))
    values |= dict.fromkeys(lake.suppressed(card.code, grain, known[0]))
    return [
        {
            "code": code,
            "annee": known[0],
            "valeur": value,
            "statut": "secret" if value is None else "observe",
            "numerateur": None,
            "denominateur": None,
        }
        for code, value in sorted(values.items())
    ]


def _whole_file(card: IndicatorCard) -> HttpResponse:
    """Answer every observation of an indicator, as the lake keeps them."""
    path = current_lake().download(card.code)
    if path is None:
        raise ProblemError(404, _("Aucun chiffre de cet indicateur n’a encore été importé."))
    return as_download(path.read_bytes(), PARQUET, f"{card.code}.parquet")


def _read_codes(text: str | None) -> list[str]:
    codes = sorted({code.strip() for code in (text or "").split(",") if code.strip()})
    if len(codes) > _MAX_CODES:
        raise ProblemError(
            422, _("« codes » : %(most)s codes au plus par demande.") % {"most": _MAX_CODES}
        )
    return codes


@router.get(
    "/series",
    summary="Séries d’un indicateur",
    response={200: Series, 404: Problem, 422: Problem},
    openapi_extra=also("csv", "parquet"),
)
def series(
    request: HttpRequest,
    indicateur: Annotated[str, Field(max_length=60, description="Code de l’indicateur")],
    maille: Annotated[Maille, Field(description="Nature des territoires")] = "commune",
    codes: Annotated[
        str | None,
        Field(max_length=4000, description="Codes des territoires, séparés par des virgules"),
    ] = None,
    annee: Annotated[Annee | None, Field(description="Une seule année")] = None,
    debut: Annotated[Annee | None, Field(description="Première année")] = None,
    fin: Annotated[Annee | None, Field(description="Dernière année")] = None,
    limit: Limit = 1_000,
    offset: Offset = 0,
    format: TableFormat = "json",
) -> HttpResponse:
    """Lire des séries (avec « codes »), ou une année de tous les territoires (avec « annee »).

    En CSV et en Parquet, tout le résultat est donné d’un coup : « limit » ne joue pas. Avec
    « format=parquet » et l’indicateur seul, la réponse est le fichier entier.
    """
    card = get_card(indicateur)
    wanted = _read_codes(codes)
    years = range(annee, annee + 1) if annee else range(debut or 0, (fin or 9999) + 1)

    def write(state: State) -> HttpResponse:
        if format == "parquet" and not wanted and (annee or debut or fin) is None:
            return _whole_file(card)
        rows = _observations(card, maille.upper(), wanted, years)
        sources = provenance_of([card.source_slug])
        if format != "json":
            said = {
                "indicateur": card.code, "maille": maille, "unite": card.unit,
                "source": card.source_slug, "millesime": sources[0]["millesime"],
                "licence": card.licence, "simule": state.is_simulated,
            }  # fmt: skip
            write_table = as_csv if format == "csv" else as_parquet
            return write_table([said | row for row in rows], _COLUMNS, f"{card.code}-{maille}")
        page = page_of(
            request, total=len(rows), limit=limit, offset=offset, is_simulated=state.is_simulated
        )
        return as_json(
            {
                **page,
                "indicateur": card.code,
                "unite": card.unit,
                "maille": maille,
                "annees": sorted({row["annee"] for row in rows}),
                "resultats": rows[offset : offset + limit],
                "provenance": sources,
            }
        )

    return answer_from_register(request, write)
