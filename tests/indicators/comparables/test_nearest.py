"""Who is the nearest: by hand on five towns, and against an exhaustive search on many."""

from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jalon.indicators.comparables import EQUAL_WEIGHTS, Measures, all_nearest, nearest, standardise
from jalon.indicators.comparables.nearest import Space

N_CLASSES = 9


def space(**columns: list[float]) -> Space:
    """Put towns on a line (or several), already in standard deviations."""
    blocks = {code: np.array(values, dtype=float)[:, None] for code, values in columns.items()}
    n = len(next(iter(blocks.values())))
    return Space("COMMUNE", np.array([f"{60001 + i}" for i in range(n)]), blocks)


def random_space(seed: int, n: int, missing: float) -> Space:
    rng = np.random.default_rng(seed)
    values = {code: np.exp(rng.normal(size=n)) for code in EQUAL_WEIGHTS if code != "ruralite"}
    classes = np.eye(N_CLASSES)[rng.integers(N_CLASSES, size=n)]
    for block in (*values.values(), classes):
        block[rng.random(n) < missing] = nan
    codes = np.array([f"{10_000 + i}" for i in range(n)])
    return standardise(Measures("COMMUNE", codes, {**values, "ruralite": classes}))


class TestStandardise:
    def test_centres_on_the_median_and_is_not_stretched_by_an_outlier(self) -> None:
        figures = np.arange(101.0)
        stretched = figures.copy()
        stretched[-1] = 1e9

        columns = [
            standardise(
                Measures("COMMUNE", np.array([str(i) for i in range(101)]), {"croissance": values})
            ).columns["croissance"][:, 0]
            for values in (figures, stretched)
        ]

        assert columns[0][50] == 0
        assert columns[0][90] - columns[0][10] == pytest.approx(2.5631)
        assert columns[1][:-1] == pytest.approx(columns[0][:-1])

    def test_puts_two_classes_one_standard_deviation_apart(self) -> None:
        shares = np.eye(N_CLASSES)[[0, 1, 1]]
        found = standardise(
            Measures("COMMUNE", np.array(["1", "2", "3"]), {"ruralite": shares})
        ).differences(0, np.array([1, 2]))

        assert found["ruralite"] == pytest.approx([1.0, 1.0])

    def test_does_without_a_variable_that_never_varies(self) -> None:
        measures = Measures("EPCI", np.array(["1", "2"]), {"croissance": np.array([1.0, 1.0])})

        assert standardise(measures).columns["croissance"].tolist() == [[0.0], [0.0]]


class TestNearest:
    def test_is_the_root_of_the_weighted_mean_of_squares(self) -> None:
        towns = space(taille=[0, 3, 0], emploi=[0, 0, 4])

        places, distances = nearest(towns, 0, {"taille": 1, "emploi": 3}, 2)

        assert places.tolist() == [1, 2]
        assert distances.tolist() == pytest.approx([sqrt(9 / 4), sqrt(3 * 16 / 4)])

    def test_changes_with_the_weights(self) -> None:
        towns = space(taille=[0, 1, 2], emploi=[0, 2, 1])

        assert nearest(towns, 0, {"taille": 2, "emploi": 1}, 1)[0].tolist() == [1]
        assert nearest(towns, 0, {"taille": 1, "emploi": 2}, 1)[0].tolist() == [2]

    def test_never_takes_what_is_missing_for_a_zero(self) -> None:
        towns = space(taille=[0, 0, 3], emploi=[0, nan, 0])

        assert nearest(towns, 0, {"taille": 1, "emploi": 1}, 2)[0].tolist() == [2]

    def test_compares_a_town_on_what_is_known_of_it(self) -> None:
        towns = space(taille=[0, 1, 3], emploi=[nan, 99, 0])

        places, distances = nearest(towns, 0, {"taille": 1, "emploi": 1}, 2)

        assert (places.tolist(), distances.tolist()) == ([1, 2], [1.0, 3.0])

    def test_compares_nothing_when_too_little_is_known(self) -> None:
        towns = space(taille=[0, 1], emploi=[nan, 1], densite=[nan, 1])

        assert nearest(towns, 0, {"taille": 1, "emploi": 1, "densite": 1}, 1)[0].tolist() == []
        assert all_nearest(towns, {"taille": 1, "emploi": 1, "densite": 1}, 1).places[0] == -1

    def test_puts_as_near_in_the_order_of_codes(self) -> None:
        towns = space(taille=[0, 1, -1, 1])

        assert nearest(towns, 0, {"taille": 1}, 2)[0].tolist() == [1, 2]

    def test_of_many_doubles_never_names_a_town_itself(self) -> None:
        towns = space(taille=[1.0] * 8)

        found = all_nearest(towns, {"taille": 1}, 3)

        assert all(place not in row for place, row in enumerate(found.places.tolist()))
        assert (found.distances == 0).all()

    def test_of_few_towns_are_all_the_others(self) -> None:
        found = all_nearest(space(taille=[0, 1, 5]), {"taille": 1}, 5)

        assert found.places.tolist() == [[1, 2, -1, -1, -1], [0, 2, -1, -1, -1], [1, 0, -1, -1, -1]]

    @given(st.integers(0, 10_000), st.integers(2, 120), st.sampled_from([0.0, 0.1, 0.6]))
    def test_of_everybody_are_those_of_an_exhaustive_search(
        self, seed: int, n: int, missing: float
    ) -> None:
        towns = random_space(seed, n, missing)
        weights = {"taille": 1.0, "ruralite": 2.0, "emploi": 0.5}

        found = all_nearest(towns, weights, 7)

        for place in range(n):
            _, distances = nearest(towns, place, weights, 7)
            ours = found.distances[place]
            assert ours[~np.isnan(ours)] == pytest.approx(distances)
