"""`/territoires/commune/{code}/histoire`: the dated events of a commune, the latest first."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from jalon.portal.commune_story import Place, Story, stories
from jalon.territories.services import history_of

from .formats import also, as_csv, as_json
from .paging import DEFAULT_LIMIT, Limit, Offset, Page, page_of
from .problems import Problem
from .provenance import Provenance, provenance_of
from .state import State, answer_from_register
from .territoires import Reference, get_territory, reference

router = Router(tags=["Territoires"])

_SOURCE = "cog-mouvements"
_STATUSES = {
    "COM": "commune",
    "COMD": "commune_deleguee",
    "COMA": "commune_associee",
    "ARM": "arrondissement_municipal",
}
_COLUMNS = (
    "date", "nature", "libelle", "phrase", "codes_avant", "noms_avant", "codes_apres",
    "noms_apres", "source", "millesime", "licence",
)  # fmt: skip


class Lieu(Schema):
    """Une commune, ou une partie de commune, avant ou après un événement."""

    statut: Literal["commune", "commune_deleguee", "commune_associee", "arrondissement_municipal"]
    code: str
    nom: str


class Passage(Schema):
    """Le territoire de l’un est passé, en tout ou en partie, à l’autre."""

    code_avant: str
    code_apres: str


class Evenement(Schema):
    """Ce qui est arrivé un jour à une commune, ou à une de celles qu’elle a reprises."""

    date: str
    nature: str
    libelle: str
    phrase: str
    avant: list[Lieu]
    apres: list[Lieu]
    passages: Annotated[
        list[Passage], Field(description="De commune à commune : ce qui reporte les chiffres")
    ]


class Histoire(Page):
    """Une page de l’histoire d’une commune, du plus récent au plus ancien."""

    territoire: Reference
    resultats: list[Evenement]
    provenance: list[Provenance]


@router.get(
    "/territoires/commune/{code}/histoire",
    summary="Histoire d’une commune",
    response={200: Histoire, 404: Problem, 422: Problem},
    openapi_extra=also("csv"),
)
def history(
    request: HttpRequest,
    code: str,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    format: Literal["json", "csv"] = "json",
) -> HttpResponse:
    """Lire les événements d’une commune depuis 1943 et ceux des communes qu’elle a reprises.

    Fusions, communes nouvelles, rétablissements, changements de code, de nom, de chef-lieu, du plus
    récent au plus ancien. Un code qui n’est plus utilisé répond 404 et dit ce qui le remplace.
    """

    def write(state: State) -> HttpResponse:
        commune = get_territory("commune", code)
        events = history_of(commune)
        told = stories(events[offset : offset + limit])
        sources = provenance_of([_SOURCE])
        if format == "csv":
            said = {key: sources[0][key] for key in ("source", "millesime", "licence")}
            rows = [_row(story) | said for story in told]
            return as_csv(rows, _COLUMNS, f"histoire-{commune.code}")
        page = page_of(
            request, total=events.count(), limit=limit, offset=offset,
            is_simulated=state.is_simulated,
        )  # fmt: skip
        return as_json(
            {
                **page,
                "territoire": reference(commune),
                "resultats": [_describe(story) for story in told],
                "provenance": sources,
            }
        )

    return answer_from_register(request, write)


def _tell(story: Story) -> dict[str, Any]:
    return {
        "date": story.day.isoformat(),
        "nature": story.event.kind.lower(),
        "libelle": story.label,
        "phrase": story.sentence,
    }


def _describe(story: Story) -> dict[str, Any]:
    return {
        **_tell(story),
        "avant": [_place(place) for place in story.before],
        "apres": [_place(place) for place in story.after],
        "passages": [
            {"code_avant": one.before_code, "code_apres": one.after_code}
            for one in story.links
            if one.before_status == one.after_status == "COM"
        ],
    }


def _place(place: Place) -> dict[str, str]:
    status, code, name = place
    return {"statut": _STATUSES[status], "code": code, "nom": name}


def _row(story: Story) -> dict[str, Any]:
    before, after = story.communes_before or story.before, story.communes_after or story.after
    return {
        **_tell(story),
        "codes_avant": [code for _, code, _ in before],
        "noms_avant": [name for _, _, name in before],
        "codes_apres": [code for _, code, _ in after],
        "noms_apres": [name for _, _, name in after],
    }
