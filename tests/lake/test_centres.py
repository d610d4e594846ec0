"""The point that stands for a territory."""

import pytest

from jalon.lake.centres import centre_of


def ring(west: float, south: float, side: float) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


class TestCentreOf:
    def test_is_the_middle_of_a_square(self) -> None:
        assert centre_of({"type": "Polygon", "coordinates": [ring(2, 49, 1)]}) == (2.5, 49.5)

    def test_is_that_of_the_largest_part(self) -> None:
        parts = [[ring(0, 0, 1)], [ring(10, 10, 2)], [ring(5, 5, 1)]]

        assert centre_of({"type": "MultiPolygon", "coordinates": parts}) == (11, 11)

    @pytest.mark.parametrize("points", [[[3, 4], [3, 4], [3, 4]], [[3, 4], [5, 4], [3, 4]]])
    def test_of_a_ring_without_area_is_its_first_point(self, points: list[list[float]]) -> None:
        assert centre_of({"type": "Polygon", "coordinates": [points]}) == (3, 4)

    def test_does_not_depend_on_the_direction_of_the_ring(self) -> None:
        turned = {"type": "Polygon", "coordinates": [ring(2, 49, 1)[::-1]]}

        assert centre_of(turned) == (2.5, 49.5)
