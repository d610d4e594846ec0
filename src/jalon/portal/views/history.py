"""The page that tells the history of a commune, event by event."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core.layout import page_of
from jalon.lake.catalogue import get_source
from jalon.portal import commune_story
from jalon.portal import territory_sheet as sheet
from jalon.territories.models import TerritoryEvent
from jalon.territories.services import (
    AmbiguousCodeError,
    UnknownTerritoryError,
    ancestors,
    history_of,
    resolve_code,
)

from .territory import choose, way_to

_EVENTS_PER_PAGE = 30


def history(request: HttpRequest, code: str) -> HttpResponse:
    """Tell what a commune was; carry a former code to today's."""
    try:
        commune = resolve_code(code)
    except AmbiguousCodeError as error:
        return choose(request, code.upper(), error.candidates, then="histoire/")
    except UnknownTerritoryError as error:
        raise Http404(str(error)) from None
    if commune.code != code.upper():
        address = reverse("portal:history", args=[commune.code])
        return redirect(f"{address}?ancien-code={code.upper()}")
    way = way_to(commune, ancestors(commune))
    way["links"].append({"title": commune.name, "url": commune.get_absolute_url()})
    page = page_of(request, history_of(commune), _EVENTS_PER_PAGE)
    context = {
        "breadcrumb_data": way | {"current": _("Histoire")},
        "territory": commune,
        "page": page,
        "stories": commune_story.stories(page.object_list),
        "former_codes": sheet.former_codes_with_names(commune),
        "carried_from": request.GET.get("ancien-code", ""),
        "is_imported": bool(page.object_list) or TerritoryEvent.objects.exists(),
        "source": get_source("cog-mouvements"),
    }
    return render(request, "portal/history.html", context)
