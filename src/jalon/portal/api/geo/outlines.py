"""The outlines of the territories of one kind: contour, centre, box, area, and point in polygon."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jalon.portal.lake_access import current_lake

Geometry = dict[str, Any]
Ring = list[list[float]]
_EARTH_RADIUS_M = 6_371_008.8
_HECTARE_M2 = 10_000


class Outlines:
    """The outlines of one kind, read from the lake the first time one is asked.

    Parameters
    ----------
    load
        Gives the code and the GeoJSON text of each outline.
    """

    def __init__(self, load: Callable[[], Iterable[tuple[str, str]]]) -> None:
        self._load = load

    @cached_property
    def _texts(self) -> dict[str, str]:
        return dict(self._load())

    @cached_property
    def _boxes(self) -> tuple[list[str], NDArray[np.float64]]:
        boxes = [(code, _box(json.loads(text))) for code, text in self._texts.items()]
        return [code for code, _ in boxes], np.array([box for _, box in boxes]).reshape(-1, 4)

    def get(self, code: str, form: str) -> Geometry | float | None:
        """Give the contour, centre, bbox (GeoJSON, degrees) or surface (hectares) of a territory.

        A territory whose outline is not known gives None.
        """
        text = self._texts.get(code)
        if text is None:
            return None
        contour: Geometry = json.loads(text)
        if form == "contour":
            return contour
        if form == "surface":
            return round(sum(_area(polygon) for polygon in _polygons(contour)) / _HECTARE_M2, 2)
        west, south, east, north = _box(contour)
        if form == "bbox":
            corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            return {"type": "Polygon", "coordinates": [corners]}
        return {"type": "Point", "coordinates": _inner_point(contour)}

    def codes_at(self, latitude: float, longitude: float) -> list[str]:
        """Give the codes of the territories that contain a point."""
        codes, boxes = self._boxes
        inside = (
            (boxes[:, 0] <= longitude)
            & (boxes[:, 1] <= latitude)
            & (boxes[:, 2] >= longitude)
            & (boxes[:, 3] >= latitude)
        )
        candidates = (codes[i] for i in np.flatnonzero(inside))
        return [
            code
            for code in candidates
            if _contains(json.loads(self._texts[code]), longitude, latitude)
        ]


def _polygons(geometry: Geometry) -> list[list[Ring]]:
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates


def _points(geometry: Geometry) -> Iterator[list[float]]:
    for polygon in _polygons(geometry):
        yield from polygon[0]


def _box(geometry: Geometry) -> tuple[float, float, float, float]:
    points = list(_points(geometry))
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _area(polygon: list[Ring]) -> float:
    """Area in square metres, holes removed."""
    outer, *holes = (abs(_signed_area(ring)) for ring in polygon)
    return outer - sum(holes)


def _signed_area(ring: Ring) -> float:
    """Area of a ring on the sphere, flattened at its middle latitude (it is a few km wide)."""
    middle = math.radians(sum(point[1] for point in ring) / len(ring))
    scale = math.radians(1) ** 2 * _EARTH_RADIUS_M**2 * math.cos(middle)
    return scale / 2 * sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def _inner_point(geometry: Geometry) -> list[float]:
    """Centre of gravity of the largest part (it may lie outside a crescent)."""
    ring = max((polygon[0] for polygon in _polygons(geometry)), key=lambda r: abs(_signed_area(r)))
    twice_area = x = y = 0.0
    origin = ring[0]
    for a, b in pairwise(ring):
        ax, ay, bx, by = (
            a[0] - origin[0], a[1] - origin[1], b[0] - origin[0], b[1] - origin[1],
        )  # fmt: skip
        cross = ax * by - bx * ay
        twice_area += cross
        x += (ax + bx) * cross
        y += (ay + by) * cross
    if twice_area == 0:
        return origin
    return [
        round(origin[0] + x / (3 * twice_area), 4),
        round(origin[1] + y / (3 * twice_area), 4),
    ]


def _contains(geometry: Geometry, x: float, y: float) -> bool:
    return any(
        _is_inside(polygon[0], x, y) and not any(_is_inside(hole, x, y) for hole in polygon[1:])
        for polygon in _polygons(geometry)
    )


def _is_inside(ring: Ring, x: float, y: float) -> bool:
    """Count the sides crossed by a ray going east: an odd number means inside."""
    inside = False
    for a, b in pairwise(ring):
        if (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]:
            inside = not inside
    return inside


def outlines_of(*kinds: str) -> Outlines:
    """Give the outlines of these kinds of territory, as the lake holds them now."""
    return Outlines(lambda: chain.from_iterable(current_lake().outlines(kind) for kind in kinds))
