"""`/territoires`: every kind of territory in one paginated list, with what contains each."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from jalon.territories.models import FormerCode, Territory

from .formats import also, as_csv, as_geojson, as_json
from .geo.outlines import outlines_of
from .paging import DEFAULT_LIMIT, Limit, Offset, Page, page_of
from .problems import Problem, ProblemError
from .state import State, answer_from_register

router = Router(tags=["Territoires"])

Nature = Literal[
    "commune_deleguee", "arrondissement_municipal", "commune", "epci", "groupement", "departement",
    "region", "collectivite_outre_mer", "france",
]  # fmt: skip
_COLUMNS = ("nature", "code", "nom", "zone", "population", "siren", "codes_postaux", "adresse")


class Reference(Schema):
    """Un territoire, nommé."""

    nature: Nature
    code: str
    nom: str


class Territoire(Reference):
    """Un territoire."""

    zone: str
    population: int | None
    siren: str
    codes_postaux: list[str]
    adresse: str


class TerritoireDetaille(Territoire):
    """Un territoire, ceux qui le contiennent et ses anciens codes."""

    contenu_dans: list[Reference]
    anciens_codes: list[str]
    simule: bool


class Territoires(Page):
    """Une page de territoires."""

    resultats: list[Territoire]


def reference(territory: Territory) -> dict[str, Any]:
    """Name a territory."""
    return {
        "nature": territory.kind.lower(),
        "code": territory.code,
        "nom": territory.name,
    }


def describe(request: HttpRequest, territory: Territory) -> dict[str, Any]:
    """Describe a territory, with the address of its page."""
    return {
        **reference(territory),
        "zone": territory.zone,
        "population": territory.population,
        "siren": territory.siren,
        "codes_postaux": territory.postal_codes,
        "adresse": request.build_absolute_uri(territory.get_absolute_url()),
    }


def get_territory(nature: str, code: str) -> Territory:
    """Find a current territory.

    Raises
    ------
    ProblemError
        404 when it does not exist; it says where a merged commune went.
    """
    kind = nature.upper()
    found = Territory.objects.current().filter(kind=kind, code=code).first()
    if found is not None:
        return found
    successors = list(
        Territory.objects.current().filter(kind=kind, former_codes__code=code).order_by("code")
    )
    if successors:
        names = ", ".join(str(territory) for territory in successors)
        raise ProblemError(
            404,
            _("Le code %(code)s n’est plus celui d’une commune : voir %(names)s.")
            % {"code": code, "names": names},
            remplacePar=[reference(territory) for territory in successors],
        )
    raise ProblemError(
        404,
        _("Aucun territoire de nature « %(kind)s » ne porte le code « %(code)s ».")
        % {"kind": nature, "code": code},
    )


@router.get(
    "/territoires",
    summary="Territoires de toute nature",
    response={200: Territoires, 404: Problem, 422: Problem},
    openapi_extra=also("csv", "geojson"),
)
def list_territories(
    request: HttpRequest,
    nature: Nature | None = None,
    dans_nature: Annotated[
        Nature | None, Field(description="Nature du territoire qui contient")
    ] = None,
    dans_code: Annotated[
        str | None, Field(max_length=9, description="Code du territoire qui contient")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    offset: Offset = 0,
    format: Literal["json", "csv", "geojson"] = "json",
) -> HttpResponse:
    """Lister les territoires actuels, d’une nature ou contenus dans un autre, par code."""

    def write(state: State) -> HttpResponse:
        chosen = Territory.objects.current().order_by("kind", "code")
        if nature is not None:
            chosen = chosen.filter(kind=nature.upper())
        if dans_nature is not None and dans_code is not None:
            chosen = chosen.within(get_territory(dans_nature, dans_code))
        rows = [describe(request, t) for t in chosen[offset : offset + limit]]
        if format == "csv":
            return as_csv(rows, _COLUMNS, "territoires")
        page = page_of(
            request, total=chosen.count(), limit=limit, offset=offset,
            is_simulated=state.is_simulated,
        )  # fmt: skip
        if format == "geojson":
            return as_geojson([_feature(row) for row in rows], **page)
        return as_json({**page, "resultats": rows})

    if (dans_nature is None) != (dans_code is None):
        raise ProblemError(422, _("« dans_nature » et « dans_code » vont ensemble."))
    return answer_from_register(request, write)


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    outlines = outlines_of(row["nature"].upper())
    return {
        "type": "Feature",
        "properties": row,
        "geometry": outlines.get(row["code"], "contour"),
    }


@router.get(
    "/territoires/{nature}/{code}",
    summary="Un territoire",
    response={200: TerritoireDetaille, 404: Problem, 422: Problem},
)
def one_territory(request: HttpRequest, nature: Nature, code: str) -> HttpResponse:
    """Lire un territoire, ceux qui le contiennent et ses anciens codes."""

    def write(state: State) -> HttpResponse:
        territory = get_territory(nature, code)
        former = FormerCode.objects.filter(territory=territory).order_by("code")
        return as_json(
            {
                **describe(request, territory),
                "contenu_dans": [
                    reference(parent)
                    for parent in Territory.objects.containing(territory).order_by("kind", "code")
                ],
                "anciens_codes": list(former.values_list("code", flat=True)),
                "simule": state.is_simulated,
            }
        )

    return answer_from_register(request, write)
