"""Every territory of the register as API Géo describes it, kept in memory for one vintage."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .names import NameIndex
from .outlines import Outlines

Fields = dict[str, Any]


def encode(value: object) -> str:
    """Write JSON as API Géo does: no space, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Collection:
    """The territories of one kind, in API Géo's order, with an index for each filter.

    Parameters
    ----------
    records
        One dictionary a territory, its keys in the order of the answers; a missing value has no
        key.
    defaults
        The keys answered when `fields` is not given.
    filters
        For each parameter, the key it compares (a list matches by any of its elements).
    outlines
        Where the shapes of these territories are.
    has_point
        Whether `lat` and `lon` find a territory, and the outlines of all are too big to answer.
    """

    def __init__(
        self,
        records: Sequence[Fields],
        *,
        defaults: Sequence[str],
        filters: Mapping[str, str],
        outlines: Outlines,
        has_point: bool = False,
    ) -> None:
        self.records = records
        self.defaults = tuple(defaults)
        self.filters = filters
        self.outlines = outlines
        self.has_point = has_point
        self.by_code = {record["code"]: record for record in records}

    @cached_property
    def default_json(self) -> list[str]:
        """Each territory with its default keys, already written in JSON."""
        return [
            encode({key: record[key] for key in self.defaults if key in record})
            for record in self.records
        ]

    @cached_property
    def names(self) -> NameIndex:
        """The names, ready to be searched; equal scores follow the order of the codes."""
        order = sorted(range(len(self.records)), key=lambda i: self.records[i]["code"])
        return NameIndex(
            [record["nom"] for record in self.records],
            order,
            [record.get("population") for record in self.records],
        )

    @cached_property
    def _index(self) -> dict[str, dict[str, list[int]]]:
        index: dict[str, dict[str, list[int]]] = {
            parameter: defaultdict(list) for parameter in self.filters
        }
        for position, record in enumerate(self.records):
            for parameter, key in self.filters.items():
                value = record.get(key)
                for one in value if isinstance(value, list) else [value]:
                    if one is not None:
                        index[parameter][one].append(position)
        return index

    def positions(self, parameter: str, values: Iterable[str]) -> list[int]:
        """Give the positions where a parameter has one of these values, in order."""
        found = self._index[parameter]
        lists = [found[value] for value in values if value in found]
        return lists[0] if len(lists) == 1 else sorted(set().union(*lists))


@dataclass(frozen=True)
class Catalogue:
    """The five collections of one vintage of the register."""

    vintage: str
    collections: Mapping[str, Collection]
    successors: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


class Keeper:
    """Keeps the catalogue of the last vintage read, so that it is built once a vintage."""

    def __init__(self, build: Callable[[str], Catalogue]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._kept: tuple[str, Catalogue] | None = None

    def get(self, vintage: str) -> Catalogue:
        """Give the catalogue of this vintage, building it when another one was kept."""
        kept = self._kept
        if kept is None or kept[0] != vintage:
            with self._lock:
                kept = self._kept
                if kept is None or kept[0] != vintage:
                    kept = self._kept = (vintage, self._build(vintage))
        return kept[1]
