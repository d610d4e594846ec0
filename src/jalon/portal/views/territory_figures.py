"""Every figure of a territory, on a page of its own."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.layout import breadcrumb, page_of
from jalon.indicators.catalogue import IndicatorCard, all_cards
from jalon.lake.queries import Observation
from jalon.portal import indicator_list
from jalon.portal.remembered import profile_of
from jalon.territories.enums import TerritoryKind
from jalon.territories.services import AmbiguousCodeError, UnknownTerritoryError, resolve_code

_ROWS_PER_PAGE = 40


@dataclass(frozen=True)
class FigureRow:
    """The last figure of one indicator in a territory, and the one before."""

    card: IndicatorCard
    latest: Observation | None

    @property
    def theme(self) -> str:
        """Give the theme of the indicator."""
        return self.card.theme

    @property
    def year(self) -> str:
        """Write the year of the figure."""
        return str(self.latest.period) if self.latest else "–"

    @property
    def written(self) -> str:
        """Write the figure; say whether it is secret or missing, which are two things."""
        if self.latest is None:
            return _("manquant")
        if self.latest.value is None:
            return _("secret")
        if self.card.scale == "percent":
            return french.percent(self.latest.value, self.card.decimals)
        return f"{french.number(self.latest.value, self.card.decimals)} {self.card.unit}"


def figures(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show the last figure of every indicator given at the grain of a territory."""
    if kind.upper() not in TerritoryKind.values:
        raise Http404(_("« %(kind)s » n’est pas une nature de territoire.") % {"kind": kind})
    try:
        territory = resolve_code(code, kind)
    except AmbiguousCodeError:
        return redirect("portal:territory", kind, code)
    except UnknownTerritoryError as error:
        raise Http404(str(error)) from None
    if territory.code != code.upper():
        return redirect("portal:figures", kind, territory.code)
    profile = profile_of(territory.kind, territory.code)
    query = indicator_list.read_query(request.GET)
    cards = [card for card in all_cards() if territory.kind in card.grains or card.code in profile]
    rows = [
        FigureRow(card, observed[-1] if (observed := profile.get(card.code)) else None)
        for card in query.keep(cards)
    ]
    context = {
        "breadcrumb_data": breadcrumb(
            _("Tous les chiffres"),
            (_("Territoires"), reverse("portal:search")),
            (territory.name, territory.get_absolute_url()),
        ),
        "territory": territory,
        "query": query,
        "themes": indicator_list.themes_of(cards),
        "page": page_of(request, rows, _ROWS_PER_PAGE),
    }
    return render(request, "portal/territory_figures.html", context)
