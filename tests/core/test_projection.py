"""Contours become the paths of a small map."""

from jalon.core.projection import frame_around, path_of

SQUARE = '{"type": "Polygon", "coordinates": [[[2, 49], [3, 49], [3, 50], [2, 50], [2, 49]]]}'
ISLANDS = (
    '{"type": "MultiPolygon", "coordinates": [[[[2, 49], [3, 49], [3, 50], [2, 49]]],'
    " [[[5, 49], [6, 49], [6, 50], [5, 49]]]]}"
)


class TestFrame:
    def test_fills_the_box_without_stretching(self) -> None:
        project = frame_around([SQUARE], (0, 0, 100, 100)).projection()

        west, south = project(2, 49)
        east, north = project(3, 50)
        assert (south, north) == (100, 0)
        assert 63 < east - west < 67  # a degree of longitude is shorter at 49.5° north

    def test_centres_what_is_narrower_than_the_box(self) -> None:
        project = frame_around([SQUARE], (0, 0, 100, 100)).projection()

        assert round(project(2.5, 49.5)[0]) == 50


class TestPath:
    def test_is_closed_and_has_one_piece_for_each_ring(self) -> None:
        project = frame_around([ISLANDS], (0, 0, 100, 100)).projection()

        path = path_of(ISLANDS, project)

        assert path.count("M") == path.count("z") == 2

    def test_leaves_out_the_detail_nobody_could_see(self) -> None:
        edge = ", ".join(f"[{2 + step / 10_000}, 49]" for step in range(5_000))
        coast = f'{{"type": "Polygon", "coordinates": [[{edge}, [3, 50], [2, 49]]]}}'
        project = frame_around([coast], (0, 0, 100, 100)).projection()

        assert len(path_of(coast, project)) < 1_000

    def test_forgets_a_ring_smaller_than_a_dot(self) -> None:
        project = frame_around([SQUARE], (0, 0, 0.4, 0.4)).projection()

        assert path_of(SQUARE, project) == ""
