"""What the lake says of a territory: its zonings and its figures over time."""

from collections.abc import Sequence
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.core import french
from jalon.core.charts import Chart, Line, indexed, line_chart
from jalon.indicators.catalogue import IndicatorCard, headline_cards
from jalon.lake.queries import Observation
from jalon.portal.lake_access import current_lake
from jalon.portal.remembered import Profile, profile_of
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory

_ZONINGS = {
    "densite": gettext_lazy("Grille de densité (Insee)"),
    "ruralite": gettext_lazy("Typologie des ruralités (ANCT)"),
    "centralite": gettext_lazy("Centralité (ANCT)"),
}
# What a territory is compared with: the first of these that contains it, then France.
_COMPARED_WITH = {
    TerritoryKind.COMMUNE: (TerritoryKind.DEPARTEMENT,),
    TerritoryKind.EPCI: (TerritoryKind.DEPARTEMENT, TerritoryKind.REGION),
    TerritoryKind.DEPARTEMENT: (TerritoryKind.REGION,),
}
_FIRST_YEAR = 2002  # the years before say little to a reader of today; the API has them all
_MAX_CHARTS = 6


def zonings_of(territory: Territory) -> list[tuple[str, str]]:
    """List what kind of place a commune is, in the words of the official zonings."""
    if territory.kind != TerritoryKind.COMMUNE:
        return []
    labels = current_lake().zonings(territory.code)
    return [(str(title), labels[name]) for name, title in _ZONINGS.items() if name in labels]


def territory_charts(territory: Territory, parents: Sequence[Territory]) -> list[Chart]:
    """Draw the headline indicators over time beside the département (or région) and France."""
    wanted = _COMPARED_WITH.get(TerritoryKind(territory.kind), ())
    nearest = [parent for kind in wanted for parent in parents if parent.kind == kind][:1]
    country = [parent for parent in parents if parent.kind == TerritoryKind.FRANCE]
    places = [territory, *nearest, *country]
    profiles = [profile_of(place.kind, place.code) for place in places]
    charts = (_draw(card, places, profiles) for card in headline_cards())
    return list(islice(filter(None, charts), _MAX_CHARTS))


def points_of(observations: Sequence[Observation]) -> list[tuple[int, float | None]]:
    """Give (year, value) of a series, from the first year shown."""
    return [(o.period, o.value) for o in observations if o.period >= _FIRST_YEAR]


def hidden_years(observations: Sequence[Observation]) -> frozenset[int]:
    """Give the years whose figure exists but is kept secret."""
    return frozenset(o.period for o in observations if o.status is not None)


def source_of(card: IndicatorCard, points: Sequence[tuple[int, float | None]]) -> str:
    """Name the producer and the years of a series."""
    years = [year for year, _value in points]
    return f"{card.producer}, {min(years)}–{max(years)}" if years else card.producer


def _draw(
    card: IndicatorCard, places: Sequence[Territory], profiles: Sequence[Profile]
) -> Chart | None:
    series = [points_of(profile.get(card.code, ())) for profile in profiles]
    secrets = [hidden_years(profile.get(card.code, ())) for profile in profiles]
    own = [(year, value) for year, value in series[0] if value is not None]
    if len(own) < 2:
        return None
    tones = ["main", "second" if len(places) > 2 else "context", "context"]
    base = own[0][0]
    is_count = card.scale == "count"
    if is_count:
        common = set.intersection(*({y for y, v in points if v} for points in series if points))
        base = min(common, default=base)
        series = [indexed(points, base) for points in series]
    return line_chart(
        slug=card.code,
        title=_title(card, own, base),
        lines=[
            Line(place.name, points, tone, hidden)  # type: ignore[arg-type]
            for place, points, tone, hidden in zip(places, series, tones, secrets, strict=False)
        ],
        unit=_("indice 100 en %(year)d") % {"year": base} if is_count else card.unit,
        decimals=1,
        source=source_of(card, own),
    )


def _title(card: IndicatorCard, own: Sequence[tuple[int, float]], base: int) -> str:
    year, latest = own[-1]
    first = dict(own).get(base)
    if card.scale == "percent":
        written = french.percent(latest, card.decimals)
        return _("%(name)s : %(value)s en %(year)d") % {
            "name": card.short_name, "value": written, "year": year
        }  # fmt: skip
    written = f"{french.number(latest, card.decimals)} {card.unit}"
    change = french.signed_percent(100 * (latest / first - 1)) if first else french.MISSING
    return _("%(name)s : %(value)s en %(year)d, %(change)s depuis %(base)d") % {
        "name": card.short_name,
        "value": written,
        "year": year,
        "change": change,
        "base": base,
    }
