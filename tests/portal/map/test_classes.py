"""Classes of a map: three ways to cut, no figure lost, bounds that belong to the class below."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from jalon.portal.map.classes import (
    FEWEST,
    MOST,
    Method,
    breaks_of,
    count_classes,
    equal_breaks,
    natural_breaks,
    quantile_breaks,
    tones_of,
    whole_breaks,
)


class TestQuantileBreaks:
    def test_makes_five_classes_of_the_same_size(self) -> None:
        values = np.arange(1.0, 11.0)

        assert quantile_breaks(values) == [2.0, 4.0, 6.0, 8.0]

    def test_makes_as_many_classes_as_asked(self) -> None:
        assert quantile_breaks(np.arange(1.0, 13.0), 3) == [4.0, 8.0]

    def test_merges_bounds_when_many_share_a_figure(self) -> None:
        values = np.array([0.0] * 70 + list(range(1, 31)))

        assert quantile_breaks(values) == [0.0, 10.0]

    def test_makes_one_class_of_a_single_figure(self) -> None:
        assert quantile_breaks(np.array([3.0, 3.0])) == []

    def test_makes_none_of_nothing(self) -> None:
        assert quantile_breaks(np.array([])) == []


class TestEqualBreaks:
    def test_makes_classes_of_the_same_width(self) -> None:
        assert equal_breaks(np.array([0.0, 1.0, 2.0, 10.0]), 5) == [2.0, 4.0, 6.0, 8.0]

    def test_makes_one_class_of_a_single_figure(self) -> None:
        assert equal_breaks(np.array([3.0, 3.0]), 4) == []


def spread(values: NDArray[np.float64], breaks: list[float]) -> float:
    """Sum the squares of the distances to the mean of each class."""
    ranks = np.searchsorted(breaks, values, side="left")
    groups = [values[ranks == rank] for rank in range(len(breaks) + 1)]
    return float(sum(((group - group.mean()) ** 2).sum() for group in groups if len(group)))


class TestNaturalBreaks:
    def test_cuts_where_figures_are_far_apart(self) -> None:
        values = np.array([1.0, 2.0, 3.0, 20.0, 21.0, 50.0])

        assert natural_breaks(values, 3) == [3.0, 21.0]

    def test_makes_one_class_a_figure_when_there_are_few(self) -> None:
        assert natural_breaks(np.array([1.0, 5.0, 1.0]), 5) == [1.0]

    @given(
        st.lists(st.integers(-1000, 1000), min_size=3, max_size=9, unique=True),
        st.integers(2, 4),
    )
    def test_no_other_cut_is_better(self, figures: list[int], n_classes: int) -> None:
        values = np.array(sorted(figures), dtype=float)

        found = spread(values, natural_breaks(values, n_classes))

        bounds = combinations(values[:-1], min(n_classes, len(values)) - 1)
        best = min(spread(values, [float(one) for one in cut]) for cut in bounds)
        assert found == pytest.approx(best, rel=1e-6, abs=1e-6)


class TestWholeBreaks:
    def test_gives_a_class_to_each_small_number_and_the_last_to_the_rest(self) -> None:
        values = np.array([0.0, 1.0, 1.0, 2.0, 5.0, 9.0])

        breaks = whole_breaks(values, 4)

        assert breaks == [0.0, 1.0, 2.0]
        assert [one.label for one in count_classes(values, breaks, 0)] == ["0", "1", "2", "5 à 9"]


class TestCountClasses:
    def test_writes_what_each_class_holds(self) -> None:
        values = np.array([0.0, 0.0, 1.5, 2500.0])

        classes = count_classes(values, [0.0, 1.5], decimals=1)

        assert [(c.rank, c.label, c.count, c.tone) for c in classes] == [
            (1, "0,0", 2, 1),
            (2, "1,5", 1, 4),
            (3, "2\u202f500,0", 1, 7),
        ]

    @pytest.mark.parametrize("figures", [[0.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 1.0, 1.0], [2.0]])
    def test_leaves_no_natural_class_empty_when_figures_are_equal(
        self, figures: list[float]
    ) -> None:
        values = np.array(figures)

        classes = count_classes(values, breaks_of(values, Method.NATURAL, 3), decimals=0)

        assert sum(one.count for one in classes) == len(figures)
        assert all(one.count > 0 for one in classes)

    def test_says_the_bounds_of_a_class_that_holds_nothing(self) -> None:
        values = np.array([0.0, 1.0, 10.0])

        classes = count_classes(values, equal_breaks(values, 5), decimals=0)

        assert [(c.label, c.count) for c in classes] == [
            ("0 à 1", 2), ("2 à 4", 0), ("4 à 6", 0), ("6 à 8", 0), ("10", 1),
        ]  # fmt: skip

    @given(
        st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=200),
        st.sampled_from(Method),
        st.integers(FEWEST, MOST),
    )
    def test_counts_each_territory_once(
        self, figures: list[float], method: Method, n_classes: int
    ) -> None:
        values = np.array(figures)

        classes = count_classes(values, breaks_of(values, method, n_classes), decimals=0)

        assert sum(one.count for one in classes) == len(values)
        assert len(classes) <= n_classes
        assert method is Method.EQUAL or all(one.count > 0 for one in classes)


class TestTones:
    @pytest.mark.parametrize("n_classes", range(1, MOST + 1))
    def test_go_from_light_to_dark_without_a_double(self, n_classes: int) -> None:
        tones = tones_of(n_classes)

        assert len(tones) == n_classes
        assert list(tones) == sorted(set(tones))
        assert 1 <= tones[0] <= tones[-1] <= 7
