"""What the lake says of a territory: its zonings and its figures over time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.core import french
from jalon.core.charts import Chart, Line, Tone, indexed, line_chart
from jalon.indicators.catalogue import IndicatorCard, headline_cards
from jalon.lake.queries import Observation
from jalon.lake.reading import Label
from jalon.portal.lake_access import current_lake
from jalon.portal.lookalikes import Lookalikes, mean_line
from jalon.portal.remembered import Profile, profile_of
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory

_ZONINGS = {
    "densite": gettext_lazy("Grille de densité (Insee)"),
    "ruralite": gettext_lazy("Typologie des ruralités (ANCT)"),
    "centralite": gettext_lazy("Centralité (ANCT)"),
    "montagne": gettext_lazy("Massif de montagne"),
    "frr": gettext_lazy("France ruralités revitalisation (FRR)"),
    "zrr": gettext_lazy("Zone de revitalisation rurale (ZRR)"),
    "qpv-2015": gettext_lazy("Quartiers prioritaires de 2015"),
}
# Those that a text brings into force: the others only describe, and their day says nothing.
_IN_LAW = {"frr", "zrr", "qpv-2015"}
# What a territory is compared with: the first of these that contains it, then France.
_COMPARED_WITH = {
    TerritoryKind.COMMUNE: (TerritoryKind.DEPARTEMENT,),
    TerritoryKind.EPCI: (TerritoryKind.DEPARTEMENT, TerritoryKind.REGION),
    TerritoryKind.DEPARTEMENT: (TerritoryKind.REGION,),
}
_FIRST_YEAR = 2002  # the years before say little to a reader of today; the API has them all
_MAX_CHARTS = 6


@dataclass(frozen=True)
class ZoningLine:
    """The class of a commune in one zoning, and the days between which it holds, in words."""

    title: str
    label: str
    dates: str


@dataclass(frozen=True)
class Zonings:
    """The zonings of a commune in force today, and the former ones."""

    current: Sequence[ZoningLine] = ()
    former: Sequence[ZoningLine] = ()


def zonings_of(territory: Territory, *, on: dt.date) -> Zonings:
    """List what kind of place a commune is, in the words of the official zonings."""
    if territory.kind != TerritoryKind.COMMUNE:
        return Zonings()
    by_zoning: dict[str, list[Label]] = {}
    for label in current_lake().labels(territory.code):
        by_zoning.setdefault(label.zoning, []).append(label)
    current, former = [], []
    for name, title in _ZONINGS.items():
        in_force = [
            one for one in by_zoning.get(name, ()) if one.valid_to is None or one.valid_to > on
        ]
        ended = [one for one in by_zoning.get(name, ()) if one not in in_force]
        if in_force:
            current.append(_zoning_line(name, str(title), in_force))
        if ended:
            former.append(_zoning_line(name, str(title), ended))
    return Zonings(current, former)


def _zoning_line(name: str, title: str, labels: Sequence[Label]) -> ZoningLine:
    dates = _between(labels[0].valid_from, labels[0].valid_to) if name in _IN_LAW else ""
    return ZoningLine(title, ", ".join(one.label for one in labels), dates)


def _between(first: dt.date | None, end: dt.date | None) -> str:
    """Say the days between which a text was in force; `end` is the first day it no longer was."""
    last = end - dt.timedelta(days=1) if end else None
    if first and last:
        values = {"first": french.date(first), "last": french.date(last)}
        return _("du %(first)s au %(last)s") % values
    if last:
        return _("jusqu’au %s") % french.date(last)
    return _("depuis le %s") % french.date(first) if first else ""


def territory_charts(
    territory: Territory, parents: Sequence[Territory], alike: Lookalikes | None = None
) -> list[Chart]:
    """Draw the headline indicators beside the comparables, the département and France."""
    wanted = _COMPARED_WITH.get(TerritoryKind(territory.kind), ())
    nearest = [parent for kind in wanted for parent in parents if parent.kind == kind][:1]
    country = [parent for parent in parents if parent.kind == TerritoryKind.FRANCE]
    places = [territory, *nearest, *country]
    profiles = [profile_of(place.kind, place.code) for place in places]
    charts = (_draw(card, places, profiles, alike) for card in headline_cards())
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
    card: IndicatorCard,
    places: Sequence[Territory],
    profiles: Sequence[Profile],
    alike: Lookalikes | None,
) -> Chart | None:
    series = [points_of(profile.get(card.code, ())) for profile in profiles]
    secrets = [hidden_years(profile.get(card.code, ())) for profile in profiles]
    own = [(year, value) for year, value in series[0] if value is not None]
    if len(own) < 2:
        return None
    names = [place.name for place in places]
    tones: list[Tone] = ["main", "second" if len(places) > 2 else "context", "context"]
    if line := _mean_of(card, alike):
        names.insert(1, _("comparables"))
        series.insert(1, line)
        secrets.insert(1, frozenset())
        tones.insert(1, "main-dashed")
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
            Line(name, points, tone, hidden)
            for name, points, tone, hidden in zip(names, series, tones, secrets, strict=False)
        ],
        unit=_("indice 100 en %(year)d") % {"year": base} if is_count else card.unit,
        decimals=1,
        source=source_of(card, own),
    )


def _mean_of(card: IndicatorCard, alike: Lookalikes | None) -> list[tuple[int, float | None]]:
    if alike is None:
        return []
    line = mean_line(card, alike.territory.kind, alike.codes)
    return [(year, value) for year, value in line if year >= _FIRST_YEAR]


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
