"""The catalogue: every card is valid, says what it must, and a bad one is refused clearly."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from jalon.indicators import catalogue, sources
from jalon.indicators.enums import Aggregation, ObservationDay
from jalon.lake.carrying import Rule

SLUGS_OF_THE_DESIGN = {
    "population", "emploi-prive", "participation-presidentielle", "participation-legislative",
    "participation-europeenne", "participation-municipale", "participation-regionale",
    "participation-departementale",
}  # fmt: skip

GYMNASES = """code = "gymnases"
name = "Gymnases"
definition = "Nombre de gymnases recensés dans la commune au 31 décembre."
unit = "gymnases"
aggregation = "SUM"
producer = "Ministère des sports"
limits = ["Un gymnase fermé pour travaux est compté."]
source = { file = "gymnases.csv", page_url = "https://x.fr" }
series = { code = "insee_com", period = "annee", value = "gymnases" }
"""


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
        cards = catalogue.all_cards()
        rules = {Rule(card.aggregation) for card in cards if card.aggregation != Aggregation.NONE}

        assert rules == {Rule.SUM, Rule.RATIO, Rule.WEIGHTED_MEAN}
        # What adds up by no rule is given at the grains of its producer only.
        alone = [card for card in cards if card.aggregation == Aggregation.NONE]
        assert alone
        assert all(card.grain in card.grains for card in alone)
        assert all(len(card.grains) == 1 for card in alone if card.series)

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
            ('"SUM"', '"SOMME"', "ligne 14, « aggregation » n’est pas .*« SOMME »"),
            ('unit = "salariés"', 'unit = "% des salariés"', "ne va pas avec scale"),
            ("[fitness]", "[fitness]\nfirst = 2", r"« fitness.first » n’est pas un champ connu"),
        ],
    )
    def test_refuses_a_bad_card_and_says_what_is_wrong(self, written, old, new, message):
        with pytest.raises(catalogue.BadCardError) as caught:
            catalogue.read_card(written(old=old, new=new))

        assert re.search(message, str(caught.value))

    def test_fills_what_the_other_fields_tell(self, tmp_path):
        path = tmp_path / "gymnases.toml"
        path.write_text(GYMNASES)

        card = catalogue.read_card(path)

        assert card.grains == ("COMMUNE", "EPCI", "DEPARTEMENT", "REGION", "FRANCE")
        assert (card.short_name, card.source_slug, card.scale) == ("Gymnases", "gymnases", "count")
        assert card.as_series().columns == ("insee_com", "annee", "gymnases")

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('value = "gymnases"', 'numerator = "gymnases"', "numerator et denominator ensemble"),
            ('period = "annee", ', "", "period (une colonne) ou fixed_period"),
            ('aggregation = "SUM"', 'aggregation = "RATIO"', "va avec numerator et denominator"),
            ('value = "gymnases"', 'valeur = "gymnases"', "« series.valeur » n’est pas un champ"),
        ],
    )
    def test_refuses_a_declaration_that_does_not_hold_together(self, tmp_path, old, new, message):
        path = tmp_path / "gymnases.toml"
        path.write_text(GYMNASES.replace(old, new))

        with pytest.raises(catalogue.BadCardError, match=re.escape(message)):
            catalogue.read_card(path)


class TestFreshness:
    def test_expects_the_next_year_after_its_delay(self):
        assert catalogue.get_card("emploi-prive").next_expected(2024) == date(2026, 4, 30)

    def test_expects_nothing_of_a_closed_series_nor_of_a_round(self):
        assert catalogue.get_card("niveau-de-vie-median").next_expected(2015) is None
        assert catalogue.get_card("participation-municipale").next_expected(2026) is None


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    """Give an installation of its own, with a folder for its cards."""
    settings.JALON_HOME = tmp_path
    catalogue.local_folder().mkdir()
    return tmp_path


class TestCardsOfAnInstallation:
    def test_appear_without_a_restart(self, home):
        before = len(catalogue.all_cards())
        (catalogue.local_folder() / "gymnases.toml").write_text(GYMNASES)

        assert len(catalogue.all_cards()) == before + 1
        assert catalogue.get_card("gymnases").unit == "gymnases"
        assert sources.get_source("gymnases").indicators == ("gymnases",)

    def test_are_left_out_and_told_when_wrong(self, home):
        (catalogue.local_folder() / "gymnases.toml").write_text(GYMNASES.replace("SUM", "SOMME"))

        assert "gymnases" not in {card.code for card in catalogue.all_cards()}
        (fault,) = sources.declaration_faults()
        assert "« aggregation » n’est pas une des valeurs permises" in fault

    def test_may_not_take_a_code_already_in_use(self, home):
        text = GYMNASES.replace('code = "gymnases"', 'code = "population"', 1)
        (catalogue.local_folder() / "population.toml").write_text(text)

        assert catalogue.get_card("population").producer == "Insee"
        assert sources.declaration_faults() == (
            "La fiche population.toml porte un code déjà pris par une autre fiche.",
        )

    def test_must_declare_the_source_of_their_figures(self, home):
        text = GYMNASES.replace('source = { file = "gymnases.csv", page_url = "https://x.fr" }', "")
        (catalogue.local_folder() / "gymnases.toml").write_text(text)

        (fault,) = sources.declaration_faults()
        assert "La source « gymnases » (fiches gymnases) est à déclarer" in fault


class TestSources:
    def test_of_the_code_are_all_declared_without_fault(self):
        assert sources.declaration_faults() == ()

    def test_change_reader_with_the_declaration(self, home):
        path = catalogue.local_folder() / "gymnases.toml"
        path.write_text(GYMNASES)
        first = sources.get_source("gymnases").reader
        path.write_text(GYMNASES.replace('"SUM"', '"NONE"'))

        assert sources.get_source("gymnases").reader != first

    def test_bring_every_card_its_figures(self):
        brought = {code for source in sources.all_sources() for code in source.indicators}

        assert {card.code for card in catalogue.all_cards()} <= brought
