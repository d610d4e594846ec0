"""The programmes, and the page of each: what it is, where it is, since when."""

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core.layout import breadcrumb, page_of
from jalon.core.views import chart_export
from jalon.evaluations import services as evaluations
from jalon.interventions.enums import DateKind
from jalon.interventions.models import Programme
from jalon.portal import cohort
from jalon.portal.provenance import source_line


def programmes(request: HttpRequest) -> HttpResponse:
    """List the programmes with the reach of each."""
    context = {
        "breadcrumb_data": breadcrumb(_("Programmes")),
        "programmes": cohort.with_reach(),
    }
    return render(request, "portal/programmes.html", context)


def _get_programme(code: str) -> Programme:
    try:
        return Programme.objects.get(code=code)
    except Programme.DoesNotExist:
        message = _("Aucun programme ne porte le code « %(code)s ».") % {"code": code}
        raise Http404(message) from None


def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Show one programme: its cohort, its entries, its evaluations, its territories."""
    programme = _get_programme(code)
    source = source_line(programme.source_slug)
    portrait = cohort.portrait_of(programme, source)
    if (export := chart_export(request, [portrait.map, *portrait.charts])) is not None:
        return export
    sort = request.GET.get("tri", "")
    sort = sort if sort in cohort.SORTS else "nom"
    query = request.GET.get("q", "").strip()
    members = cohort.members(programme, query=query, sort=sort)
    page = page_of(request, members)
    cohort.name_departements(list(page))
    context: dict[str, Any] = {
        "breadcrumb_data": breadcrumb(
            programme.name, (_("Programmes"), reverse("portal:programmes"))
        ),
        "programme": programme,
        "reach": portrait.reach,
        "is_undated": programme.date_kind == DateKind.UNDATED,
        "source": source,
        "charts": portrait.charts,
        "map": portrait.map,
        "runs": list(evaluations.published().filter(plan__programme=programme).defer("result")),
        "page": page,
        "query": query,
        "sort": sort,
        "sorts": cohort.SORTS,
    }
    return render(request, "portal/programme.html", context)


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def members_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """Stream the list of the territories of a programme, for a spreadsheet."""
    programme = _get_programme(code)

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo(), delimiter=";")
        yield "\ufeff"
        yield writer.writerow(
            ["nature", "code", "territoire", "population", "role", "depuis", "jusqu_a",
             "intervention", "nom_intervention", "codes_declares"]
        )  # fmt: skip
        rows = cohort.members(programme, query="", sort="nom")
        for row in rows.iterator(chunk_size=2000):
            yield writer.writerow(
                [
                    row.territory.get_kind_display(),
                    row.territory.code,
                    row.territory.name,
                    row.territory.population if row.territory.population is not None else "",
                    row.get_role_display(),
                    _iso(row.started_on),
                    _iso(row.ended_on),
                    row.intervention.code,
                    row.intervention.name,
                    " ".join(row.declared_codes),
                ]
            )

    name = f'attachment; filename="{programme.code}-territoires.csv"'
    return StreamingHttpResponse(
        lines(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
