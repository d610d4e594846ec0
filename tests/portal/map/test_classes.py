"""Classes of a map: equal sizes, no empty class, bounds that belong to the class below."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jalon.portal.map.classes import count_classes, quantile_breaks


class TestQuantileBreaks:
    def test_makes_five_classes_of_the_same_size(self) -> None:
        values = np.arange(1.0, 11.0)

        assert quantile_breaks(values) == [2.0, 4.0, 6.0, 8.0]

    def test_merges_bounds_when_many_share_a_figure(self) -> None:
        values = np.array([0.0] * 70 + list(range(1, 31)))

        assert quantile_breaks(values) == [0.0, 10.0]

    def test_makes_one_class_of_a_single_figure(self) -> None:
        assert quantile_breaks(np.array([3.0, 3.0])) == []

    def test_makes_none_of_nothing(self) -> None:
        assert quantile_breaks(np.array([])) == []


class TestCountClasses:
    def test_writes_what_each_class_holds(self) -> None:
        values = np.array([0.0, 0.0, 1.5, 2500.0])

        classes = count_classes(values, [0.0, 1.5], decimals=1)

        assert [(c.rank, c.label, c.count) for c in classes] == [
            (1, "0,0", 2),
            (2, "1,5", 1),
            (3, "2\u202f500,0", 1),
        ]

    @given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=200))
    def test_counts_each_territory_once_and_leaves_no_class_empty(
        self, figures: list[float]
    ) -> None:
        values = np.array(figures)

        classes = count_classes(values, quantile_breaks(values), decimals=0)

        assert sum(one.count for one in classes) == len(values)
        assert all(one.count > 0 for one in classes)
        assert len(classes) <= 5
