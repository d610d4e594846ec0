"""Codes of communes through time: what a code of any year has become today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from .events import Movement
from .lineage import Lineage


class Outcome(StrEnum):
    """What became of a code."""

    CURRENT = "CURRENT"
    MOVED = "MOVED"
    AMBIGUOUS = "AMBIGUOUS"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Resolution:
    """What became of one code: today's code when there is exactly one, else the candidates."""

    outcome: Outcome
    code: str | None = None
    candidates: tuple[str, ...] = ()


class FormerCodeRow(NamedTuple):
    """One former code and a commune of today that holds its territory, or part of it.

    A code with several rows is ambiguous: its commune was split.
    """

    code: str
    current_code: str
    ceased_on: date | None


UNKNOWN = Resolution(Outcome.UNKNOWN)


@dataclass(frozen=True)
class CodeBook:
    """The codes of communes in use today, and how older ones are carried to them.

    Parameters
    ----------
    current
        Codes of the communes of today.
    arrondissements
        Codes of the arrondissements municipaux, with their commune.
    delegated
        Codes of the communes déléguées and associées, with the commune that holds them.
    former
        Former codes of the official list (`anciensCodes`), with the commune of today.
    movements
        INSEE's movements; may be empty.

    Notes
    -----
    Source: INSEE, code officiel géographique, « événements survenus aux communes ».
    """

    current: frozenset[str]
    arrondissements: Mapping[str, str] = field(default_factory=dict)
    delegated: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    movements: tuple[Movement, ...] = ()

    @cached_property
    def lineage(self) -> Lineage:
        """The communes since 1943 and the events that link them."""
        return Lineage(self.movements, self.current)

    @cached_property
    def _undated(self) -> dict[str, Resolution]:
        codes = {*self.former, *self.delegated, *self.lineage.successors}
        return {code: self._find(code) for code in codes - self.current}

    def resolve(self, code: str, *, on: date | None = None) -> Resolution:
        """Carry a code to today's communes.

        Parameters
        ----------
        code
            Code of a commune, of any year, or of an arrondissement municipal.
        on
            A day on which the code was in use. Without it, a code still in use is taken as it is,
            and a former one from the day it was last given up.

        Returns
        -------
        Resolution
            CURRENT or MOVED with today's code; AMBIGUOUS with the candidates, when the commune has
            been split since; UNKNOWN.
        """
        if on is not None and (communes := self.lineage.heirs(code, on=on)) is not None:
            return self._as_resolution(code, communes)
        if code in self.current:
            return Resolution(Outcome.CURRENT, code)
        if code in self.arrondissements:
            return Resolution(Outcome.MOVED, self.arrondissements[code])
        return self._undated.get(code, UNKNOWN)

    def changed_since(self, day: date | None) -> dict[str, Resolution]:
        """Give every code that, in use on a day, is not read as itself today.

        Without day, codes are read as `resolve` reads them without day.
        """
        codes = {*self.arrondissements, *self._undated, *self.lineage.successors}
        resolutions = {code: self.resolve(code, on=day) for code in codes}
        return {c: r for c, r in resolutions.items() if r.outcome is not Outcome.CURRENT}

    def former_codes(self) -> tuple[FormerCodeRow, ...]:
        """List the former codes of communes, for the register."""
        return tuple(
            FormerCodeRow(code, current, self.lineage.last_change(code))
            for code, resolution in sorted(self._undated.items())
            for current in (resolution.candidates or (resolution.code,))
            if current is not None
        )

    def _find(self, code: str) -> Resolution:
        """Carry a former code: by its movements when they decide, else by the official lists."""
        found = UNKNOWN
        if (communes := self.lineage.heirs(code)) is not None:
            found = self._as_resolution(code, communes)
        if found.outcome is Outcome.MOVED:
            return found
        listed = self.delegated.get(code)
        if listed is None and found.outcome is Outcome.UNKNOWN:
            listed = self.former.get(code)
        return Resolution(Outcome.MOVED, listed) if listed in self.current else found

    def _as_resolution(self, code: str, communes: frozenset[str]) -> Resolution:
        alive = tuple(sorted(communes & self.current))
        if len(communes) > 1:
            return Resolution(Outcome.AMBIGUOUS, None, alive)
        if not alive:
            return UNKNOWN
        return Resolution(Outcome.CURRENT if alive[0] == code else Outcome.MOVED, alive[0])
