"""From contours in degrees to the paths of a small drawn map."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Ring = list[list[float]]
_PRECISION = 12  # tenths of a unit of the drawing: nearer points are merged


@dataclass(frozen=True)
class Frame:
    """A window in degrees and the box of the drawing that it fills, proportions kept."""

    west: float
    south: float
    east: float
    north: float
    left: float
    top: float
    width: float
    height: float

    def projection(self) -> Callable[[float, float], Point]:
        """Give the function from (longitude, latitude) to the drawing."""
        latitude = (self.south + self.north) / 2
        squeeze = math.cos(math.radians(latitude))
        across, up = (self.east - self.west) * squeeze, self.north - self.south
        scale = min(self.width / (across or 1e-6), self.height / (up or 1e-6))
        left = self.left + (self.width - across * scale) / 2
        top = self.top + (self.height - up * scale) / 2

        def project(longitude: float, latitude: float) -> Point:
            return (
                left + (longitude - self.west) * squeeze * scale,
                top + (self.north - latitude) * scale,
            )

        return project


def rings_of(geometry: str) -> list[Ring]:
    """List the rings of a GeoJSON polygon or multipolygon."""
    parsed: dict[str, Any] = json.loads(geometry)
    polygons = parsed["coordinates"]
    if parsed["type"] == "Polygon":
        polygons = [polygons]
    return [ring for polygon in polygons for ring in polygon]


def frame_around(geometries: Iterable[str], box: tuple[float, float, float, float]) -> Frame:
    """Fit geometries in a box of the drawing (left, top, width, height)."""
    points = [point for geometry in geometries for ring in rings_of(geometry) for point in ring]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return Frame(
        min(longitudes), min(latitudes), max(longitudes), max(latitudes), *box
    )  # fmt: skip


def path_of(geometry: str, project: Callable[[float, float], Point]) -> str:
    """Write the outline as the `d` of an SVG path, without the detail nobody could see.

    Coordinates are tenths of a unit, each from the one before: a third of the length of absolute
    ones.
    """
    rings = (list(_simplified(ring, project)) for ring in rings_of(geometry))
    return "".join(_relative(ring) for ring in rings if len(ring) > 2)


def _relative(ring: list[tuple[int, int]]) -> str:
    (x, y), steps = ring[0], pairwise(ring)
    moves = " ".join(f"{_tenth(b[0] - a[0])} {_tenth(b[1] - a[1])}" for a, b in steps)
    return f"M{_tenth(x)} {_tenth(y)}l{moves}z"


def _tenth(value: int) -> str:
    return f"{value / 10:g}"


def _simplified(ring: Ring, project: Callable[[float, float], Point]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for longitude, latitude, *_height in ring:
        x, y = project(longitude, latitude)
        here = round(x * 10), round(y * 10)
        if last is None or abs(here[0] - last[0]) + abs(here[1] - last[1]) >= _PRECISION:
            yield here
            last = here
