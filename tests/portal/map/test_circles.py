"""Proportional circles: the surface says the figure, and the legend says the circles."""

import numpy as np
import pytest

from jalon.portal.map.circles import CircleScale, scale_of
from jalon.portal.map.grains import GRAINS


class TestCircleScale:
    def test_gives_four_times_the_surface_to_four_times_the_figure(self) -> None:
        scale = CircleScale(widest=40, largest=1_000)

        assert scale.radius(1_000) == 40
        assert scale.radius(250) == 20

    @pytest.mark.parametrize(("value", "radius"), [(0, 0), (-3, 0), (0.001, 1.5)])
    def test_draws_nothing_for_nothing_and_keeps_the_smallest_visible(
        self, value: float, radius: float
    ) -> None:
        assert CircleScale(widest=40, largest=1_000).radius(value) == radius

    def test_chooses_round_figures_that_the_legend_can_hold(self) -> None:
        keys = CircleScale(widest=28, largest=2_615_635).keys(decimals=0)

        assert [key.label for key in keys] == [
            "2\u202f000\u202f000", "500\u202f000", "200\u202f000",
        ]  # fmt: skip
        assert keys[0].radius == pytest.approx(24.5, abs=0.05)
        assert all(key.radius <= 28 for key in CircleScale(widest=56, largest=7).keys(decimals=0))

    @pytest.mark.parametrize("figures", [[], [0.0, 0.0]])
    def test_has_nothing_to_draw_without_a_figure(self, figures: list[float]) -> None:
        assert scale_of(np.array(figures), GRAINS["region"]) is None
