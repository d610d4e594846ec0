"""From contours in degrees to the paths of a small drawn map."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Ring = list[list[float]]
_PRECISION = 0.5  # of a unit of the drawing: nearer points are merged


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
    """Write the outline as the `d` of an SVG path, without the detail nobody could see."""
    return "".join(
        f"M{'L'.join(f'{x:.1f},{y:.1f}' for x, y in ring)}Z"
        for ring in (list(_simplified(ring, project)) for ring in rings_of(geometry))
        if len(ring) > 2
    )


def _simplified(ring: Ring, project: Callable[[float, float], Point]) -> Iterator[Point]:
    last: Point | None = None
    for longitude, latitude, *_height in ring:
        x, y = project(longitude, latitude)
        if last is None or abs(x - last[0]) + abs(y - last[1]) >= _PRECISION:
            yield x, y
            last = x, y
