"""What many pages ask of the lake, kept in memory until the lake changes.

A département is drawn and compared with on the page of each of its communes: reading it once a
process, instead of once a page, halves the time of a page. Communes are too many to be kept.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from jalon.core.projection import Frame, frame_around, path_of
from jalon.lake.queries import Observation
from jalon.portal.lake_access import current_lake, lake_stamp
from jalon.territories.enums import TerritoryKind

Profile = Mapping[str, Sequence[Observation]]
Box = tuple[float, float, float, float]
Place = tuple[str, str]  # kind, code
_TOO_MANY = TerritoryKind.COMMUNE


def profile_of(kind: str, code: str) -> Profile:
    """Give every figure of a territory, by indicator."""
    stamp = lake_stamp()
    if kind == _TOO_MANY or not stamp:
        return current_lake().profile(kind, code)
    return _profile(stamp, kind, code)


@lru_cache(maxsize=512)
def _profile(stamp: int, kind: str, code: str) -> Profile:
    return current_lake().profile(kind, code)


def drawn_outline(place: Place, around: Place, box: Box) -> str:
    """Draw a territory as the `d` of an SVG path, in a box that holds another one around it.

    Empty when the lake has not both outlines.
    """
    stamp = lake_stamp()
    if place[0] == _TOO_MANY or not stamp:
        return _draw(place, _frame(stamp, around, box) if stamp else _fit(around, box))
    return _drawn(stamp, place, around, box)


@lru_cache(maxsize=4096)
def _drawn(stamp: int, place: Place, around: Place, box: Box) -> str:
    return _draw(place, _frame(stamp, around, box))


@lru_cache(maxsize=1024)
def _frame(stamp: int, around: Place, box: Box) -> Frame | None:
    return _fit(around, box)


def _outline(kind: str, code: str) -> str | None:
    stamp = lake_stamp()
    if kind == _TOO_MANY or not stamp:
        return current_lake().outline(kind, code)
    return _outlines(stamp, kind).get(code)


@lru_cache(maxsize=4)
def _outlines(stamp: int, kind: str) -> dict[str, str]:
    # All at once: a file of outlines is read by blocks of two thousand.
    return dict(current_lake().outlines(kind))


def _fit(around: Place, box: Box) -> Frame | None:
    outline = _outline(*around)
    return frame_around([outline], box) if outline else None


def _draw(place: Place, frame: Frame | None) -> str:
    outline = _outline(*place) if frame else None
    return path_of(outline, frame.projection()) if frame and outline else ""


def drawn_departements(draw: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Draw the départements once for each state of the lake."""
    stamp = lake_stamp()
    return _departements(stamp, draw) if stamp else draw()


@lru_cache(maxsize=1)
def _departements(stamp: int, draw: Callable[[], dict[str, str]]) -> dict[str, str]:
    return draw()
