"""`/series`: indicators over time, for the territories of one grain, with their provenance."""

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from jalon.indicators.catalogue import IndicatorCard
from jalon.lake.manifest import StoredSource
from jalon.lake.queries import Observation as Figure
from jalon.lake.queries import Selection
from jalon.portal.lake_access import current_lake

from .answering import CACHE_CONTROL, answer
from .formats import CSV, NDJSON, PARQUET, also, as_json
from .indicateurs import get_card
from .paging import Limit, Offset, Page, page_of
from .problems import Problem, ProblemError
from .provenance import Provenance, provenance_from_lake
from .series_rows import csv_chunks, ndjson_chunks, status_of
from .streams import as_file, as_stream, chunks_of

router = Router(tags=["Indicateurs"])

Maille = Literal[
    "commune", "epci", "bassin_de_vie", "unite_urbaine", "aav", "zone_emploi", "departement",
    "region", "france",
]  # fmt: skip
Annee = Annotated[int, Field(ge=1900, le=2100)]
_MAX_CODES = 200
_MAX_INDICATORS = 10


class Observation(Schema):
    """Un chiffre ; un rapport porte aussi son numérateur et son dénominateur.

    Un chiffre couvert par le secret est là, sans valeur ; un chiffre manquant n’est pas là.
    """

    indicateur: str
    code: str
    annee: int
    valeur: float | None
    statut: Literal["observe", "secret"]
    numerateur: float | None
    denominateur: float | None


class IndicateurLu(Schema):
    """Un indicateur, nommé, et l’unité de ses chiffres."""

    code: str
    nom: str
    unite: str


class Series(Page):
    """Une page d’observations, par indicateur, puis code, puis année."""

    indicateurs: list[IndicateurLu]
    maille: Maille
    annees: list[int]
    resultats: list[Observation]
    provenance: list[Provenance]


Row = dict[str, Any]


@dataclass(frozen=True)
class _Asked:
    """What one request asks for, and the sources of the lake that it is answered from."""

    cards: tuple[IndicatorCard, ...]
    grain: Maille
    codes: tuple[str, ...]
    years: range
    sources: tuple[StoredSource, ...]
    is_simulated: bool

    @property
    def vintage(self) -> str:
        """Name the state of the lake that the answer depends on, as its manifest tells it."""
        stored = [(s.slug, s.sha256, s.stored_at.isoformat()) for s in self.sources]
        digest = hashlib.sha256(repr((stored, self.is_simulated)).encode())
        return f"lac {digest.hexdigest()[:12]}"

    def periods(self, card: IndicatorCard) -> list[int]:
        known = current_lake().periods(card.code, self.grain.upper())
        return [year for year in known if year in self.years]

    def lots(self, card: IndicatorCard) -> Iterable[list[Figure]]:
        """Give the figures: of a few codes at once (by code), else of a year at a time."""
        lake, grain = current_lake(), self.grain.upper()
        if self.codes:
            found = lake.series(card.code, grain, self.codes)
            return [[one for one in found if one.period in self.years]]
        return lake.yearly(card.code, grain, self.periods(card))

    def said_of(self, card: IndicatorCard) -> dict[str, str]:
        """Give what stands on every line of an indicator."""
        stored = next(s for s in self.sources if f"series/{card.code}" in s.files)
        return {
            "indicateur": card.code, "maille": self.grain, "unite": card.unit,
            "source": stored.slug, "millesime": stored.vintage, "licence": card.licence,
            "simule": "oui" if self.is_simulated else "non",
        }  # fmt: skip


def _read(
    indicators: str, grain: Maille, codes: str | None, first: int | None, last: int | None
) -> _Asked:
    """Read what is asked, and bound it.

    Raises
    ------
    ProblemError
        404 for an indicator that is unknown or not imported; 422 beyond the limits.
    """
    lake = current_lake()
    names = _listed(indicators, "indicateur", _MAX_INDICATORS)
    cards = tuple(get_card(name) for name in names)
    sources = {stored.slug: stored for card in cards for stored in lake.sources_of(card.code)}
    for card in cards:
        if not lake.sources_of(card.code):
            raise ProblemError(
                404,
                _("Aucun chiffre de l’indicateur « %(name)s » n’a encore été importé.")
                % {"name": card.code},
            )
    years = range(first or 0, (last or 9_998) + 1)
    if not years:
        raise ProblemError(422, _("« debut » doit précéder « fin »."))
    return _Asked(
        cards, grain, _listed(codes or "", "codes", _MAX_CODES), years,
        tuple(sources[slug] for slug in sorted(sources)), lake.manifest.is_simulated,
    )  # fmt: skip


def _listed(text: str, name: str, most: int) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if len(values) > most:
        raise ProblemError(
            422,
            _("« %(name)s » : %(most)s valeurs au plus par demande.")
            % {"name": name, "most": most},
        )
    return values


def _refuse_too_much(asked: _Asked) -> None:
    """Refuse a JSON document of the whole country over the years: it would be held in memory."""
    if asked.codes:
        return
    periods = {year for card in asked.cards for year in asked.periods(card)}
    if not periods:
        raise ProblemError(404, _("Aucun chiffre de cet indicateur à cette maille ces années-là."))
    if len(periods) > 1 or len(asked.cards) > 1:
        raise ProblemError(
            422,
            _(
                "En JSON, donner « codes » (%(most)s au plus) pour des séries, ou une seule année "
                "(« annee ») d’un seul indicateur pour tous les territoires. Pour tout avoir : "
                "format=csv, format=ndjson ou format=parquet."
            )
            % {"most": _MAX_CODES},
        )


def _write_page(request: HttpRequest, asked: _Asked, limit: int, offset: int) -> HttpResponse:
    _refuse_too_much(asked)
    rows: list[Row] = [
        {
            "indicateur": card.code,
            "code": one.code,
            "annee": one.period,
            "valeur": one.value,
            "statut": status_of(one),
            "numerateur": one.numerator,
            "denominateur": one.denominator,
        }
        for card in asked.cards
        for lot in asked.lots(card)
        for one in sorted(lot, key=lambda one: (one.code, one.period))
    ]
    page = page_of(
        request, total=len(rows), limit=limit, offset=offset, is_simulated=asked.is_simulated
    )
    return as_json(
        {
            **page,
            "indicateurs": [
                {"code": card.code, "nom": card.name, "unite": card.unit} for card in asked.cards
            ],
            "maille": asked.grain,
            "annees": sorted({row["annee"] for row in rows}),
            "resultats": rows[offset : offset + limit],
            "provenance": provenance_from_lake(asked.sources),
        }
    )


def _write_lines(asked: _Asked, format: str) -> HttpResponseBase:
    years = ((asked.said_of(card), asked.lots(card)) for card in asked.cards)
    if format == "csv":
        return as_stream(csv_chunks(years), CSV, f"{_name(asked)}.csv")
    return as_stream(ndjson_chunks(years), NDJSON, f"{_name(asked)}.ndjson")


def _name(asked: _Asked) -> str:
    return f"{asked.cards[0].code if len(asked.cards) == 1 else 'series'}-{asked.grain}"


def _write_parquet(asked: _Asked) -> HttpResponseBase:
    """Write the figures of one indicator in a file of their own, gone once it is sent."""
    if len(asked.cards) > 1:
        raise ProblemError(422, _("En Parquet, demander un seul indicateur à la fois."))
    card = asked.cards[0]
    selection = Selection(
        card.code, asked.grain.upper(), asked.years.start, asked.years.stop - 1, asked.codes
    )
    with tempfile.TemporaryDirectory(prefix="jalon-series-") as folder:
        target = Path(folder) / "series.parquet"
        current_lake().export(target, selection, asked.said_of(card))
        size = target.stat().st_size
        file = target.open("rb")  # still read once its folder is gone
    return as_stream(chunks_of(file, 0, size), PARQUET, f"{_name(asked)}.parquet", file)


@router.get(
    "/series",
    summary="Séries d’indicateurs",
    response={200: Series, 404: Problem, 422: Problem},
    openapi_extra=also("csv", "ndjson", "parquet"),
)
def series(
    request: HttpRequest,
    indicateur: Annotated[
        str,
        Field(
            min_length=1,
            max_length=600,
            description="Codes des indicateurs, séparés par des virgules (10 au plus)",
        ),
    ],
    maille: Annotated[Maille, Field(description="Nature des territoires")] = "commune",
    codes: Annotated[
        str | None,
        Field(
            max_length=4000,
            description="Codes des territoires, séparés par des virgules (200 au plus)",
        ),
    ] = None,
    annee: Annotated[Annee | None, Field(description="Une seule année")] = None,
    debut: Annotated[Annee | None, Field(description="Première année")] = None,
    fin: Annotated[Annee | None, Field(description="Dernière année")] = None,
    limit: Limit = 1_000,
    offset: Offset = 0,
    format: Literal["json", "csv", "ndjson", "parquet"] = "json",
) -> HttpResponseBase:
    """Lire des séries (avec « codes »), ou une année de tous les territoires (avec « annee »).

    En CSV, en NDJSON et en Parquet, tout le résultat est envoyé au fil de sa lecture, sans autre
    borne que les filtres : « limit » ne joue pas, et « codes » n’est pas nécessaire. Le fichier
    entier d’un indicateur, toutes mailles, a son adresse : /indicateurs/{code}/observations.parquet
    """
    asked = _read(indicateur, maille, codes, annee or debut, annee or fin)

    def write() -> HttpResponseBase:
        if format == "json":
            return _write_page(request, asked, limit, offset)
        return _write_parquet(asked) if format == "parquet" else _write_lines(asked, format)

    return answer(request, vintage=asked.vintage, is_simulated=asked.is_simulated, write=write)


@router.get(
    "/indicateurs/{code}/observations.parquet",
    summary="Le fichier d’un indicateur",
    response={200: None, 404: Problem},
    openapi_extra={
        "responses": {
            200: {"content": {PARQUET: {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def observations(request: HttpRequest, code: str) -> HttpResponseBase:
    """Télécharger toutes les observations d’un indicateur, à toutes les mailles, en Parquet.

    Le fichier dit lui-même sa source, son millésime, sa licence et sa définition (métadonnées
    Parquet). Il se lit aussi par morceaux (« Range »), sans le télécharger en entier.
    """
    card = get_card(code)
    path = current_lake().download(card.code)
    if path is None:
        raise ProblemError(404, _("Aucun chiffre de cet indicateur n’a encore été importé."))
    response = as_file(
        request, path, media_type=PARQUET, name=f"{card.code}.parquet", etag=path.stem
    )
    response["Cache-Control"] = CACHE_CONTROL
    return response
