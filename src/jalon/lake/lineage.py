"""Communes through time: what a code of any day was or became on any other day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from .events import COMMUNE, Event, Movement, events_of

_Changes = dict[str, list[tuple[int, frozenset[str]]]]


class Fate(StrEnum):
    """What a commune is on another day."""

    SAME = "SAME"
    RECODED = "RECODED"
    JOINED = "JOINED"
    SHARED = "SHARED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Carried:
    """One code carried from a day to another.

    `codes` are the communes of the other day that hold its territory: one and the same (SAME), one
    under another code (RECODED), one that holds others too (JOINED), several (SHARED: only a
    weight can share a figure between them), none when the code was not in use (UNKNOWN).
    """

    code: str
    fate: Fate
    codes: tuple[str, ...] = ()

    @property
    def is_one_to_one(self) -> bool:
        """Say whether the territory is exactly that of one commune of the other day."""
        return self.fate in {Fate.SAME, Fate.RECODED}


@dataclass(frozen=True)
class CarriedCodes:
    """A list of codes carried from a day to another.

    `codes` are those of the other day, each once; what could not be placed in exactly one of them
    is not there, but in `shared` and `unknown`.
    """

    codes: tuple[str, ...]
    shared: tuple[Carried, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Lineage:
    """The communes since 1943 and the events that link them.

    Parameters
    ----------
    movements
        INSEE's movements; those of communes déléguées and associées are told in the history of a
        commune and carry nothing.
    current
        Codes in use after the last movement: a commune that never changed is only known by them.

    Notes
    -----
    An event takes effect at the beginning of its day: a code in use on 1 January 2019 is a code of
    after the mergers of that day.
    Source: INSEE, code officiel géographique, « événements survenus aux communes ».
    """

    movements: tuple[Movement, ...]
    current: frozenset[str] = frozenset()

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event, from the oldest to the latest."""
        return events_of(self.movements)

    @cached_property
    def successors(self) -> _Changes:
        """List, for each code, the places in `events` where it became something else, and what."""
        return _changes(self.events, is_forward=True)

    @cached_property
    def predecessors(self) -> _Changes:
        """List, for each code, the places in `events` where it was something else, and what."""
        return _changes(self.events, is_forward=False)

    @cached_property
    def _days(self) -> list[date]:
        return [event.day for event in self.events]

    @cached_property
    def _births_and_deaths(self) -> dict[str, list[tuple[int, bool, bool]]]:
        """List, for each code, the events of communes it is in: was it there before, and after."""
        found: dict[str, dict[int, tuple[bool, bool]]] = defaultdict(dict)
        for n, event in enumerate(self.events):
            was, became = _sides(event)
            for code in was | became:
                found[code][n] = (code in was, code in became)
        return {code: [(n, *sides) for n, sides in at.items()] for code, at in found.items()}

    def is_in_use(self, code: str, on: date) -> bool:
        """Say whether a commune bore this code on a day."""
        limit = bisect_right(self._days, on)
        lives = self._births_and_deaths.get(code)
        if lives is None:
            return code in self.current
        following = next((was for n, was, _ in lives if n >= limit), None)
        return following if following is not None else lives[-1][2]

    def codes_on(self, day: date) -> frozenset[str]:
        """Give every code of commune in use on a day."""
        return frozenset(
            code for code in {*self.current, *self._births_and_deaths} if self.is_in_use(code, day)
        )

    def carry(self, code: str, *, since: date, to: date) -> Carried:
        """Carry a code from one day to another, later or earlier.

        Parameters
        ----------
        code
            A code of commune in use on `since`.
        since, to
            The day of the code and the day wanted.

        Returns
        -------
        Carried
            With the communes of `to` that hold the territory; UNKNOWN when the code was not in use,
            or when nothing is known to have been there (communes that came from Italy in 1947).
        """
        if not self.is_in_use(code, since):
            return Carried(code, Fate.UNKNOWN)
        codes = self._reach(code, since, to)
        if len(codes) != 1:
            fate = Fate.SHARED if codes else Fate.UNKNOWN
            return Carried(code, fate, tuple(sorted(codes)))
        (other,) = codes
        if self._reach(other, to, since) != {code}:
            return Carried(code, Fate.JOINED, (other,))
        return Carried(code, Fate.SAME if other == code else Fate.RECODED, (other,))

    def carry_codes(self, codes: Iterable[str], *, since: date, to: date) -> CarriedCodes:
        """Carry a list of codes from one day to another; see `carry`."""
        carried = [self.carry(code, since=since, to=to) for code in dict.fromkeys(codes)]
        placed = {one.codes[0] for one in carried if len(one.codes) == 1}
        return CarriedCodes(
            codes=tuple(sorted(placed)),
            shared=tuple(one for one in carried if one.fate is Fate.SHARED),
            unknown=tuple(one.code for one in carried if one.fate is Fate.UNKNOWN),
        )

    def last_change(self, code: str) -> date | None:
        """Give the last day a code became something else than itself alone, if it ever did."""
        changes = self.successors.get(code)
        return self._days[changes[-1][0]] if changes else None

    def heirs(self, code: str, *, on: date | None = None) -> frozenset[str] | None:
        """Follow a code to after the last event, whether or not it is known to be in use.

        Parameters
        ----------
        code
            A code of commune.
        on
            From its first change after that day; without it, from its last change.

        Returns
        -------
        frozenset of str or None
            None when there is no such change.
        """
        changes = self.successors.get(code, [])[-1:]
        if on is not None:
            limit = bisect_right(self._days, on)
            changes = [change for change in self.successors.get(code, []) if change[0] >= limit]
        return self._descend(code, changes[0][0]) if changes else None

    def _reach(self, code: str, since: date, to: date) -> frozenset[str]:
        """Follow a code through every event between two days."""
        start, end = bisect_right(self._days, since), bisect_right(self._days, to)
        if to >= since:
            return self._descend(code, start, end)
        return self._ascend(code, start, end)

    def _descend(self, code: str, start: int, end: int | None = None) -> frozenset[str]:
        """Follow a code forward, from a place in `events` (included) to another (excluded)."""
        for n, codes in self.successors.get(code, ()):
            if n >= start and (end is None or n < end):
                return frozenset().union(*(self._descend(c, n + 1, end) for c in codes))
        return frozenset({code})

    def _ascend(self, code: str, start: int, end: int) -> frozenset[str]:
        """Follow a code backward, from a place in `events` (excluded) to another (included)."""
        for n, codes in reversed(self.predecessors.get(code, ())):
            if end <= n < start:
                return frozenset().union(*(self._ascend(c, n, end) for c in codes))
        return frozenset({code})


def _sides(event: Event) -> tuple[set[str], set[str]]:
    """Give the codes of communes before and after an event that moves some."""
    from_abroad = {m.after for m in event.movements if not m.before and m.after_status == COMMUNE}
    return {before for before, _ in event.links}, {after for _, after in event.links} | from_abroad


def _changes(events: Sequence[Event], *, is_forward: bool) -> _Changes:
    """List, for each code, where it becomes (or was) something else than itself alone."""
    changes: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for n, event in enumerate(events):
        others: dict[str, set[str]] = defaultdict(set)
        for before, after in event.links:
            one, other = (before, after) if is_forward else (after, before)
            others[one].add(other)
        if not is_forward:
            for code in _sides(event)[1] - others.keys():
                others[code] = set()
        for code, codes in others.items():
            if codes != {code}:
                changes[code].append((n, frozenset(codes)))
    return dict(changes)
