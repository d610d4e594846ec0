"""The point that stands for a territory: where its circle is drawn on a map."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

Ring = Sequence[Sequence[float]]


def centre_of(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """Give the centre of gravity of the largest part of a territory.

    Parameters
    ----------
    geometry
        A GeoJSON polygon or multipolygon, in degrees.

    Returns
    -------
    tuple of float
        Longitude and latitude, in degrees. It may lie outside a crescent; a ring without area
        gives its first point.
    """
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    ring: Ring = max((polygon[0] for polygon in polygons), key=lambda ring: abs(_moments(ring)[0]))
    area, x, y = _moments(ring)
    left, bottom = ring[0][:2]
    if area == 0:
        return left, bottom
    return round(left + x / (3 * area), 4), round(bottom + y / (3 * area), 4)


def _moments(ring: Ring) -> tuple[float, float, float]:
    """Give twice the signed area of a ring and its moments, from its first point (degrees)."""
    left, bottom = ring[0][:2]
    area = x = y = 0.0
    for first, second in pairwise(ring):
        ax, ay = first[0] - left, first[1] - bottom
        bx, by = second[0] - left, second[1] - bottom
        cross = ax * by - bx * ay
        area += cross
        x += (ax + bx) * cross
        y += (ay + by) * cross
    return area, x, y
