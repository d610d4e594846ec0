"""Figures and dates are written as French readers expect them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template

from jalon.core import french


class TestNumber:
    @pytest.mark.parametrize(
        ("value", "decimals", "written"),
        [
            (12345.6, None, "12\u202f345,6"),
            (1645, None, "1\u202f645"),
            (0.125, 2, "0,13"),
            (Decimal("72.84"), 1, "72,8"),
            (-3.25, None, "\u22123,3"),
            (-0.01, 1, "0,0"),
            (1e9, 0, "1\u202f000\u202f000\u202f000"),
            (None, None, "n. d."),
            (float("nan"), None, "n. d."),
        ],
    )
    def test_groups_digits_and_rounds_as_a_reader_does(self, value, decimals, written):
        assert french.number(value, decimals) == written

    def test_says_the_sign_of_a_difference_but_not_of_zero(self):
        assert french.signed(1.8) == "+1,8"
        assert french.signed(-0.4) == "\u22120,4"
        assert french.signed(0.04, 1) == "0,0"
        assert french.signed(None) == "n. d."


class TestInterval:
    def test_separates_its_bounds_by_a_semicolon(self):
        assert french.interval(-0.4, 4.0) == "[\u22120,4\u00a0;\u00a0+4,0]"

    def test_is_missing_when_a_bound_is(self):
        assert french.interval(None, 4.0) == "n. d."


class TestEuros:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (1_700_000_000, "1,7\u00a0Md€"),
            (12_345_678, "12,3\u00a0M€"),
            (45_000, "45\u00a0k€"),
            (850, "850\u00a0€"),
            (-2_000_000, "\u22122,0\u00a0M€"),
            (None, "n. d."),
        ],
    )
    def test_chooses_the_unit_that_keeps_it_short(self, value, written):
        assert french.euros(value) == written


class TestShare:
    def test_turns_a_difference_of_logarithms_into_percent(self):
        assert french.share(0.0) == 0
        assert french.share(0.02) == pytest.approx(2.0201, abs=1e-4)
        assert french.share(None) is None


class TestDate:
    def test_writes_the_month_in_full_and_the_first_as_an_ordinal(self):
        assert french.date(dt.date(2018, 9, 28)) == "28 septembre 2018"
        assert french.date(dt.date(2024, 1, 1)) == "1er janvier 2024"

    @pytest.mark.parametrize(
        "value",
        [dt.date(2026, 11, 23), "2026-11-22T23:30:00+00:00", "2026-11-23",
         dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)],
    )  # fmt: skip
    def test_is_read_from_dates_instants_and_iso_texts_in_paris_time(self, value):
        template = Template("{% load french %}{{ day|french_date }}")

        assert template.render(Context({"day": value})) == "23 novembre 2026"
