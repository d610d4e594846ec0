"""Up to five territories of any kind side by side: who they are, how they fare, what is done."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts import Chart, Line, Table, Tone, indexed, line_chart
from jalon.indicators.catalogue import IndicatorCard, all_cards
from jalon.interventions.models import Coverage, Programme
from jalon.portal import observed
from jalon.portal.remembered import Profile, profile_of
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Membership, Territory
from jalon.territories.services import (
    AmbiguousCodeError,
    UnknownTerritoryError,
    ancestors,
    resolve_code,
)

MOST = 5
# In the order of choice: told apart by the dash as well as by the colour, and named on the line.
TONES: tuple[Tone, ...] = ("main", "second", "main-dashed", "second-dotted", "context")
_MOST_CHARTS, _MOST_ROWS = 6, 40
_LONGEST_KEY = 40

Points = list[tuple[int, float | None]]


@dataclass(frozen=True)
class Choice:
    """The territories asked for, and what could not be understood."""

    places: Sequence[Territory]
    problems: Sequence[str]

    @property
    def keys(self) -> list[str]:
        """The territories as an address writes them."""
        return [key_of(place) for place in self.places]

    @property
    def query(self) -> str:
        """The address of this very comparison, after its question mark."""
        return query_of(self.keys)

    @property
    def is_full(self) -> bool:
        """Say whether no other territory can be added."""
        return len(self.places) >= MOST


@dataclass(frozen=True)
class Figure:
    """The latest figure of one territory, and its year; None when there is none.

    A figure kept secret has its year and no value.
    """

    value: float | None
    year: int | None

    @property
    def is_hidden(self) -> bool:
        """Say whether the figure exists but is kept secret."""
        return self.value is None and self.year is not None


@dataclass(frozen=True)
class Latest:
    """One indicator: the latest figure of each territory, in their order."""

    card: IndicatorCard
    figures: Sequence[Figure]

    @property
    def years(self) -> list[int]:
        """The years of these figures, each once."""
        return sorted({figure.year for figure in self.figures if figure.year is not None})

    def written(self) -> list[str]:
        """Write each figure, with its year when they are not all of the same one."""
        return [self._write(figure) for figure in self.figures]

    def _write(self, figure: Figure) -> str:
        number = french.number(figure.value, self.card.decimals)
        text = _("secret") if figure.is_hidden else number
        if figure.year is None or len(self.years) < 2:
            return text
        return _("%(figure)s (en %(year)d)") % {"figure": text, "year": figure.year}


@dataclass(frozen=True)
class Comparison:
    """All that the page shows, the file exports and the document prints."""

    choice: Choice
    identity: Table
    latest: Sequence[Latest]
    figures: Table
    charts: Sequence[Chart]
    programmes: Table | None


def key_of(place: Territory) -> str:
    """Write a territory as an address does: "commune:60057"."""
    return f"{place.kind.lower()}:{place.code}"


def query_of(keys: Sequence[str]) -> str:
    """Write the address of a comparison, after its question mark."""
    return urlencode([("territoire", key) for key in keys], safe=":")


def address_of(keys: Sequence[str]) -> str:
    """Write the permanent address of a comparison."""
    address = reverse("portal:compare")
    return f"{address}?{query_of(keys)}" if keys else address


def choose(keys: Sequence[str]) -> Choice:
    """Find the territories asked for: each once, five at most; a former code leads to today's."""
    places: dict[int, Territory] = {}
    problems: list[str] = []
    for key in keys[: 2 * MOST]:
        kind, _colon, code = key[:_LONGEST_KEY].replace("\0", "").partition(":")
        if kind.upper() not in TerritoryKind.values:
            problems.append(_("« %(key)s » ne désigne aucun territoire.") % {"key": key[:40]})
            continue
        try:
            place = resolve_code(code, kind.upper())
        except (AmbiguousCodeError, UnknownTerritoryError) as error:
            problems.append(str(error))
            continue
        places.setdefault(place.pk, place)
    chosen = list(places.values())
    if len(chosen) > MOST or len(keys) > 2 * MOST:
        message = _("Cinq territoires au plus se comparent : les suivants sont laissés de côté.")
        problems.append(message)
    return Choice(chosen[:MOST], problems)


def compare(choice: Choice) -> Comparison:
    """Gather what is known of the territories chosen, in a bounded number of queries."""
    places = choice.places
    parents = [ancestors(place) for place in places]
    profiles = [profile_of(place.kind, place.code) for place in places]
    cards = [card for card in all_cards() if any(profile.get(card.code) for profile in profiles)]
    latest = [_latest(card, profiles) for card in cards[:_MOST_ROWS]]
    drawn = (_draw(card, choice, profiles) for card in cards)
    return Comparison(
        choice=choice,
        identity=_identity(places, parents),
        latest=latest,
        figures=_figures(places, latest),
        charts=[chart for chart in drawn if chart is not None][:_MOST_CHARTS],
        programmes=_programmes(places, parents),
    )


def _names(places: Sequence[Territory]) -> list[str]:
    """Name the territories, with their kind where two bear the same name."""
    names = [place.name for place in places]
    return [
        name if names.count(name) == 1 else f"{name} ({TerritoryKind(place.kind).label})"
        for name, place in zip(names, places, strict=True)
    ]


def _identity(places: Sequence[Territory], parents: Sequence[Sequence[Territory]]) -> Table:
    today = dt.date.today()  # noqa: DTZ011  (a civil date)
    zonings = [
        {line.title: line.label for line in observed.zonings_of(place, on=today).current}
        for place in places
    ]
    titles = dict.fromkeys(title for found in zonings for title in found)
    rows = [
        [_("Nature"), *(str(TerritoryKind(place.kind).label) for place in places)],
        [_("Code"), *(place.code for place in places)],
        [_("Population municipale"), *(french.number(place.population) for place in places)],
        *(
            [str(label), *(_parent_names(above, kind) for above in parents)]
            for kind, label in (
                (TerritoryKind.EPCI, TerritoryKind.EPCI.label.capitalize()),
                (TerritoryKind.DEPARTEMENT, TerritoryKind.DEPARTEMENT.label.capitalize()),
                (TerritoryKind.REGION, TerritoryKind.REGION.label.capitalize()),
            )
        ),
        *([title, *(found.get(title, "–") for found in zonings)] for title in titles),
    ]
    return Table(
        _("Identité des territoires comparés"), [_("Caractéristique"), *_names(places)], rows
    )


def _parent_names(parents: Sequence[Territory], kind: TerritoryKind) -> str:
    return ", ".join(parent.name for parent in parents if parent.kind == kind) or "–"


def _latest(card: IndicatorCard, profiles: Sequence[Profile]) -> Latest:
    known = [observed.points_of(profile.get(card.code, ())) for profile in profiles]
    return Latest(
        card,
        [
            Figure(points[-1][1], points[-1][0]) if points else Figure(None, None)
            for points in known
        ],
    )


def _figures(places: Sequence[Territory], latest: Sequence[Latest]) -> Table:
    rows = [[_row_name(one), *one.written()] for one in latest]
    return Table(
        _("Dernier chiffre de chaque indicateur"), [_("Indicateur"), *_names(places)], rows
    )


def _row_name(one: Latest) -> str:
    unit = f"{one.card.short_name}, {one.card.unit}"
    return f"{unit} ({one.years[0]})" if len(one.years) == 1 else unit


def _draw(card: IndicatorCard, choice: Choice, profiles: Sequence[Profile]) -> Chart | None:
    found = [profile.get(card.code, ()) for profile in profiles]
    series: list[Points] = [observed.points_of(one) for one in found]
    secrets = [observed.hidden_years(one) for one in found]
    years = [{year for year, value in points if value} for points in series if points]
    common = set.intersection(*years) if years else set()
    if len(common) < 2:
        return None
    base = min(common)
    is_count = card.scale == "count"
    lines = [
        Line(name, indexed(points, base) if is_count else points, tone, hidden)
        for name, points, tone, hidden in zip(
            _names(choice.places), series, TONES, secrets, strict=False
        )
        if points
    ]
    sources = observed.source_of(card, [point for points in series for point in points])
    missing = [
        place.name for place, points in zip(choice.places, series, strict=True) if not points
    ]
    return line_chart(
        slug=card.code,
        title=_title(card, lines, base, max(common)),
        lines=lines,
        unit=_("indice 100 en %(year)d") % {"year": base} if is_count else card.unit,
        decimals=1,
        source=sources,
        note=_("Sans chiffre ici : %s.") % ", ".join(missing) if missing else "",
        query=choice.query,
    )


def _title(card: IndicatorCard, lines: Sequence[Line], base: int, last: int) -> str:
    """Say who stands at both ends of the latest year that all have."""
    ends = sorted((dict(line.points)[last] or 0.0, line.name) for line in lines)
    (low, lowest), (high, highest) = ends[0], ends[-1]
    if card.scale == "percent":
        low_text, high_text = (
            french.percent(low, card.decimals),
            french.percent(high, card.decimals),
        )
        when = _("en %d") % last
    else:
        low_text, high_text = french.signed_percent(low - 100), french.signed_percent(high - 100)
        when = _("de %(first)d à %(last)d") % {"first": base, "last": last}
    if len(lines) == 1:
        return _("%(name)s : %(high)s %(when)s") % {
            "name": card.short_name, "high": high_text, "when": when
        }  # fmt: skip
    return _("%(name)s : de %(low)s (%(lowest)s) à %(high)s (%(highest)s), %(when)s") % {
        "name": card.short_name,
        "high": high_text,
        "highest": highest,
        "low": low_text,
        "lowest": lowest,
        "when": when,
    }


def _programmes(
    places: Sequence[Territory], parents: Sequence[Sequence[Territory]]
) -> Table | None:
    """Say of each programme where it is at work: here, around, inside; three queries."""
    words = _presence(places, parents)
    if not words:
        return None
    programmes = list(Programme.objects.filter(pk__in={pk for _place, pk in words}))
    rows = [
        [one.name, *(words.get((place.pk, one.pk), _("non")) for place in places)]
        for one in programmes
    ]
    return Table(
        _("Où chaque programme est à l’œuvre"),
        [_("Programme"), *_names(places)],
        rows,
        links=[one.get_absolute_url() for one in programmes],
    )


def _presence(
    places: Sequence[Territory], parents: Sequence[Sequence[Territory]]
) -> Mapping[tuple[int, int], str]:
    """Give, by territory and programme, at which grain it is at work."""
    keys = {place.pk for place in places}
    above = {
        place.pk: {parent.pk for parent in of_place}
        for place, of_place in zip(places, parents, strict=True)
    }
    covered = _covered(keys.union(*above.values()))
    inside = (
        Membership.objects.filter(
            parent__in=keys,
            valid_to=None,
            child__coverages__intervention__programme__isnull=False,
        )
        .order_by()
        .values_list("parent_id", "child__coverages__intervention__programme_id")
        .distinct()
    )
    found: dict[tuple[int, int], str] = {}
    for territory, programme in covered:
        if territory in keys:
            found[territory, programme] = _("oui, sur le territoire")
    for place, programme in inside:
        found.setdefault((place, programme), _("oui, à l’intérieur"))
    for territory, programme in covered:
        for place, around in above.items():
            if territory in around:
                found.setdefault((place, programme), _("oui, sur un territoire plus grand"))
    return found


def _covered(keys: Collection[int]) -> list[tuple[int, int]]:
    rows = Coverage.objects.filter(territory__in=keys, intervention__programme__isnull=False)
    return list(
        rows.order_by().values_list("territory_id", "intervention__programme_id").distinct()
    )
