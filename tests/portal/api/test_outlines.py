"""Shapes of territories: area, centre, box, and the point in polygon."""

import json

import pytest

from jalon.portal.api.geo.outlines import Outlines

# One degree square on the equator with a hole in its middle, and a triangle far away.
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]],
        [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6], [0.4, 0.4]],
    ],
}
TWO_PARTS = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[10, 45], [11, 45], [10, 46], [10, 45]]],
        [[[20, 45], [20.1, 45], [20, 45.1], [20, 45]]],
    ],
}


@pytest.fixture
def outlines() -> Outlines:
    return Outlines(lambda: [("A", json.dumps(SQUARE)), ("B", json.dumps(TWO_PARTS))])


class TestGet:
    def test_gives_the_contour_as_it_is(self, outlines: Outlines) -> None:
        assert outlines.get("A", "contour") == SQUARE

    def test_gives_an_area_in_hectares_without_the_hole(self, outlines: Outlines) -> None:
        # A degree is 111.195 km on a sphere of 6,371.0088 km; 4 % of the square is a hole.
        assert outlines.get("A", "surface") == pytest.approx(111.195**2 * 100 * 0.96, rel=1e-3)

    def test_centres_on_the_largest_part(self, outlines: Outlines) -> None:
        centre = outlines.get("B", "centre")

        assert centre == {"type": "Point", "coordinates": [10.3333, 45.3333]}

    def test_boxes_every_part(self, outlines: Outlines) -> None:
        box = outlines.get("B", "bbox")

        assert box == {
            "type": "Polygon",
            "coordinates": [[[10, 45], [20.1, 45], [20.1, 46], [10, 46], [10, 45]]],
        }

    def test_knows_nothing_of_another_code(self, outlines: Outlines) -> None:
        assert outlines.get("Z", "contour") is None


class TestCodesAt:
    @pytest.mark.parametrize(
        ("latitude", "longitude", "codes"),
        [(0.2, 0.2, ["A"]), (0.5, 0.5, []), (45.2, 10.2, ["B"]), (45.9, 10.9, []), (-10, 5, [])],
        ids=["inside", "in the hole", "in a part", "in the box only", "far away"],
    )
    def test_finds_what_contains_the_point(
        self, outlines: Outlines, latitude: float, longitude: float, codes: list[str]
    ) -> None:
        assert outlines.codes_at(latitude, longitude) == codes

    def test_finds_nothing_without_outlines(self) -> None:
        assert Outlines(lambda: ()).codes_at(45, 5) == []
