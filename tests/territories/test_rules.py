"""Normalised texts and search keys."""

import pytest

from jalon.territories.enums import TerritoryKind
from jalon.territories.rules import Findable, normalise, readings_of, search_keys


class TestNormalise:
    @pytest.mark.parametrize(
        ("typed", "normalised"),
        [
            ("Saint-Étienne", "saint etienne"),
            ("ST ETIENNE", "saint etienne"),
            ("Ste-Geneviève-des-Bois", "sainte genevieve des bois"),
            ("L’Haÿ-les-Roses", "l hay les roses"),
            ("L'Haÿ-les-Roses", "l hay les roses"),
            ("Œuilly", "oeuilly"),
            ("  Aix   en\tProvence ", "aix en provence"),
            ("2A004", "2a004"),
            ("CC de l'Est Lyonnais (CCEL)", "cc de l est lyonnais ccel"),
            ("\0';--%_", ""),
            ("ﬁ", "fi"),
        ],
    )
    def test_keeps_small_letters_digits_and_single_spaces(
        self, typed: str, normalised: str
    ) -> None:
        assert normalise(typed) == normalised


class TestReadingsOf:
    def test_takes_an_unfinished_st_both_ways(self) -> None:
        assert readings_of("st") == ["saint", "st"]

    def test_takes_a_finished_st_as_saint(self) -> None:
        assert readings_of("st et") == ["saint et"]

    def test_of_a_blank_text_are_none(self) -> None:
        assert readings_of(" -'") == []


class TestSearchKeys:
    def test_hold_the_name_its_words_its_codes_and_its_joined_form(self) -> None:
        keys = search_keys(
            Findable(TerritoryKind.COMMUNE, "La Rochelle", {"17300", "17000"}, 79_851, None)
        )

        ranks = {(key.text, key.rank, key.is_name) for key in keys}
        assert ranks == {
            ("la rochelle", 79_851, True),
            ("rochelle", 79_851, False),
            ("larochelle", 79_851, False),
            ("17300", 79_851, False),
            ("17000", 79_851, False),
        }

    def test_do_not_begin_by_a_link_word(self) -> None:
        keys = search_keys(
            Findable(TerritoryKind.COMMUNE, "Fontenay-sous-Bois", set(), 51_000, None)
        )

        assert {key.text for key in keys} == {
            "fontenay sous bois", "bois", "fontenaysousbois"
        }  # fmt: skip

    def test_rank_a_grouping_just_after_its_largest_commune(self) -> None:
        keys = search_keys(Findable(TerritoryKind.EPCI, "CA du Beauvaisis", set(), 103_107, 56_605))

        assert {key.rank for key in keys} == {56_604}

    def test_rank_a_departement_far_lower_by_an_inner_word(self) -> None:
        keys = search_keys(
            Findable(TerritoryKind.DEPARTEMENT, "Val-de-Marne", set(), 1_400_001, None)
        )

        ranks = {key.text: key.rank for key in keys}
        assert ranks == {"val de marne": 1_400_000, "marne": 14_000, "valdemarne": 1_400_000}

    def test_are_given_once(self) -> None:
        keys = search_keys(Findable(TerritoryKind.COMMUNE, "Bourg Bourg", set(), 10, None))

        assert sorted(key.text for key in keys) == ["bourg", "bourg bourg", "bourgbourg"]
