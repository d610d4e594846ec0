"""Events of communes since 1943: INSEE's movements, put together and in order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple


class EventKind(StrEnum):
    """What happened, as INSEE's modality says it."""

    RENAMED = "RENAMED"
    CREATED = "CREATED"
    REESTABLISHED = "REESTABLISHED"
    SUPPRESSED = "SUPPRESSED"
    MERGED = "MERGED"
    NEW_COMMUNE = "NEW_COMMUNE"
    ASSOCIATED = "ASSOCIATED"
    ASSOCIATION_ENDED = "ASSOCIATION_ENDED"
    DELEGATION_ENDED = "DELEGATION_ENDED"
    DEPARTEMENT_CHANGED = "DEPARTEMENT_CHANGED"
    SEAT_MOVED = "SEAT_MOVED"
    ASSOCIATED_BECAME_DELEGATED = "ASSOCIATED_BECAME_DELEGATED"
    DELEGATED_REESTABLISHED = "DELEGATED_REESTABLISHED"
    OTHER = "OTHER"


MODALITIES = {
    "10": EventKind.RENAMED,
    "20": EventKind.CREATED,
    "21": EventKind.REESTABLISHED,
    "30": EventKind.SUPPRESSED,
    "31": EventKind.MERGED,
    "32": EventKind.NEW_COMMUNE,
    "33": EventKind.ASSOCIATED,
    "34": EventKind.ASSOCIATION_ENDED,
    "35": EventKind.DELEGATION_ENDED,
    "41": EventKind.DEPARTEMENT_CHANGED,
    "50": EventKind.SEAT_MOVED,
    "70": EventKind.ASSOCIATED_BECAME_DELEGATED,
    "71": EventKind.DELEGATED_REESTABLISHED,
}
COMMUNE = "COM"
STATUSES = ("", COMMUNE, "COMD", "COMA", "ARM")


class Movement(NamedTuple):
    """One line of INSEE's movements: that day, the first place became (in part) the second.

    A status is INSEE's: COM (commune), COMD (déléguée), COMA (associée), ARM (arrondissement).
    `before` is empty where a commune came from abroad.
    """

    effective_on: date
    before: str
    after: str
    modality: str = ""
    before_name: str = ""
    after_name: str = ""
    before_status: str = COMMUNE
    after_status: str = COMMUNE

    @property
    def is_of_communes(self) -> bool:
        """Say whether it goes from a commune to a commune, the only lines that carry figures."""
        return bool(self.before) and self.before_status == self.after_status == COMMUNE


class Place(NamedTuple):
    """A commune, or a part of one, as it was just before or just after an event."""

    status: str
    code: str
    name: str


@dataclass(frozen=True)
class Event:
    """What happened one day to one or more communes: the movements that belong together.

    `rank` orders the events of one day, whose effects follow one another.
    """

    day: date
    kind: EventKind
    movements: tuple[Movement, ...]
    rank: int = 0

    @property
    def before(self) -> tuple[Place, ...]:
        """Places as they were, each once."""
        places = (Place(m.before_status, m.before, m.before_name) for m in self.movements)
        return tuple(dict.fromkeys(place for place in places if place.code))

    @property
    def after(self) -> tuple[Place, ...]:
        """Places as they became, each once."""
        places = (Place(m.after_status, m.after, m.after_name) for m in self.movements)
        return tuple(dict.fromkeys(places))

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Pairs of codes, before and after, of communes only; INSEE has two lines for a few."""
        pairs = ((m.before, m.after) for m in self.movements if m.is_of_communes)
        return tuple(dict.fromkeys(pairs))

    @property
    def is_one_to_one(self) -> bool:
        """Say whether no territory passed from a commune to another."""
        befores = [before for before, _ in self.links]
        afters = [after for _, after in self.links]
        return len(set(befores)) == len(befores) and len(set(afters)) == len(afters)


def events_of(movements: Iterable[Movement]) -> tuple[Event, ...]:
    """Put movements together into events, from the oldest to the latest.

    Two movements belong together when they bear the same day and the same modality, and share a
    place on the same side. Two events of one day are ordered by what one gives and the other
    takes: Freigné changes code to enter Loire-Atlantique, then joins Vallons-de-l'Erdre. Two that
    wait for each other (codes exchanged) are one event.

    Parameters
    ----------
    movements
        INSEE's lines, in any order, those of communes déléguées and associées included.

    Returns
    -------
    tuple of Event
        In order of day and rank.
    """
    days: dict[date, dict[str, list[Movement]]] = defaultdict(lambda: defaultdict(list))
    for movement in sorted(set(movements)):
        days[movement.effective_on][movement.modality].append(movement)
    events: list[Event] = []
    for day in sorted(days):
        of_day = [
            Event(day, MODALITIES.get(modality, EventKind.OTHER), tuple(together))
            for modality, of_kind in days[day].items()
            for together in _put_together(of_kind)
        ]
        events += [replace(event, rank=n) for n, event in enumerate(_in_order(of_day))]
    return tuple(events)


def _put_together(movements: Sequence[Movement]) -> list[list[Movement]]:
    """Group the movements of one day and modality that share a place on the same side."""
    leader: dict[tuple[str, str, str], tuple[str, str, str]] = {}

    def find(node: tuple[str, str, str]) -> tuple[str, str, str]:
        while leader.setdefault(node, node) != node:
            leader[node] = node = leader[leader[node]]
        return node

    for one in movements:
        after = ("after", one.after_status, one.after)
        before = ("before", one.before_status, one.before) if one.before else after
        leader[find(before)] = find(after)
    groups: dict[tuple[str, str, str], list[Movement]] = defaultdict(list)
    for one in movements:
        groups[find(("after", one.after_status, one.after))].append(one)
    return list(groups.values())


def _in_order(events: list[Event]) -> list[Event]:
    """Order the events of one day; those of a circle become one."""
    givers: dict[Place, set[int]] = defaultdict(set)
    for n, event in enumerate(events):
        for place in _given(event):
            givers[place].add(n)
    waits = {
        n: set().union(*(givers.get(place, ()) for place in _taken(event))) - {n}
        for n, event in enumerate(events)
    }
    sorter = TopologicalSorter(waits)
    with suppress(CycleError):  # what does not wait for the circle is still given, below
        sorter.prepare()
    ordered: list[int] = []
    while ready := sorted(sorter.get_ready()):
        ordered += ready
        sorter.done(*ready)
    circle = [events[n] for n in range(len(events)) if n not in set(ordered)]
    merged = [
        replace(same[0], movements=tuple(m for event in same for m in event.movements))
        for same in _by_kind(circle)
    ]
    return [events[n] for n in ordered] + merged


def _given(event: Event) -> set[Place]:
    """Give what an event brings to life: a code of commune, a new name, a part of a commune."""
    known = {(place.status, place.code) for place in event.before}
    codes = {Place(COMMUNE, after, "") for _, after in event.links} - {
        Place(*one, "") for one in known
    }
    names = {Place(COMMUNE, m.after, m.after_name) for m in event.movements if m.is_of_communes}
    parts = {Place(p.status, p.code, "") for p in event.after if p.status != COMMUNE}
    return codes | (names - set(event.before)) | {p for p in parts if p[:2] not in known}


def _taken(event: Event) -> set[Place]:
    """Give what an event needs to be there: codes, with and without their names."""
    return {*event.before, *(place._replace(name="") for place in event.before)}


def _by_kind(events: list[Event]) -> list[list[Event]]:
    by_kind = attrgetter("kind")
    return [list(same) for _, same in groupby(sorted(events, key=by_kind), key=by_kind)]
