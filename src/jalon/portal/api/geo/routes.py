"""The thirteen routes that answer as API Géo does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from ninja import Router

from jalon.portal.api.answering import JSON, accepts_gzip, answer, compress
from jalon.portal.api.kept import KeptAnswer, KeptAnswers
from jalon.portal.api.problems import Problem, ProblemError
from jalon.portal.api.state import current_imports

from . import answers
from .catalogue import Collection
from .documentation import (
    PAGE,
    SHAPE_OF_THE_ANSWER,
    Feature,
    FeatureCollection,
    TerritoireGeo,
    describe,
)
from .query import GeoQuery, read_query
from .register import catalogue_of

router = Router(tags=["Découpage administratif"])
_View = TypeVar("_View", bound=Callable[..., HttpResponse])
_NONE: Mapping[str, Sequence[str]] = {}
_CURRENT = {"type": ("commune-actuelle",)}
_WITHOUT_COM = {"zone": ("metro", "drom")}
_KEPT = KeptAnswers(64 * 1024 * 1024)


def _get(path: str, summary: str, response: Any, *parameters: str) -> Callable[[_View], _View]:
    """Register a route, with and without a last slash as API Géo accepts both."""

    def register(view: _View) -> _View:
        documented = router.get(
            path,
            summary=summary,
            response={200: response, 304: None, 400: Problem, 404: Problem},
            openapi_extra=describe(*parameters, *SHAPE_OF_THE_ANSWER),
        )
        documented(view)
        router.get(f"{path}/", include_in_schema=False)(view)
        return view

    return register


class _Asked:
    """One request, with the territories of the vintage it is answered from."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.imports = current_imports()
        self.catalogue = catalogue_of(self.imports)

    def answer(self, write: Callable[[], HttpResponse]) -> HttpResponse:
        return answer(
            self.request,
            vintage=self.imports.territories,
            is_simulated=self.imports.is_simulated,
            write=write,
        )

    def answer_list(
        self, collection: Collection, query: GeoQuery, defaults: Mapping[str, Sequence[str]]
    ) -> HttpResponse:
        is_compressed = accepts_gzip(self.request)

        def write_anew() -> KeptAnswer:
            found = answers.select(collection, query, default_filters=defaults)
            body = answers.write_list(collection, found.page(query), query).encode()
            return KeptAnswer(compress(body) if is_compressed else body, len(found.positions))

        def write() -> HttpResponse:
            key = (self.imports.territories, self.request.get_full_path(), is_compressed)
            kept = _KEPT.get(key, write_anew)
            response = HttpResponse(kept.body, content_type=JSON)
            if is_compressed:
                response["Content-Encoding"] = "gzip"
            patch_vary_headers(response, ["Accept-Encoding"])
            _say_what_follows(self.request, response, query, kept.total)
            return response

        return self.answer(write)

    def require(self, name: str, code: str) -> None:
        """Refuse an unknown code; that of a merged commune says where it went."""
        if code in self.catalogue.collections[name].by_code:
            return
        if "%" in code:
            raise ProblemError(400, _("Adresse mal formée : un « % » n’y est suivi d’aucun code."))
        successors = self.catalogue.successors.get(code, []) if name == "communes" else []
        if successors:
            names = ", ".join(f"{label} ({today})" for today, label in successors)
            raise ProblemError(
                404,
                _("Le code %(code)s n’est plus celui d’une commune : voir %(names)s.")
                % {"code": code, "names": names},
                remplacePar=[{"code": today, "nom": label} for today, label in successors],
            )
        raise ProblemError(
            404, _("Aucun territoire de ce type ne porte le code « %(code)s ».") % {"code": code}
        )


def _say_what_follows(
    request: HttpRequest, response: HttpResponse, query: GeoQuery, total: int
) -> None:
    """Give the total, and the address of the next page, in headers: the body stays an array."""
    response["X-Total-Count"] = str(total)
    if query.limit and query.offset + query.limit < total:
        parameters = request.GET.copy()
        parameters["offset"] = str(query.offset + query.limit)
        address = request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
        response["Link"] = f'<{address}>; rel="next"'


def _answer_search(
    request: HttpRequest, name: str, defaults: Mapping[str, Sequence[str]] = _NONE
) -> HttpResponse:
    """Answer a list with its filters."""
    asked = _Asked(request)
    collection = asked.catalogue.collections[name]
    query = read_query(request.GET, tuple(collection.filters), has_point=collection.has_point)
    if collection.has_point:
        answers.refuse_unfiltered_geometry(query)
    return asked.answer_list(collection, query, defaults)


def _answer_members(
    request: HttpRequest, parent: str, code: str, members: str, parameter: str
) -> HttpResponse:
    """Answer what belongs to a territory; the filters are not read, as in API Géo."""
    asked = _Asked(request)
    asked.require(parent, code)
    query = read_query(request.GET, (), has_point=False)
    defaults = {parameter: (code,), **(_CURRENT if members == "communes" else _NONE)}
    return asked.answer_list(asked.catalogue.collections[members], query, defaults)


def _answer_one(request: HttpRequest, name: str, code: str) -> HttpResponse:
    asked = _Asked(request)
    asked.require(name, code)
    query = read_query(request.GET, (), has_point=False)
    collection = asked.catalogue.collections[name]
    return asked.answer(
        lambda: HttpResponse(answers.write_one(collection, code, query), content_type=JSON)
    )


@_get(
    "/communes", "Communes", list[TerritoireGeo] | FeatureCollection,
    "nom", "boost", "code", "codePostal", "codeDepartement", "codeRegion", "codeEpci", "siren",
    "ancienCode", "codeParent", "zone", "type", "lat", "lon", *PAGE,
)  # fmt: skip
def communes(request: HttpRequest) -> HttpResponse:
    """Chercher des communes, ou les lister toutes : un tableau JSON nu, comme API Géo."""
    return _answer_search(request, "communes", _CURRENT)


@_get("/communes/{code}", "Une commune", TerritoireGeo | Feature)
def commune(request: HttpRequest, code: str) -> HttpResponse:
    """Lire une commune ; le code d’une commune disparue donne 404 et dit où elle est passée."""
    return _answer_one(request, "communes", code)


@_get(
    "/communes_associees_deleguees", "Communes associées et déléguées",
    list[TerritoireGeo] | FeatureCollection,
    "nom", "type", "code", "codeEpci", "codeDepartement", "codeRegion", "lat", "lon", *PAGE,
)  # fmt: skip
def delegated_communes(request: HttpRequest) -> HttpResponse:
    """Chercher les anciennes communes qui gardent un nom et un code dans celle d’aujourd’hui."""
    return _answer_search(request, "communes_associees_deleguees")


@_get(
    "/communes_associees_deleguees/{code}", "Une commune associée ou déléguée",
    TerritoireGeo | Feature,
)  # fmt: skip
def delegated_commune(request: HttpRequest, code: str) -> HttpResponse:
    """Lire une commune associée ou déléguée ; « chefLieu » est la commune d’aujourd’hui."""
    return _answer_one(request, "communes_associees_deleguees", code)


@_get(
    "/epcis", "Intercommunalités", list[TerritoireGeo] | FeatureCollection,
    "nom", "boost", "code", "codeDepartement", "codeRegion", "zone", "lat", "lon", *PAGE,
)  # fmt: skip
def epcis(request: HttpRequest) -> HttpResponse:
    """Chercher des intercommunalités à fiscalité propre, ou les lister toutes."""
    return _answer_search(request, "epcis")


@_get("/epcis/{code}", "Une intercommunalité", TerritoireGeo | Feature)
def epci(request: HttpRequest, code: str) -> HttpResponse:
    """Lire une intercommunalité."""
    return _answer_one(request, "epcis", code)


@_get(
    "/epcis/{code}/communes", "Communes d’une intercommunalité",
    list[TerritoireGeo] | FeatureCollection, *PAGE,
)  # fmt: skip
def epci_communes(request: HttpRequest, code: str) -> HttpResponse:
    """Lister les communes membres d’une intercommunalité."""
    return _answer_members(request, "epcis", code, "communes", "codeEpci")


@_get(
    "/departements", "Départements", list[TerritoireGeo] | FeatureCollection,
    "nom", "code", "codeRegion", "zone", *PAGE,
)  # fmt: skip
def departements(request: HttpRequest) -> HttpResponse:
    """Chercher des départements, ou les lister tous (sans les collectivités d’outre-mer)."""
    return _answer_search(request, "departements", _WITHOUT_COM)


@_get("/departements/{code}", "Un département", TerritoireGeo | Feature)
def departement(request: HttpRequest, code: str) -> HttpResponse:
    """Lire un département."""
    return _answer_one(request, "departements", code)


@_get(
    "/departements/{code}/communes", "Communes d’un département",
    list[TerritoireGeo] | FeatureCollection, *PAGE,
)  # fmt: skip
def departement_communes(request: HttpRequest, code: str) -> HttpResponse:
    """Lister les communes d’un département."""
    return _answer_members(request, "departements", code, "communes", "codeDepartement")


@_get(
    "/regions", "Régions", list[TerritoireGeo] | FeatureCollection,
    "nom", "code", "zone", *PAGE,
)  # fmt: skip
def regions(request: HttpRequest) -> HttpResponse:
    """Chercher des régions, ou les lister toutes (sans les collectivités d’outre-mer)."""
    return _answer_search(request, "regions", _WITHOUT_COM)


@_get("/regions/{code}", "Une région", TerritoireGeo | Feature)
def region(request: HttpRequest, code: str) -> HttpResponse:
    """Lire une région."""
    return _answer_one(request, "regions", code)


@_get(
    "/regions/{code}/departements", "Départements d’une région",
    list[TerritoireGeo] | FeatureCollection, *PAGE,
)  # fmt: skip
def region_departements(request: HttpRequest, code: str) -> HttpResponse:
    """Lister les départements d’une région."""
    return _answer_members(request, "regions", code, "departements", "codeRegion")
