"""The territories that resemble one: who they are, what is done there, how they fare on average."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _

from jalon.indicators.catalogue import IndicatorCard
from jalon.indicators.comparables import (
    Comparable,
    Comparison,
    comparables_of,
    measured_years,
)
from jalon.interventions.models import Coverage, Programme
from jalon.lake.queries import Panel
from jalon.portal.lake_access import current_lake, lake_stamp
from jalon.portal.wording import kind_label
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Membership, Territory

NAMED_IN_HEAD = 5
COMPARED_AT_MOST = 5
_NAMES_SHOWN, _PROGRAMMES_SHOWN = 5, 8
_MADE_OF_COMMUNES = frozenset({TerritoryKind.EPCI, TerritoryKind.DEPARTEMENT})


@dataclass(frozen=True)
class Lookalikes:
    """A territory, what it was compared on, and those that resemble it, the nearest first."""

    territory: Territory
    comparison: Comparison
    places: Sequence[tuple[Territory, Comparable]]

    @property
    def named(self) -> list[Territory]:
        """The nearest few, to be named beside the territory."""
        return [place for place, _one in self.places[:NAMED_IN_HEAD]]

    @property
    def kind_label(self) -> str:
        """Name their kind in the plural: "communes"."""
        return kind_label(TerritoryKind(self.territory.kind), 2)

    @property
    def codes(self) -> list[str]:
        """Their codes, the nearest first."""
        return [place.code for place, _one in self.places]


@dataclass(frozen=True)
class Elsewhere:
    """A programme at work in some of the comparables and not here."""

    programme: Programme
    places: Sequence[Territory]

    @property
    def shown(self) -> Sequence[Territory]:
        """The first few of them, the most alike first."""
        return self.places[:_NAMES_SHOWN]

    @property
    def n_hidden(self) -> int:
        """Count those that are not named."""
        return len(self.places) - len(self.shown)


def lookalikes_of(
    territory: Territory, *, weights: Mapping[str, float] | None = None
) -> Lookalikes | None:
    """Find the territories that resemble one; None when there is none. One query.

    Raises
    ------
    UnknownVariableError
        When a weight is refused.
    """
    found = comparables_of(current_lake(), territory.kind, territory.code, weights=weights)
    if found is None or not found.comparables:
        return None
    chosen = Territory.objects.current().filter(kind=found.kind, code__in=found.codes)
    by_code = {place.code: place for place in chosen}
    pairs = [(by_code[one.code], one) for one in found.comparables if one.code in by_code]
    return Lookalikes(territory, found, pairs)


def years_compared() -> list[str]:
    """Say the years of what is compared, as "population 2023"."""
    years = measured_years(current_lake())
    words = {
        "taille": _("population %(years)s"),
        "croissance": _("croissance %(years)s"),
        "emploi": _("emploi privé %(years)s"),
        "participation": _("présidentielle %(years)s"),
    }
    return [
        text % {"years": f"{first}" if first == last else f"{first}–{last}"}
        for code, text in words.items()
        if code in years
        for first, last in (years[code],)
    ]


def done_elsewhere(lookalikes: Lookalikes, present: Collection[int]) -> list[Elsewhere]:
    """List the programmes at work in the comparables that are not here; four queries at most.

    What counts there is what counts here: on the territory, on those that contain it and, for one
    made of communes, inside it.

    Parameters
    ----------
    lookalikes
        The territory and its comparables.
    present
        Keys of the programmes at work here.
    """
    places = [place for place, _one in lookalikes.places]
    there = _programmes_around(places)
    if lookalikes.territory.kind in _MADE_OF_COMMUNES:
        for place, programmes in _programmes_inside(places).items():
            there.setdefault(place, set()).update(programmes)
    wanted = set().union(*there.values()) - set(present) if there else set()
    found = [
        Elsewhere(programme, [p for p in places if programme.pk in there.get(p.pk, ())])
        for programme in Programme.objects.filter(pk__in=wanted)
    ]
    found.sort(key=lambda one: -len(one.places))
    return found[:_PROGRAMMES_SHOWN]


def _programmes_around(places: Sequence[Territory]) -> dict[int, set[int]]:
    """Give the programmes of each territory and of those that contain it; two queries."""
    held_by: dict[int, set[int]] = {place.pk: {place.pk} for place in places}
    memberships = Membership.objects.filter(child__in=held_by, valid_to=None)
    for child, parent in memberships.values_list("child_id", "parent_id"):
        held_by.setdefault(parent, set()).add(child)
    rows = (
        Coverage.objects.filter(territory__in=held_by, intervention__programme__isnull=False)
        .order_by()
        .values_list("territory_id", "intervention__programme_id")
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for territory, programme in rows:
        for place in held_by[territory]:
            found.setdefault(place, set()).add(programme)
    return found


def _programmes_inside(places: Sequence[Territory]) -> dict[int, set[int]]:
    """Give the programmes at work inside larger territories; one query."""
    rows = (
        Membership.objects.filter(
            parent__in=places,
            valid_to=None,
            child__coverages__intervention__programme__isnull=False,
        )
        .order_by()
        .values_list("parent_id", "child__coverages__intervention__programme_id")
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for place, programme in rows:
        found.setdefault(place, set()).add(programme)
    return found


def mean_line(card: IndicatorCard, kind: str, codes: Sequence[str]) -> list[tuple[int, float]]:
    """Give the comparables' line of a chart: total of a count, mean of a percentage, by year.

    A year counts only when it is known of all of them, so that nobody comes or goes on the line.
    """
    panel = _panel(lake_stamp(), card.code, kind)
    if panel is None or not codes:
        return []
    rows = np.searchsorted(panel.codes, codes)
    rows = rows[rows < len(panel.codes)]
    rows = rows[np.isin(panel.codes[rows], codes)]
    values = panel.values[rows]
    figures = values.sum(axis=0) if card.scale == "count" else values.mean(axis=0)
    known = ~np.isnan(figures) if len(rows) else np.zeros(len(panel.periods), dtype=bool)
    return [
        (int(year), float(figure))
        for year, figure, is_known in zip(panel.periods, figures, known, strict=True)
        if is_known
    ]


@lru_cache(maxsize=24)
def _panel(stamp: int, indicator: str, kind: str) -> Panel | None:
    """Keep the figures of an indicator as arrays: 5 MB for those of 35,000 communes."""
    panel = current_lake().panel(indicator, kind) if stamp else None
    return panel if panel is not None and len(panel.codes) else None
