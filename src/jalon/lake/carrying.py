"""Figures of communes carried from a day to another, by the rule of their own indicator."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from .lineage import Carried, Lineage

_Amount = tuple[float, float]


class Rule(StrEnum):
    """How the figure of a territory follows from those of its parts."""

    SUM = "SUM"
    WEIGHTED_MEAN = "WEIGHTED_MEAN"
    RATIO = "RATIO"


class Figure(NamedTuple):
    """One figure of one commune; what its rule needs is None when it is missing.

    SUM needs `value`; WEIGHTED_MEAN `value` and `denominator` (the population that weighs it);
    RATIO `numerator` and `denominator`, and `value` is then their quotient.
    """

    code: str
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None


class Reason(StrEnum):
    """Why a figure could not be given."""

    SHARED = "SHARED"
    INCOMPLETE = "INCOMPLETE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Unplaced:
    """What could not be given commune by commune, and why; its figure is kept whole.

    `sources` are communes of the first day and `targets` those of the other that hold them
    together. SHARED: a commune was shared and no weight says how. INCOMPLETE: `missing` communes of
    the first day have no figure, so that the figure of the target would only be a part.
    UNKNOWN: the code was not in use.
    """

    reason: Reason
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    missing: tuple[str, ...]
    figure: Figure


@dataclass(frozen=True)
class CarriedSeries:
    """Figures in the communes of the other day, and what could not be placed there.

    Their sum is that of the figures carried, to the precision of floating-point numbers.
    """

    figures: tuple[Figure, ...]
    unplaced: tuple[Unplaced, ...]


def carry_series(
    lineage: Lineage,
    figures: Iterable[Figure],
    rule: Rule,
    *,
    since: date,
    to: date,
    weights: Mapping[str, float] | None = None,
) -> CarriedSeries:
    """Carry figures of communes from one day to another, later or earlier.

    Parameters
    ----------
    lineage
        The communes and their events.
    figures
        At most one for each code in use on `since`.
    rule
        That of the indicator.
    since, to
        The day of the codes and the day wanted.
    weights
        Weight of communes of `to` (their population, say). A commune shared between several is
        apportioned by them when each part has one and is a whole commune; else it is unplaced.

    Returns
    -------
    CarriedSeries
        Figures by code, and what is unplaced: nothing is lost, nothing is invented.

    Raises
    ------
    ValueError
        When a code has two figures, or when a figure or a weight is not a finite number, or when a
        weight is negative.
    """
    _check_weights(weights or {})
    carrying = _Carrying(lineage, rule, since, to, _amounts(figures, rule), weights or {})
    unplaced, shared = carrying.spread()
    for together in _overlapping(shared):
        unplaced.append(carrying.unplace_shared(together))
    placed = []
    for target in sorted(carrying.given):
        if carrying.origins(target) <= carrying.amounts.keys():
            placed.append(_figure(target, carrying.given[target].values(), rule))
        else:
            unplaced.append(carrying.unplace(Reason.INCOMPLETE, {target}))
    return CarriedSeries(tuple(placed), tuple(unplaced))


@dataclass(frozen=True)
class _Carrying:
    """Amounts on their way: what each commune of the other day is given, by whom."""

    lineage: Lineage
    rule: Rule
    since: date
    to: date
    amounts: Mapping[str, _Amount]
    weights: Mapping[str, float]
    given: dict[str, dict[str, _Amount]] = field(default_factory=lambda: defaultdict(dict))

    def origins(self, target: str) -> set[str]:
        """Name the communes of the first day whose territory a commune of the other day holds."""
        return set(self.lineage.carry(target, since=self.to, to=self.since).codes)

    def spread(self) -> tuple[list[Unplaced], list[Carried]]:
        """Give each amount where it goes; tell the codes not in use, and the communes shared."""
        unplaced, shared = [], []
        for code, (top, bottom) in self.amounts.items():
            carried = self.lineage.carry(code, since=self.since, to=self.to)
            parts = self._parts(carried)
            if not carried.codes:
                figure = _figure(code, [(top, bottom)], self.rule)
                unplaced.append(Unplaced(Reason.UNKNOWN, (code,), (), (), figure))
            elif parts is None:
                shared.append(carried)
            for target, part in (parts or {}).items():
                self.given[target][code] = (top * part, bottom * part)
        return unplaced, shared

    def unplace_shared(self, together: list[Carried]) -> Unplaced:
        """Keep whole communes that were shared, with all that was given to their parts."""
        targets = {code for one in together for code in one.codes}
        found = self.unplace(Reason.SHARED, targets, [one.code for one in together])
        for target in targets:
            self.given.pop(target, None)
        return found

    def unplace(self, reason: Reason, targets: set[str], whole: Iterable[str] = ()) -> Unplaced:
        """Put aside what was given to communes of the other day, and whole ones of the first."""
        held = [pair for t in sorted(targets) for pair in self.given.get(t, {}).items()]
        held += [(code, self.amounts[code]) for code in whole]
        sources = tuple(sorted({code for code, _ in held}))
        origins = set().union(*(self.origins(target) for target in targets))
        return Unplaced(
            reason,
            sources,
            tuple(sorted(targets)),
            tuple(sorted(origins - self.amounts.keys())),
            _figure(sources[0], [amount for _, amount in held], self.rule),
        )

    def _parts(self, carried: Carried) -> dict[str, float] | None:
        """Say which share of a commune goes to each of its parts, when it is known."""
        if len(carried.codes) == 1:
            return {carried.codes[0]: 1.0}
        for code in carried.codes:
            if code not in self.weights or self.origins(code) != {carried.code}:
                return None
        total = math.fsum(self.weights[code] for code in carried.codes)
        return {code: self.weights[code] / total for code in carried.codes} if total else None


def _check_weights(weights: Mapping[str, float]) -> None:
    for code, weight in weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"{code}: a weight is a finite number, zero or more, not {weight}")


def _amounts(figures: Iterable[Figure], rule: Rule) -> dict[str, _Amount]:
    """Turn figures into what can be added; those that are missing are left out."""
    seen: set[str] = set()
    amounts: dict[str, _Amount] = {}
    for figure in figures:
        if figure.code in seen:
            raise ValueError(f"{figure.code}: two figures")
        seen.add(figure.code)
        if (amount := _amount(figure, rule)) is not None:
            if not all(math.isfinite(number) for number in amount):
                raise ValueError(f"{figure.code}: {figure} is not made of finite numbers")
            amounts[figure.code] = amount
    return amounts


def _amount(figure: Figure, rule: Rule) -> _Amount | None:
    value, top, bottom = figure.value, figure.numerator, figure.denominator
    if rule is Rule.SUM:
        return None if value is None else (value, 0.0)
    if rule is Rule.WEIGHTED_MEAN:
        return None if value is None or bottom is None else (value * bottom, bottom)
    return None if top is None or bottom is None else (top, bottom)


def _figure(code: str, amounts: Iterable[_Amount], rule: Rule) -> Figure:
    held = list(amounts)
    top, bottom = math.fsum(a for a, _ in held), math.fsum(b for _, b in held)
    if rule is Rule.SUM:
        return Figure(code, top)
    value = top / bottom if bottom else None
    return Figure(code, value, top if rule is Rule.RATIO else None, bottom)


def _overlapping(shared: Iterable[Carried]) -> list[list[Carried]]:
    """Group the communes whose parts lie in a same commune of the other day."""
    groups: list[tuple[set[str], list[Carried]]] = []
    for one in shared:
        touched = [group for group in groups if group[0] & set(one.codes)]
        groups = [group for group in groups if group not in touched]
        codes = set(one.codes).union(*(codes for codes, _ in touched))
        groups.append((codes, [c for _, members in touched for c in members] + [one]))
    return [members for _, members in groups]
