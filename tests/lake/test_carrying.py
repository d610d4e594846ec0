"""Figures of communes carried from a day to another."""

import math
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jalon.lake.carrying import CarriedSeries, Figure, Reason, Rule, carry_series
from jalon.lake.events import Movement
from jalon.lake.lineage import Fate, Lineage

from .lineages import Drawn, drawn_lineages
from .test_lineage import AFTER, BEFORE, LINEAGE

BETWEEN = date(2020, 1, 1)


def carried(figures: Iterable[Figure], rule: Rule = Rule.SUM, **options) -> CarriedSeries:
    return carry_series(LINEAGE, figures, rule, **{"since": BEFORE, "to": AFTER, **options})


def total(series: CarriedSeries, rule: Rule) -> tuple[float, float]:
    """Add what was placed and what was not, in the terms that the rule adds."""
    held = [*series.figures, *(one.figure for one in series.unplaced)]
    if rule is Rule.SUM:
        return math.fsum(one.value for one in held), 0
    bottom = math.fsum(one.denominator for one in held)
    if rule is Rule.RATIO:
        return math.fsum(one.numerator for one in held), bottom
    return math.fsum((one.value or 0) * one.denominator for one in held), bottom


class TestSum:
    def test_adds_those_that_merged(self):
        found = carried([Figure("01033", 9_000), Figure("01091", 3_000), Figure("60057", 56_000)])

        assert found.figures == (Figure("01033", 12_000), Figure("60057", 56_000))
        assert found.unplaced == ()

    def test_apportions_a_merger_undone_by_a_known_weight(self):
        found = carried(
            [Figure("01033", 16_000)], since=AFTER, to=BEFORE, weights={"01033": 3, "01091": 1}
        )

        assert found.figures == (Figure("01033", 12_000), Figure("01091", 4_000))

    @pytest.mark.parametrize(
        "weights", [None, {"85084": 3}, {"85084": 0, "85165": 0}, {"01033": 1, "01091": 1}]
    )
    def test_lists_a_split_without_every_weight(self, weights):
        found = carried([Figure("85084", 7_000)], since=BETWEEN, weights=weights)

        (one,) = found.unplaced
        assert found.figures == ()
        assert (one.reason, one.sources, one.targets) == (
            Reason.SHARED, ("85084",), ("85084", "85165"),
        )  # fmt: skip
        assert one.figure.value == 7_000

    def test_does_not_take_the_weight_of_a_whole_commune_for_that_of_a_part(self):
        lineage = Lineage(
            (
                Movement(date(2001, 1, 1), "A", "A", "21"),
                Movement(date(2001, 1, 1), "A", "B", "21"),
                Movement(date(2002, 1, 1), "B", "C", "31"),
                Movement(date(2002, 1, 1), "C", "C", "31"),
            ),
            frozenset({"A", "C"}),
        )

        found = carry_series(
            lineage, [Figure("A", 10), Figure("C", 5)], Rule.SUM,
            since=date(2000, 1, 1), to=date(2003, 1, 1), weights={"A": 1, "C": 9},
        )  # fmt: skip

        (one,) = found.unplaced
        assert (found.figures, one.sources, one.figure.value) == ((), ("A", "C"), 15)

    def test_puts_aside_a_target_of_which_a_part_has_no_figure(self):
        found = carried([Figure("01033", 9_000), Figure("01091", None)])

        (one,) = found.unplaced
        assert (one.reason, one.missing, one.figure.value) == (
            Reason.INCOMPLETE, ("01091",), 9_000,
        )  # fmt: skip
        assert found.figures == ()

    def test_takes_zero_for_a_figure(self):
        found = carried([Figure("01033", 9_000), Figure("01091", 0)])

        assert found.figures == (Figure("01033", 9_000),)

    def test_lists_a_code_not_in_use(self):
        (one,) = carried([Figure("99999", 4)]).unplaced

        assert (one.reason, one.sources, one.figure.value) == (Reason.UNKNOWN, ("99999",), 4)


class TestRatio:
    def test_adds_numerators_and_denominators(self):
        found = carried([Figure("01033", None, 50, 100), Figure("01091", None, 30, 40)], Rule.RATIO)

        assert found.figures == (Figure("01033", 80 / 140, 80, 140),)

    def test_of_nobody_is_no_figure(self):
        found = carried([Figure("60057", None, 0, 0)], Rule.RATIO)

        assert found.figures == (Figure("60057", None, 0, 0),)


class TestWeightedMean:
    def test_weighs_by_the_population(self):
        found = carried(
            [Figure("01033", 20.0, None, 300), Figure("01091", 40.0, None, 100)],
            Rule.WEIGHTED_MEAN,
        )

        assert found.figures == (Figure("01033", 25.0, None, 400),)

    def test_gives_the_same_mean_to_each_part(self):
        found = carried(
            [Figure("85084", 20.0, None, 400)], Rule.WEIGHTED_MEAN,
            since=BETWEEN, weights={"85084": 3, "85165": 1},
        )  # fmt: skip

        assert found.figures == (
            Figure("85084", 20.0, None, 300), Figure("85165", 20.0, None, 100),
        )  # fmt: skip


class TestBadInput:
    @pytest.mark.parametrize("value", [math.nan, math.inf])
    def test_refuses_what_is_not_a_number(self, value):
        with pytest.raises(ValueError, match="finite"):
            carried([Figure("60057", value)])

    @pytest.mark.parametrize("weight", [math.nan, math.inf, -1])
    def test_refuses_such_a_weight(self, weight):
        with pytest.raises(ValueError, match="weight"):
            carried([Figure("60057", 1)], weights={"60057": weight})

    def test_refuses_two_figures_of_one_code(self):
        with pytest.raises(ValueError, match="two figures"):
            carried([Figure("60057", 1), Figure("60057", None)])


@st.composite
def figures_of(draw: st.DrawFn, codes: Iterable[str]) -> list[Figure]:
    """Draw a figure that every rule can read for some of the codes."""
    numbers = st.integers(0, 1_000)
    held = [code for code in sorted(codes) if draw(st.integers(0, 9))]
    return [Figure(c, draw(numbers), draw(numbers), draw(numbers)) for c in held]


def weights_of(draw, codes):
    return {code: draw(st.integers(1, 100)) for code in sorted(codes)}


@pytest.mark.parametrize("rule", Rule)
class TestConservation:
    @given(st.data())
    def test_forward_keeps_the_sum(self, rule: Rule, data: st.DataObject):
        drawn = data.draw(drawn_lineages())
        figures = data.draw(figures_of(drawn.alive[drawn.first]))
        weights = data.draw(st.sampled_from([None, weights_of(data.draw, drawn.alive[drawn.last])]))

        found = carry_series(
            drawn.lineage, figures, rule, since=drawn.first, to=drawn.last, weights=weights
        )

        assert total(found, rule) == pytest.approx(
            total(CarriedSeries(tuple(figures), ()), rule), abs=1e-6
        )
        codes = [figure.code for figure in found.figures]
        assert len(set(codes)) == len(codes)
        assert not set(codes) & {code for one in found.unplaced for code in one.targets}

    @given(st.data())
    def test_backward_then_forward_keeps_it_too(self, rule: Rule, data: st.DataObject):
        drawn = data.draw(drawn_lineages())
        first, last, lineage = drawn.first, drawn.last, drawn.lineage
        figures = data.draw(figures_of(drawn.alive[last]))
        weights = weights_of(data.draw, drawn.alive[first])

        back = carry_series(lineage, figures, rule, since=last, to=first, weights=weights)
        again = carry_series(lineage, back.figures, rule, since=first, to=last)

        left = [one.figure for one in back.unplaced]
        assert total(CarriedSeries((*again.figures, *left), again.unplaced), rule) == pytest.approx(
            total(CarriedSeries(tuple(figures), ()), rule), abs=1e-6
        )

    @given(drawn=drawn_lineages(kinds=("merge", "recode")), data=st.data())
    def test_a_merger_undone_by_weights_then_done_again_is_the_identity(
        self, rule: Rule, drawn: Drawn, data: st.DataObject
    ):
        first, last, lineage = drawn.first, drawn.last, drawn.lineage
        figures = [Figure(c, 1, 1, data.draw(st.integers(1, 99))) for c in drawn.alive[last]]
        weights = weights_of(data.draw, drawn.alive[first])

        back = carry_series(lineage, figures, rule, since=last, to=first, weights=weights)
        again = carry_series(lineage, back.figures, rule, since=first, to=last)

        assert (back.unplaced, again.unplaced) == ((), ())
        before = carry_series(lineage, figures, rule, since=last, to=last).figures
        assert [one.code for one in again.figures] == [one.code for one in before]
        for one, same in zip(again.figures, before, strict=True):
            assert one[1:] == pytest.approx(same[1:])


class TestThereAndBack:
    @given(drawn_lineages(), st.data())
    def test_is_the_identity_or_apportioned_or_flagged(self, drawn: Drawn, data: st.DataObject):
        first, last, lineage = drawn.first, drawn.last, drawn.lineage
        figures = {code: data.draw(st.integers(1, 1_000)) for code in drawn.alive[first]}
        weights = weights_of(data.draw, drawn.alive[first])
        series = [Figure(code, value) for code, value in sorted(figures.items())]

        there = carry_series(lineage, series, Rule.SUM, since=first, to=last)
        flagged = carry_series(lineage, there.figures, Rule.SUM, since=last, to=first)
        apportioned = carry_series(
            lineage, there.figures, Rule.SUM, since=last, to=first, weights=weights
        )

        one_to_one = {
            code for code in figures if lineage.carry(code, since=first, to=last).is_one_to_one
        }
        assert {one.code: one.value for one in flagged.figures} == {
            code: figures[code] for code in one_to_one
        }
        for code, value, *_ in apportioned.figures:
            (target,) = lineage.carry(code, since=first, to=last).codes
            parts = lineage.carry(target, since=last, to=first)
            assert parts.fate is Fate.SHARED or code in one_to_one
            whole = sum(figures[part] for part in parts.codes)
            share = Fraction(weights[code], sum(weights[part] for part in parts.codes))
            assert value == pytest.approx(float(whole * share))
