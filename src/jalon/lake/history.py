"""The history of a commune: its own events, and those of the communes it took over."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from .events import COMMUNE, Event
from .lineage import Lineage


def histories(lineage: Lineage, codes: Collection[str]) -> dict[str, tuple[Event, ...]]:
    """Tell the history of each of these communes of after the last event.

    Parameters
    ----------
    lineage
        The communes and their events.
    codes
        Codes in use after the last event.

    Returns
    -------
    dict
        For each code, from the oldest to the latest: the events of the commune and, recursively,
        those that each commune it took over had known before; those of its communes déléguées and
        associées since. A commune re-established after a merger goes back, through the commune that
        held it, to the one it was: what the others had known is not its own.
    """
    index = _Index(lineage)
    return {code: _Past(index).tell(code) for code in codes}


@dataclass(frozen=True)
class _Index:
    """Where each code is met in the events: as a commune, and as a part of one."""

    lineage: Lineage
    as_commune: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    as_part: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for n, event in enumerate(self.lineage.events):
            after = {place.code for place in event.after if place.status == COMMUNE}
            linked = {before for before, _ in event.links}
            left = {p.code for p in event.before if p.status == COMMUNE} - linked
            for code in after | left:
                self.as_commune[code].append(n)
            if not after:
                for code in {place.code for place in (*event.before, *event.after)}:
                    self.as_part[code].append(n)

    def origins(self, n: int, code: str) -> set[str]:
        """Name the communes that gave their territory to this one in an event."""
        links = self.lineage.events[n].links
        return {before for before, after in links if after == code}


@dataclass
class _Past:
    """The walk back from one commune of today."""

    index: _Index
    found: set[int] = field(default_factory=set)
    walked: set[tuple[str, int, str]] = field(default_factory=set)

    def tell(self, code: str) -> tuple[Event, ...]:
        end = len(self.index.lineage.events)
        self._add_parts(code, -1, end)
        self._walk(code, end, "")
        return tuple(self.index.lineage.events[n] for n in sorted(self.found))

    def _walk(self, code: str, end: int, inside: str) -> None:
        """Go back from a place in the events, perhaps for the sake of what lies `inside`."""
        if (code, end, inside) in self.walked:
            return
        self.walked.add((code, end, inside))
        for n in reversed(self.index.as_commune.get(code, ())):
            if n >= end:
                continue
            self.found.add(n)
            origins = self.index.origins(n, code)
            if inside in origins:
                self._walk(inside, n, "")
                return
            if origins - {code}:
                deeper = inside or ("" if code in origins else self._split_from(n, code))
                for origin in sorted({code} if inside and code in origins else origins):
                    self._add_parts(origin, n, end)
                    self._walk(origin, n, deeper)
                return

    def _split_from(self, n: int, code: str) -> str:
        """Give the code, when it came out of a commune that gave others too; else nothing."""
        origins = self.index.origins(n, code)
        links = self.index.lineage.events[n].links
        return code if any(b in origins and a != code for b, a in links) else ""

    def _add_parts(self, code: str, start: int, end: int) -> None:
        """Add what happened, between two places, to the commune as a part of another."""
        self.found |= {n for n in self.index.as_part.get(code, ()) if start < n < end}
