"""Finding a territory: a page that works without JavaScript, and its suggestions."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.layout import breadcrumb, page_of
from jalon.territories import services as territories
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory

_MAX_LENGTH = 100
_SUGGESTIONS = 8
_MAX_RESULTS = 200
_PER_PAGE = 20


def asked(request: HttpRequest) -> str:
    """Give what somebody typed, cut to a reasonable length."""
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:_MAX_LENGTH]


def _describe(found: Territory, communes: str, departement: str) -> str:
    """Say what tells a territory from its namesakes: nature, commune, département, size."""
    parts = [str(TerritoryKind(found.kind).label).capitalize()]
    parts += [where for where in (communes, departement) if where]
    if found.population is not None:
        parts.append(_("%(n)s hab.") % {"n": french.number(found.population)})
    return " · ".join(parts)


def describe_all(found: Sequence[Territory]) -> dict[int, str]:
    """Say of each territory, by its primary key, what tells it from its namesakes."""
    communes, departements = territories.commune_names(found), territories.departement_names(found)
    return {
        one.pk: _describe(one, communes.get(one.pk, ""), departements.get(one.pk, ""))
        for one in found
    }


def suggestions(request: HttpRequest) -> JsonResponse:
    """Suggest territories while somebody types."""
    text = asked(request)
    found = territories.search(text, limit=_SUGGESTIONS) if text else []
    described = describe_all(found)
    rows = [
        {
            "name": one.name,
            "detail": described[one.pk],
            "url": one.get_absolute_url(),
            "key": f"{one.kind.lower()}:{one.code}",
        }
        for one in found
    ]
    answer = JsonResponse({"suggestions": rows})
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def search(request: HttpRequest) -> HttpResponse:
    """List the territories that answer a name, a postal code or an official code."""
    text = asked(request)
    page = page_of(request, territories.search(text, limit=_MAX_RESULTS) if text else [], _PER_PAGE)
    described = describe_all(list(page.object_list))
    context = {
        "breadcrumb_data": breadcrumb(_("Territoires")),
        "query": text,
        "page": page,
        "found": [(one, described[one.pk]) for one in page.object_list],
        "is_cut": page.paginator.count == _MAX_RESULTS,
        "regions": [] if text else _regions(),
    }
    return render(request, "portal/search.html", context)


def _regions() -> list[Territory]:
    wide = [TerritoryKind.REGION, TerritoryKind.COLLECTIVITE_OUTRE_MER]
    return list(Territory.objects.current().filter(kind__in=wide).order_by("-kind", "name"))
