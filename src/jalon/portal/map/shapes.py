"""Outlines turned into the paths of a drawn map: the mainland, and each overseas département."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from jalon.core.projection import Frame, Point, frame_around, path_of
from jalon.lake.centres import centre_of
from jalon.portal.api.geo.catalogue import Fields
from jalon.portal.lake_access import current_lake
from jalon.territories.enums import TerritoryKind

from .grains import GRAINS, Grain

Box = tuple[float, float, float, float]
MAINLAND = "hexagone"
_MAINLAND_DEGREES = (-5.2, 41.3, 9.6, 51.1)
_KEPT = 12  # the heaviest, the communes, weighs about 4 MB


class Shape(NamedTuple):
    """A territory drawn: its code, the `d` of its path, and where its circle stands."""

    code: str
    path: str
    centre: Point


def overseas() -> list[tuple[str, str]]:
    """List the overseas départements of today: code and name."""
    records = GRAINS["departement"].collection.records
    return [(record["code"], record["nom"]) for record in records if record.get("zone") == "drom"]


@lru_cache(maxsize=_KEPT)
def shapes_of(
    grain_code: str, boxes: tuple[tuple[str, Box], ...], vintage: str
) -> Mapping[str, tuple[Shape, ...]]:
    """Draw every territory of a grain in the box of its place (the mainland or a département).

    Parameters
    ----------
    grain_code
        What is drawn.
    boxes
        Each place with its box of the drawing; what lies in another place is left out.
    vintage
        The state of the register and the lake.
    """
    grain = GRAINS[grain_code]
    records = grain.collection.by_code
    frames = _frames(boxes)
    projections = {place: frame.projection() for place, frame in frames.items()}
    departement_of = _departements_of(grain)
    apart = {code for code, _name in overseas()}
    drawn: dict[str, list[Shape]] = {place: [] for place in frames}
    for code, geometry in current_lake().outlines(grain.kind):
        record = records.get(code)
        if record is None or record.get("zone") == "com":
            continue
        departement = departement_of(record)
        place = departement if departement in apart else MAINLAND
        if place in projections:
            project = projections[place]
            centre = project(*centre_of(json.loads(geometry)))
            drawn[place].append(Shape(code, path_of(geometry, project), centre))
    return {place: tuple(shapes) for place, shapes in drawn.items()}


def _frames(boxes: tuple[tuple[str, Box], ...]) -> dict[str, Frame]:
    outlines = dict(current_lake().outlines(TerritoryKind.DEPARTEMENT))
    frames = {}
    for place, box in boxes:
        if place == MAINLAND:
            frames[place] = Frame(*_MAINLAND_DEGREES, *box)
        elif place in outlines:
            frames[place] = frame_around([outlines[place]], box)
    return frames


def _departements_of(grain: Grain) -> Callable[[Fields], str]:
    """Give the function that names the département of a territory (one of them, when several)."""
    if grain.kind == TerritoryKind.REGION:
        records = GRAINS["departement"].collection.records
        of_regions = {record["codeRegion"]: record["code"] for record in records}
        return lambda record: of_regions.get(record["code"], "")
    if grain.kind == TerritoryKind.EPCI:
        return lambda record: next(iter(record.get("codesDepartements", ())), "")
    if grain.kind == TerritoryKind.DEPARTEMENT:
        return lambda record: str(record["code"])
    return lambda record: str(record.get("codeDepartement", ""))
