"""The catalogue: every card is valid, says what it must, and a bad one is refused clearly."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from jalon.indicators import catalogue
from jalon.indicators.enums import ObservationDay
from jalon.lake.carrying import Rule

SLUGS_OF_THE_DESIGN = {
    "population", "emploi-prive", "participation-presidentielle", "participation-legislative",
    "participation-europeenne", "participation-municipale", "participation-regionale",
    "participation-departementale",
}  # fmt: skip


@pytest.fixture
def written(tmp_path: Path):
    """Write a card that is the one of private jobs, but for what the test changes."""

    def write(*, old: str = "", new: str = "", name: str = "emploi-prive.toml") -> Path:
        text = (catalogue.CARDS_FOLDER / "emploi-prive.toml").read_text()
        assert old in text
        path = tmp_path / name
        path.write_text(text.replace(old, new) if old else text)
        return path

    return write


class TestAllCards:
    def test_holds_every_indicator_of_the_design(self):
        assert {card.code for card in catalogue.all_cards()} >= SLUGS_OF_THE_DESIGN

    def test_is_ordered_for_display(self):
        orders = [card.order for card in catalogue.all_cards()]

        assert orders == sorted(set(orders))

    @pytest.mark.parametrize("path", sorted(catalogue.CARDS_FOLDER.iterdir()), ids=lambda p: p.name)
    def test_every_file_of_the_folder_is_a_valid_card(self, path):
        card = catalogue.read_card(path)

        assert card.grain in card.grains
        assert card.licence_url.startswith("https://")
        assert all(limit.endswith(".") for limit in card.limits)
        assert card.definition.endswith(".")

    @pytest.mark.parametrize("card", catalogue.all_cards(), ids=lambda card: card.code)
    def test_every_noted_period_has_a_day(self, card):
        noted = [*card.breaks, *card.fitness.not_comparable]

        assert all(card.observed_on(note.period).year == note.period for note in noted)

    def test_can_be_carried_through_time_by_its_own_rule(self):
        rules = {Rule(card.aggregation) for card in catalogue.all_cards()}

        assert rules >= {Rule.SUM, Rule.RATIO}

    def test_cannot_be_modified(self):
        with pytest.raises(ValidationError, match="frozen"):
            catalogue.get_card("population").unit = "têtes"


class TestGetCard:
    def test_refuses_an_unknown_code_and_names_the_known_ones(self):
        with pytest.raises(catalogue.UnknownIndicatorError, match=r"emploi.*Connus : population"):
            catalogue.get_card("emploi")


class TestObservedOn:
    def test_counts_jobs_on_the_last_of_december(self):
        assert catalogue.get_card("emploi-prive").observed_on(2018) == date(2018, 12, 31)

    def test_counts_people_on_the_first_of_january(self):
        assert catalogue.get_card("population").observed_on(2018) == date(2018, 1, 1)

    def test_gives_a_round_its_own_day(self):
        card = catalogue.get_card("participation-presidentielle")

        assert card.observation is ObservationDay.DECLARED
        assert card.observed_on(2022) == date(2022, 4, 10)

    def test_refuses_a_year_without_a_round(self):
        with pytest.raises(catalogue.UnknownPeriodError, match="2021"):
            catalogue.get_card("participation-presidentielle").observed_on(2021)


class TestComparability:
    @pytest.mark.parametrize("period", [2020, 2026])
    def test_sets_the_unusual_municipal_rounds_apart_with_the_reason(self, period):
        card = catalogue.get_card("participation-municipale")

        assert str(period) in card.why_not_comparable(period)

    def test_sets_apart_what_precedes_the_first_usable_period(self):
        assert not catalogue.get_card("population").is_comparable(1999)

    def test_keeps_an_ordinary_period(self):
        assert catalogue.get_card("emploi-prive").why_not_comparable(2019) == ""

    def test_says_that_population_is_smoothed(self):
        fitness = catalogue.get_card("population").fitness

        assert fitness.is_smoothed
        assert "moyenne" in fitness.reason


class TestReadCard:
    def test_accepts_a_good_card(self, written):
        assert catalogue.read_card(written()).code == "emploi-prive"

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('unit = "salariés"\n', "", "« unit » il manque"),
            ("decimals = 0", "decimales = 0", "« decimales » n’est pas un champ connu"),
            ("decimals = 0", 'decimals = "deux"', "« decimals » a une valeur refusée"),
            ('direction = "UP"', 'direction = "HAUT"', "« direction » n’est pas une des valeurs"),
            ('"LAST_OF_DECEMBER"', '"DECLARED"', "observation_days va avec"),
            ("settling_days = 90", "smoothed_over_years = 5", "dit pourquoi"),
            ("[fitness]", "[observation_days]\n2022 = 2021-04-10\n[fitness]", "2022|va avec"),
            ("order = 2", "order = ", "n’est pas un fichier TOML"),
            ('code = "emploi-prive"', 'code = "emploi"', "porte le code « emploi »"),
        ],
    )
    def test_refuses_a_bad_card_and_says_what_is_wrong(self, written, old, new, message):
        with pytest.raises(catalogue.BadCardError, match=message):
            catalogue.read_card(written(old=old, new=new))
