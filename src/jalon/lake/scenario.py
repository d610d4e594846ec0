"""What is true in the simulated scenario: its effects, and who enters which programme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrueEffect:
    """The effect of one programme on one indicator, by number of observations since entry.

    `unit` is "log" (added to the logarithm) or "points" (added to a percentage). After the last
    event time given, the effect stays what it is there.
    """

    programme: str
    indicator: str
    unit: str
    by_event_time: Mapping[int, float]

    def at(self, event_time: NDArray[np.int64]) -> Floats:
        """Give the effect at each event time; none before entry."""
        path = np.array([self.by_event_time[e] for e in range(len(self.by_event_time))])
        reached = path[np.clip(event_time, 0, len(path) - 1)]
        return np.where(event_time >= 0, reached, 0.0)


@dataclass(frozen=True)
class Truth:
    """What is true in the scenario: every effect that is not listed is exactly zero."""

    effects: tuple[TrueEffect, ...]

    def effect(self, programme: str, indicator: str) -> TrueEffect:
        """Give the effect of a programme on an indicator, zero when none is listed."""
        for effect in self.effects:
            if (effect.programme, effect.indicator) == (programme, indicator):
                return effect
        unit = "points" if indicator.startswith("participation") else "log"
        return TrueEffect(programme, indicator, unit, {0: 0.0})


def get_truth() -> Truth:
    """Give the true effects of the scenario: some clear, all the others null."""
    return Truth(
        (
            TrueEffect("acv", "emploi-prive", "log", {0: 0.01, 1: 0.02, 2: 0.03, 3: 0.04}),
            TrueEffect("pvd", "emploi-prive", "log", {0: -0.01, 1: -0.02, 2: -0.03}),
            TrueEffect("france-services", "participation-presidentielle", "points", {0: 1.5}),
            TrueEffect("acv", "participation-europeenne", "points", {0: 1.0, 1: 2.0}),
        )
    )


@dataclass(frozen=True)
class Places:
    """The communes of the scenario: code, population and number of the EPCI of each.

    `entered` gives, by programme, the day of entry of the communes drawn, by their rank.
    """

    codes: NDArray[np.str_]
    population: Floats
    epci: NDArray[np.int64]
    entered: dict[str, dict[int, date]] = field(default_factory=dict)
