"""Codes of communes carried from any day to any other."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jalon.lake.events import Movement
from jalon.lake.lineage import Carried, Fate, Lineage

from .lineages import Drawn, drawn_lineages

BEFORE, AFTER = date(2015, 6, 1), date(2025, 1, 1)
LINEAGE = Lineage(
    (
        Movement(date(2019, 1, 1), "01033", "01033", "32"),
        Movement(date(2019, 1, 1), "01091", "01033", "32"),
        Movement(date(2016, 1, 1), "85084", "85084", "32"),
        Movement(date(2016, 1, 1), "85165", "85084", "32"),
        Movement(date(2024, 1, 1), "85084", "85084", "21"),
        Movement(date(2024, 1, 1), "85084", "85165", "21"),
        Movement(date(2024, 3, 15), "69159", "69114", "50"),
        Movement(date(1947, 9, 17), "", "06163", "20", "", "Tende", ""),
    ),
    frozenset({"01033", "60057", "69114", "85084", "85165", "06163"}),
)


class TestCarry:
    @pytest.mark.parametrize(
        ("code", "since", "to", "fate", "codes"),
        [
            ("60057", BEFORE, AFTER, Fate.SAME, ("60057",)),
            ("69159", BEFORE, AFTER, Fate.RECODED, ("69114",)),
            ("69114", AFTER, BEFORE, Fate.RECODED, ("69159",)),
            ("01091", BEFORE, AFTER, Fate.JOINED, ("01033",)),
            ("01033", BEFORE, AFTER, Fate.JOINED, ("01033",)),
            ("01033", AFTER, BEFORE, Fate.SHARED, ("01033", "01091")),
            ("85084", date(2020, 1, 1), AFTER, Fate.SHARED, ("85084", "85165")),
            ("85165", AFTER, date(2020, 1, 1), Fate.JOINED, ("85084",)),
            ("85165", BEFORE, AFTER, Fate.SHARED, ("85084", "85165")),
            ("85165", date(2020, 1, 1), AFTER, Fate.UNKNOWN, ()),
            ("69114", BEFORE, AFTER, Fate.UNKNOWN, ()),
            ("99999", BEFORE, AFTER, Fate.UNKNOWN, ()),
            ("06163", AFTER, date(1946, 1, 1), Fate.UNKNOWN, ()),
        ],
    )
    def test_goes_both_ways(self, code, since, to, fate, codes):
        assert LINEAGE.carry(code, since=since, to=to) == Carried(code, fate, codes)

    def test_takes_a_code_of_the_day_of_an_event_as_one_of_after(self):
        merged = LINEAGE.carry("01033", since=date(2019, 1, 1), to=AFTER)

        assert merged.fate is Fate.SAME

    def test_to_the_same_day_is_the_code_itself(self):
        assert LINEAGE.carry("01091", since=BEFORE, to=BEFORE).fate is Fate.SAME

    @given(drawn_lineages())
    def test_backward_is_the_inverse_of_forward(self, drawn: Drawn):
        first, last, lineage = drawn.first, drawn.last, drawn.lineage
        forward = {
            (code, target)
            for code in drawn.alive[first]
            for target in lineage.carry(code, since=first, to=last).codes
        }

        backward = {
            (origin, code)
            for code in drawn.alive[last]
            for origin in lineage.carry(code, since=last, to=first).codes
        }

        assert forward == backward

    @given(drawn_lineages(), st.data())
    def test_may_stop_on_the_way(self, drawn: Drawn, data: st.DataObject):
        first, last, lineage = drawn.first, drawn.last, drawn.lineage
        middle = data.draw(st.sampled_from(sorted(drawn.alive)))

        for code in drawn.alive[first]:
            stops = lineage.carry(code, since=first, to=middle).codes
            arrived = {
                c for stop in stops for c in lineage.carry(stop, since=middle, to=last).codes
            }

            assert arrived == set(lineage.carry(code, since=first, to=last).codes)

    @given(drawn_lineages())
    def test_and_back_is_the_identity_only_where_every_event_is_one_to_one(self, drawn: Drawn):
        first, last, lineage = drawn.first, drawn.last, drawn.lineage

        for code in drawn.alive[first]:
            there = lineage.carry(code, since=first, to=last)
            back = {c for t in there.codes for c in lineage.carry(t, since=last, to=first).codes}

            assert there.is_one_to_one == (back == {code} and len(there.codes) == 1)
            if drawn.is_one_to_one:
                assert there.is_one_to_one


class TestCodesOn:
    @given(drawn_lineages())
    def test_gives_those_in_use_each_day(self, drawn: Drawn):
        for day, alive in drawn.alive.items():
            assert drawn.lineage.codes_on(day) == alive


class TestCarryCodes:
    def test_lists_what_could_not_be_placed(self):
        found = LINEAGE.carry_codes(
            ["01091", "01033", "85084", "99999", "60057", "60057"],
            since=date(2018, 1, 1),
            to=AFTER,
        )

        assert found.codes == ("01033", "60057")
        assert [one.codes for one in found.shared] == [("85084", "85165")]
        assert found.unknown == ("99999",)

    def test_brings_a_list_of_today_back(self):
        found = LINEAGE.carry_codes(["85084", "85165", "69114"], since=AFTER, to=date(2020, 1, 1))

        assert found.codes == ("69159", "85084")
