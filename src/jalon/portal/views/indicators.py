"""The indicators: what each one measures, what it cannot say, and its figures."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts import Chart, Line, line_chart
from jalon.core.layout import breadcrumb, page_of
from jalon.core.views import chart_export
from jalon.evaluations import services as evaluations
from jalon.indicators.catalogue import IndicatorCard, UnknownIndicatorError, all_cards, get_card
from jalon.indicators.enums import Frequency, Grain
from jalon.portal import indicator_list, indicator_sheet
from jalon.portal.lake_access import current_lake
from jalon.portal.outlines import departement_map
from jalon.portal.provenance import source_line
from jalon.territories.enums import TerritoryKind

_CARDS_PER_PAGE = 25
_TARGETS_PER_PAGE = 30


def indicators(request: HttpRequest) -> HttpResponse:
    """List the indicators of the catalogue, searched by words, theme or producer."""
    cards = all_cards()
    query = indicator_list.read_query(request.GET)
    page = page_of(request, query.keep(cards), _CARDS_PER_PAGE)
    context = {
        "breadcrumb_data": breadcrumb(_("Indicateurs")),
        "query": query,
        "themes": indicator_list.themes_of(cards),
        "producers": indicator_list.producers_of(cards),
        "page": page,
        "rows": [
            {"card": card, "theme": card.theme, "span": indicator_list.span_of(card)}
            for card in page
        ],
        "n_cards": len(cards),
    }
    return render(request, "portal/indicators.html", context)


def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Show one indicator: its card, its figures by grain, its targets, how fresh it is."""
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
        "has_communes": Grain.COMMUNE in card.grains,
        "grains": [str(grain.label) for grain in card.grains],
        "grain_rows": indicator_sheet.grain_rows(card),
        "freshness": indicator_sheet.freshness(card),
        "is_closed": card.frequency is Frequency.CLOSED,
        "runs": list(evaluations.published().filter(plan__indicator=card.code).defer("result")),
        **_targets(request, card),
    }
    return render(request, "portal/indicator.html", context)


def _targets(request: HttpRequest, card: IndicatorCard) -> dict[str, Any]:
    """Gather the dated follow-up of an indicator that has one."""
    grains = (Grain.FRANCE, Grain.REGION, Grain.DEPARTEMENT)
    asked = request.GET.get("maille", "").upper()
    if card.source_slug != "barometre":
        return {"target_grains": [], "target_page": None, "readings": []}
    grain = asked if asked in {one.value for one in grains} else Grain.FRANCE.value
    rows = indicator_sheet.target_rows(card, grain)
    return {
        "target_grains": [
            (one.value.lower(), str(one.label), one.value == grain) for one in grains
        ],
        "target_page": page_of(request, rows, _TARGETS_PER_PAGE),
        "readings": indicator_sheet.last_readings(card),
    }


def _country_chart(card: IndicatorCard) -> Chart | None:
    observations = current_lake().series(card.code, TerritoryKind.FRANCE, ["FRANCE"])
    points = [(one.period, one.value) for one in observations if one.value is not None]
    if not points:
        return None
    (first_year, first), (last_year, last) = points[0], points[-1]
    if card.scale == "percent":
        written = french.percent(last, card.decimals)
        title = _("France : %(value)s en %(year)d") % {"value": written, "year": last_year}
    elif first and len(points) > 1:
        title = _("France : %(value)s %(unit)s en %(year)d, %(change)s depuis %(first)d") % {
            "value": french.number(last, card.decimals),
            "unit": card.unit,
            "year": last_year,
            "change": french.signed_percent(100 * (last / first - 1)),
            "first": first_year,
        }
    else:
        title = _("France : %(value)s %(unit)s en %(year)d") % {
            "value": french.number(last, card.decimals), "unit": card.unit, "year": last_year
        }  # fmt: skip
    return line_chart(
        slug="france",
        title=title,
        lines=[Line(_("France"), points)],
        unit=card.unit,
        decimals=card.decimals,
        source=f"{card.producer}, {first_year}–{last_year}",
        note=card.aggregation_note,
        marked_years=[(noted.period, _("rupture")) for noted in card.breaks],
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
        unit=unit[:1].upper() + unit[1:],
        decimals=decimals,
        source=f"{card.producer}, {latest}",
    )
