"""The types of the columns."""

from datetime import date

import pytest

from jalon.lake.rows import (
    Row,
    Text,
    has_check_digit,
    normalise,
    parse_date,
    parse_degrees,
    parse_label_date,
    parse_siren,
)


class Named(Row):
    name: Text


class TestParseDate:
    @pytest.mark.parametrize(
        "text",
        ["2018-09-28", "28-09-2018", "28/09/2018", " 2018-09-28T00:00:00 ", "28/09/2018 00:00:00"],
    )
    def test_reads_the_ways_official_lists_write_a_day(self, text):
        assert parse_date(text) == date(2018, 9, 28)

    def test_gives_nothing_for_an_empty_cell(self):
        assert parse_date("  ") is None

    @pytest.mark.parametrize("text", ["28 septembre", "31/02/2020", "01/01/1900", "2020-13-01"])
    def test_refuses_what_is_not_a_day(self, text):
        with pytest.raises(ValueError, match="«"):
            parse_date(text)


class TestParseLabelDate:
    def test_finds_the_day_inside_the_sentence(self):
        assert parse_label_date("Espace labellisé 01/02/2020") == date(2020, 2, 1)

    @pytest.mark.parametrize("text", ["", "Espace labellisé", "Espace labellisé 32/13/2020"])
    def test_requires_one(self, text):
        with pytest.raises(ValueError, match=r"label|jour"):
            parse_label_date(text)


class TestOtherColumns:
    def test_a_siren_has_nine_digits_and_may_have_spaces(self):
        assert parse_siren("200 067 999") == "200067999"
        with pytest.raises(ValueError, match="neuf chiffres"):
            parse_siren("20006799")

    def test_a_siren_ends_with_its_check_digit(self):
        assert has_check_digit("212502231")
        assert not has_check_digit("212502232")

    def test_degrees_may_have_a_comma_and_stay_on_earth(self):
        assert parse_degrees("46,106") == 46.106
        assert parse_degrees("") is None
        with pytest.raises(ValueError, match="coordonnée"):
            parse_degrees("4610.6")

    def test_na_is_an_empty_text(self):
        assert Named(name=" NA ").name == ""

    def test_restores_what_html_escaped_and_says_so(self):
        repairs: list[tuple[str, str, str]] = []

        row = Named.model_validate({"name": "Terre &amp; Bois"}, context=repairs)

        assert row.name == "Terre & Bois"
        assert [(field, kind) for field, kind, _ in repairs] == [("name", "html")]

    def test_column_names_lose_case_accents_and_punctuation(self):
        assert normalise(" Signée ?") == "signee"
