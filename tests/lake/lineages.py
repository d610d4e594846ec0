"""Lineages drawn at random: communes that merge, split, change code, give parts of themselves."""

from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from jalon.lake.events import Movement
from jalon.lake.lineage import Lineage

START = date(2000, 1, 1)
MODALITIES = {"merge": "31", "recode": "50", "split": "21", "detach": "20"}


@dataclass(frozen=True)
class Drawn:
    """A lineage, the day before anything, the day after everything, and who existed each day."""

    lineage: Lineage
    alive: dict[date, frozenset[str]]

    @property
    def first(self) -> date:
        return min(self.alive)

    @property
    def last(self) -> date:
        return max(self.alive)

    @property
    def is_one_to_one(self) -> bool:
        return all(event.is_one_to_one for event in self.lineage.events)


@st.composite
def drawn_lineages(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(MODALITIES)) -> Drawn:
    """Draw up to eight events, one a year, on two to six communes."""
    alive = {f"010{n:02d}" for n in range(draw(st.integers(2, 6)))}
    fresh = iter(f"02{n:03d}" for n in range(100))
    movements: list[Movement] = []
    states = {START: frozenset(alive)}
    for year in range(2001, 2001 + draw(st.integers(0, 8))):
        kind, day = draw(st.sampled_from(kinds)), date(year, 1, 1)
        taken = draw(st.lists(st.sampled_from(sorted(alive)), min_size=1, max_size=3, unique=True))
        befores, afters = _change(kind, taken, fresh)
        alive = (alive - {before for before, _ in befores}) | {after for _, after in afters}
        movements += [Movement(day, b, a, MODALITIES[kind]) for b, a in befores]
        states[day] = frozenset(alive)
    return Drawn(Lineage(tuple(movements), frozenset(alive)), states)


def _change(kind, taken, fresh):
    if kind == "merge":
        links = [(code, taken[0]) for code in taken]
    elif kind == "recode":
        links = [(taken[0], next(fresh))]
    elif kind == "split":
        links = [(taken[0], taken[0]), (taken[0], next(fresh))]
    else:
        new = next(fresh)
        links = [link for code in taken for link in ((code, code), (code, new))]
    return links, links
