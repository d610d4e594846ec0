"""The events of communes: written from INSEE's movements, told from a commune of today."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import QuerySet

from jalon.lake.events import Event, Movement
from jalon.lake.history import histories
from jalon.lake.lineage import Lineage
from jalon.territories.models import EventLink, Territory, TerritoryEvent

_BATCH = 5_000
_LINK = (
    "before_status", "before_code", "before_name", "after_status", "after_code", "after_name",
)  # fmt: skip
_Key = tuple[dt.date, int]  # day, rank


class _Row(NamedTuple):
    """What the register holds of one event."""

    kind: str
    links: frozenset[tuple[str, ...]]
    territories: frozenset[int]


def load_events(lineage: Lineage, communes: Mapping[str, int]) -> None:
    """Make the register hold these events; the same ones again change nothing.

    Nothing refers to an event: those that differ are rewritten.

    Parameters
    ----------
    lineage
        The communes and their events, as the lake read them.
    communes
        Primary key of each commune of today, by code.
    """
    wanted = _wanted(lineage, communes)
    held = _held()
    gone = [pk for key, (pk, row) in held.items() if wanted.get(key) != row]
    for start in range(0, len(gone), 500):
        TerritoryEvent.objects.filter(pk__in=gone[start : start + 500]).delete()
    new = {key: row for key, row in wanted.items() if key not in held or held[key][1] != row}
    events = TerritoryEvent.objects.bulk_create(
        [TerritoryEvent(day=day, rank=rank, kind=row.kind) for (day, rank), row in new.items()],
        batch_size=_BATCH,
    )
    told = list(zip(events, new.values(), strict=True))
    EventLink.objects.bulk_create(
        [
            EventLink(event=event, **dict(zip(_LINK, link, strict=True)))
            for event, row in told
            for link in sorted(row.links)
        ],
        batch_size=_BATCH,
    )
    belongs = TerritoryEvent.territories.through
    belongs._default_manager.bulk_create(
        [
            belongs(territoryevent_id=event.pk, territory_id=pk)
            for event, row in told
            for pk in sorted(row.territories)
        ],
        batch_size=_BATCH,
    )


def history_of(territory: Territory) -> QuerySet[TerritoryEvent]:
    """Give the events of a commune and of those it took over, the latest first, with their links.

    A territory of another kind has none.
    """
    return territory.events.order_by("-day", "-rank").prefetch_related("links")


def names_of_codes(codes: Collection[str]) -> dict[str, str]:
    """Give the last name that each former code bore, as the movements write it; one query."""
    links = EventLink.objects.filter(before_code__in=codes, before_status="COM")
    rows = links.order_by("event__day", "event__rank").values_list("before_code", "before_name")
    return dict(rows)


def _wanted(lineage: Lineage, communes: Mapping[str, int]) -> dict[_Key, _Row]:
    told: dict[_Key, set[int]] = {(event.day, event.rank): set() for event in lineage.events}
    for code, events in histories(lineage, communes.keys()).items():
        for event in events:
            told[event.day, event.rank].add(communes[code])
    return {
        (event.day, event.rank): _Row(event.kind.value, _links(event), frozenset(territories))
        for event, territories in zip(lineage.events, told.values(), strict=True)
    }


def _links(event: Event) -> frozenset[tuple[str, ...]]:
    return frozenset(_link(movement) for movement in event.movements)


def _link(one: Movement) -> tuple[str, ...]:
    return (
        one.before_status, one.before, one.before_name,
        one.after_status, one.after, one.after_name,
    )  # fmt: skip


def _held() -> dict[_Key, tuple[int, _Row]]:
    """Read every event of the register, in three queries."""
    links: dict[int, set[tuple[str, ...]]] = {}
    for pk, *link in EventLink.objects.values_list("event_id", *_LINK):
        links.setdefault(pk, set()).add(tuple(link))
    territories: dict[int, set[int]] = {}
    through = TerritoryEvent.territories.through._default_manager
    for pk, territory in through.values_list("territoryevent_id", "territory_id"):
        territories.setdefault(pk, set()).add(territory)
    return {
        (day, rank): (
            pk,
            _Row(kind, frozenset(links.get(pk, ())), frozenset(territories.get(pk, ()))),
        )
        for pk, day, rank, kind in TerritoryEvent.objects.order_by().values_list(
            "pk", "day", "rank", "kind"
        )
    }
