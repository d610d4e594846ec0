"""Answers shared by every page: exports of charts, pages of error."""

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .charts import Chart

_TYPES = {"svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}


def chart_export(request: HttpRequest, charts: Iterable[Chart | None]) -> HttpResponse | None:
    """Answer the export that the address asks for; None when it asks for the page itself.

    Raises
    ------
    Http404
        When no chart of the page has that name or that format.
    """
    asked = request.GET.get("export")
    if asked is None:
        return None
    slug, _dot, extension = asked.rpartition(".")
    for chart in charts:
        if chart and chart.slug == slug and extension in chart.formats:
            content = chart.standalone_svg() if extension == "svg" else chart.table.csv()
            return HttpResponse(
                content,
                content_type=_TYPES[extension],
                headers={"Content-Disposition": f'attachment; filename="{slug}.{extension}"'},
            )
    raise Http404(_("Cet export n’existe pas sur cette page."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke, without touching the register that may be what broke."""
    context = {
        "request": request,
        "state_brand": settings.JALON_STATE_BRAND,
        "is_simulated": False,
    }
    return HttpResponseServerError(render_to_string("500.html", context))
