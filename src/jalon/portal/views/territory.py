"""The page of a territory: what is done here, what is known of it, how the place is doing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core.layout import Breadcrumb, breadcrumb, page_of
from jalon.core.views import chart_export
from jalon.evaluations import services as evaluations
from jalon.interventions.services import interventions_around
from jalon.portal import lookalikes, observed, outlines
from jalon.portal import territory_sheet as sheet
from jalon.territories.enums import INSIDE_A_COMMUNE, STUDY_ZONES, TerritoryKind
from jalon.territories.models import Territory
from jalon.territories.services import (
    AmbiguousCodeError,
    UnknownTerritoryError,
    resolve_code,
)

_MEMBERS_PER_PAGE = 30


def territory(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show a territory; carry a former code to today's."""
    if kind.upper() not in TerritoryKind.values:
        raise Http404(_("« %(kind)s » n’est pas une nature de territoire.") % {"kind": kind})
    try:
        found = resolve_code(code, kind)
    except AmbiguousCodeError as error:
        return choose(request, code.upper(), error.candidates)
    except UnknownTerritoryError as error:
        raise Http404(str(error)) from None
    if found.code != code.upper():
        return redirect(f"{found.get_absolute_url()}?ancien-code={code.upper()}")
    around = interventions_around(found)
    parents = [place for place, _coverages in around[1:]]
    grains = sheet.grains_of(around)
    alike = lookalikes.lookalikes_of(found)
    charts = observed.territory_charts(found, parents, alike)
    if (export := chart_export(request, charts)) is not None:
        return export
    inside = _inside(request, found)
    present = {line.programme.pk for grain in grains for line in grain.lines}
    present |= {programme.pk for programme in inside["within"]}
    context: dict[str, Any] = {
        "breadcrumb_data": way_to(found, parents),
        "territory": found,
        "parents": [parent for parent in parents if parent.kind not in STUDY_ZONES],
        "links": [*sheet.quartiers(found), *sheet.study_zones(parents)],
        "zonings": observed.zonings_of(found, on=dt.date.today()),  # noqa: DTZ011  (a civil date)
        "outline": outlines.locator(found, parents),
        "grains": grains,
        "has_lines": any(grain.lines for grain in grains),
        "runs": list(evaluations.published().filter(plan__programme__in=present).defer("result")),
        "charts": charts,
        "alike": alike,
        "elsewhere": lookalikes.done_elsewhere(alike, present) if alike else [],
        "former_codes": sheet.former_codes(found),
        "carried_from": request.GET.get("ancien-code", ""),
        **inside,
    }
    return render(request, "portal/territory.html", context)


def _inside(request: HttpRequest, place: Territory) -> dict[str, Any]:
    """Gather what is inside a territory; no programme is counted inside a commune."""
    kinds = [] if place.kind in INSIDE_A_COMMUNE else sheet.member_kinds(place)
    if not kinds:
        return {"within": [], "member_kinds": [], "member_kind": None, "page": None}
    known = {kind.lower(): kind for kind, _n, _label in kinds}
    kind = known.get(request.GET.get("membres", ""), kinds[0][0])
    return {
        "within": [] if place.kind == TerritoryKind.COMMUNE else sheet.programmes_within(place),
        "member_kinds": kinds,
        "member_kind": kind,
        "page": page_of(request, sheet.members(place, kind), _MEMBERS_PER_PAGE),
    }


def way_to(place: Territory, parents: list[Territory]) -> Breadcrumb:
    above = [
        parent
        for parent in reversed(parents)
        if parent.kind in {TerritoryKind.REGION, TerritoryKind.DEPARTEMENT}
    ]
    steps = [(_("Territoires"), reverse("portal:search"))]
    steps += [(parent.name, parent.get_absolute_url()) for parent in above]
    return breadcrumb(place.name, *steps)


def choose(
    request: HttpRequest, code: str, candidates: Sequence[Territory], *, then: str = ""
) -> HttpResponse:
    """List today's communes between which a former one was shared: nobody may choose for you."""
    context = {
        "breadcrumb_data": breadcrumb(code, (_("Territoires"), reverse("portal:search"))),
        "code": code,
        "candidates": candidates,
        "then": then,
    }
    return render(request, "portal/ambiguous_code.html", context, status=300)
