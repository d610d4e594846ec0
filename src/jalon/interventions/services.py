"""What may be asked of the interventions: who is in, since when, and what touches a place."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Min

from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory
from jalon.territories.services import ancestors

from .models import Coverage, Intervention


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One row = one commune of today that a programme reached, and the first day it did."""

    code: str
    entered_on: dt.date | None
    n_interventions: int


def cohort(programme: str) -> list[CohortRow]:
    """List the communes of today that a programme reached, by code; one query.

    Parameters
    ----------
    programme
        Code of the programme ("acv").

    Returns
    -------
    list of CohortRow
        `entered_on` is the first known day, None when no day is known.
    """
    rows = (
        Coverage.objects.of_programme(programme)
        .filter(territory__kind=TerritoryKind.COMMUNE, territory__valid_to=None)
        .order_by("territory__code")
        .values("territory__code")
        .annotate(entered_on=Min("started_on"), n=Count("intervention", distinct=True))
    )
    return [CohortRow(row["territory__code"], row["entered_on"], row["n"]) for row in rows]


def counts_by_programme() -> dict[str, int]:
    """Count the interventions of each programme that has any, by code; one query."""
    counted = Intervention.objects.filter(programme__isnull=False).order_by()
    return dict(counted.values_list("programme__code").annotate(n=Count("pk")))


def entries_by_year(programme: str) -> dict[int | None, int]:
    """Count the interventions of a programme by year of beginning, None being no date."""
    days = Intervention.objects.of_programme(programme).values_list("started_on", flat=True)
    return dict(Counter(day.year if day else None for day in days))


def interventions_around(territory: Territory) -> list[tuple[Territory, list[Coverage]]]:
    """List what touches a territory, then each territory that contains it; two queries.

    Each intervention is told at its own grain, with the role and the dates of the territory that
    the official list names: what covers a département is not said of its communes.

    Returns
    -------
    list of (Territory, list of Coverage)
        The territory first, then from the nearest to France; programmes in their order.
    """
    places = [territory, *ancestors(territory)]
    by_place: dict[int, list[Coverage]] = {place.pk: [] for place in places}
    rows = (
        Coverage.objects.on(places)
        .select_related("intervention__programme")
        .order_by("intervention__programme__order", "started_on", "intervention__code")
    )
    for row in rows:
        by_place[row.territory_id].append(row)
    return [(place, by_place[place.pk]) for place in places]
