"""The indicators: what each one measures, what it cannot say, and its figures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts import Chart, Line, line_chart
from jalon.core.layout import breadcrumb
from jalon.core.views import chart_export
from jalon.evaluations import services as evaluations
from jalon.indicators.catalogue import IndicatorCard, UnknownIndicatorError, all_cards, get_card
from jalon.portal.lake_access import current_lake
from jalon.portal.outlines import departement_map
from jalon.portal.provenance import source_line
from jalon.territories.enums import TerritoryKind


def indicators(request: HttpRequest) -> HttpResponse:
    """List the indicators of the catalogue."""
    lake = current_lake()
    rows = []
    for card in all_cards():
        periods = lake.periods(card.code, TerritoryKind.FRANCE)
        span = f"{min(periods)}–{max(periods)}" if periods else ""
        rows.append((card, span))
    context = {"breadcrumb_data": breadcrumb(_("Indicateurs")), "rows": rows}
    return render(request, "portal/indicators.html", context)


def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Show one indicator: its card, France over time, the départements at the latest period."""
    try:
        card = get_card(code)
    except UnknownIndicatorError as error:
        raise Http404(str(error)) from None
    country, places = _country_chart(card), _departement_map(card)
    if (export := chart_export(request, [country, places])) is not None:
        return export
    context = {
        "breadcrumb_data": breadcrumb(card.name, (_("Indicateurs"), reverse("portal:indicators"))),
        "card": card,
        "charts": [chart for chart in (country, places) if chart],
        "source": source_line(card.source_slug),
        "grains": [TerritoryKind(grain).label for grain in card.grains],
        "runs": list(evaluations.published().filter(plan__indicator=card.code).defer("result")),
    }
    return render(request, "portal/indicator.html", context)


def _country_chart(card: IndicatorCard) -> Chart | None:
    observations = current_lake().series(card.code, TerritoryKind.FRANCE, ["FRANCE"])
    points = [(one.period, one.value) for one in observations]
    if not points:
        return None
    (first_year, first), (last_year, last) = points[0], points[-1]
    if card.scale == "percent":
        written = french.percent(last, card.decimals)
        title = _("France : %(value)s en %(year)d") % {"value": written, "year": last_year}
    else:
        title = _("France : %(value)s %(unit)s en %(year)d, %(change)s depuis %(first)d") % {
            "value": french.number(last, card.decimals),
            "unit": card.unit,
            "year": last_year,
            "change": french.signed_percent(100 * (last / first - 1)),
            "first": first_year,
        }
    return line_chart(
        slug="france",
        title=title,
        lines=[Line(_("France"), points)],
        unit=card.unit,
        decimals=card.decimals,
        source=f"{card.producer}, {first_year}–{last_year}",
        note=card.aggregation_note,
    )


def _departement_map(card: IndicatorCard) -> Chart | None:
    lake = current_lake()
    periods = lake.periods(card.code, TerritoryKind.DEPARTEMENT)
    if not periods:
        return None
    latest = max(periods)
    values = lake.snapshot(card.code, TerritoryKind.DEPARTEMENT, latest)
    decimals, unit = card.decimals, card.unit
    return departement_map(
        slug="departements",
        title=_("%(name)s par département, %(year)d") % {"name": card.name, "year": latest},
        values=values,
        unit=unit.capitalize(),
        decimals=decimals,
        source=f"{card.producer}, {latest}",
    )
