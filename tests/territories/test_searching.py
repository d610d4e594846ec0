"""Type-ahead over names, postal codes and official codes."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from jalon.lake import catalogue, country, fetch
from jalon.territories import services
from jalon.territories.enums import TerritoryKind
from tests.factories import TerritoryFactory


def found(text: str, **options: object) -> list[str]:
    return [territory.name for territory in services.search(text, **options)]


@pytest.mark.django_db
@pytest.mark.database
class TestSearch:
    @pytest.fixture(autouse=True)
    def _territories(self) -> None:
        TerritoryFactory(searchable=True)
        TerritoryFactory(epci=True, searchable=True, searchable__largest_member=56_605)
        TerritoryFactory(departement=True, searchable=True)
        TerritoryFactory(saint_denis=True, searchable=True)
        for code, name, population, postal in (
            ("42218", "Saint-Étienne", 173_136, "42000"),
            ("93066", "Saint-Denis", 149_077, "93200"),
            ("76575", "Saint-Étienne-du-Rouvray", 28_061, "76800"),
            ("67482", "Strasbourg", 291_313, "67000"),
            ("60414", "Nogent-sur-Oise", 20_000, "60180"),
            ("76255", "Eu", 6_820, "76260"),
            ("27000", "Eurville", 9_000, "27000"),
            ("94038", "L'Haÿ-les-Roses", 31_000, "94240"),
            ("51410", "Œuilly", 620, "51480"),
            ("62160", "Boulogne-sur-Mer", 40_000, "62200"),
        ):
            TerritoryFactory(
                code=code, name=name, population=population, postal_codes=[postal], searchable=True
            )

    def test_needs_neither_accent_hyphen_nor_case(self) -> None:
        assert found("st etienne") == ["Saint-Étienne", "Saint-Étienne-du-Rouvray"]
        assert found("SAINT-ÉTIENNE d") == ["Saint-Étienne-du-Rouvray"]
        assert found("l’hay") == found("l hay") == found("LHAY") == ["L'Haÿ-les-Roses"]
        assert found("oeui") == ["Œuilly"]

    def test_gives_the_most_populous_first(self) -> None:
        assert found("saint") == [
            "Saint-Étienne", "Saint-Denis", "Saint-Denis", "Saint-Étienne-du-Rouvray",
        ]  # fmt: skip

    def test_gives_a_name_equal_to_the_text_before_all(self) -> None:
        assert found("eu") == ["Eu", "Eurville"]

    def test_takes_an_unfinished_st_for_saint_and_for_itself(self) -> None:
        assert found("st")[:2] == ["Strasbourg", "Saint-Étienne"]

    def test_finds_by_an_inner_word(self) -> None:
        assert found("rouvray") == ["Saint-Étienne-du-Rouvray"]
        assert found("oise") == ["Oise", "Nogent-sur-Oise"]
        assert found("beauv") == ["Beauvais", "CA du Beauvaisis"]

    def test_finds_by_postal_and_official_codes(self) -> None:
        assert found("60000") == ["Beauvais"]
        assert found("60057") == ["Beauvais"]
        assert found("200067999") == ["CA du Beauvaisis"]
        assert found("974") == ["Saint-Denis"]

    def test_finds_words_in_any_order_when_nothing_begins_so(self) -> None:
        assert found("saint denis 974") == ["Saint-Denis"]
        assert found("mer boulogne") == ["Boulogne-sur-Mer"]

    def test_keeps_the_kinds_asked(self) -> None:
        assert found("beauv", kinds=[TerritoryKind.COMMUNE]) == ["Beauvais"]
        assert found("oise", kinds=[]) == []

    def test_gives_no_more_than_asked_and_each_once(self) -> None:
        assert found("saint", limit=2) == ["Saint-Étienne", "Saint-Denis"]
        assert found("974") == ["Saint-Denis"]  # three postal codes and its own
        assert found("saint", limit=0) == []

    @pytest.mark.parametrize("text", ["", "  ", "'", "%", "_", "zzz", "\0", "a" * 5_000, "🏛"])
    def test_finds_nothing_for_what_names_nothing(self, text: str) -> None:
        assert found(text) == []

    def test_costs_a_bounded_number_of_queries(self, django_assert_max_num_queries) -> None:
        with django_assert_max_num_queries(3):
            services.search("saint")
        with django_assert_max_num_queries(4):
            services.search("mer boulogne")

    def test_compares_byte_by_byte(self) -> None:
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT collation_name FROM information_schema.columns"
                " WHERE table_name = 'territories_searchkey' AND column_name = 'key'"
            )
            assert cursor.fetchone() == ("C",)


@pytest.mark.django_db
@pytest.mark.database
class TestSearchOverTheWholeCountry:
    def test_finds_what_is_typed(self, decoupage: Path, tmp_path: Path) -> None:
        source = catalogue.get_source("territoires")
        fetched = fetch.fetch(source, fetch.Places(tmp_path, package=decoupage), is_online=False)
        whole = country.read_country({"territoires": fetched})
        services.load_country(whole, on=date(2026, 1, 1))

        assert found("st etienne")[0] == "Saint-Étienne"
        assert found("pari")[:2] == ["Paris", "Paris"]  # the commune, then the département
        assert found("lyon")[0] == "Lyon"
        assert found("60057") == ["Beauvais"]
        assert found("75112") == ["Paris"]  # the code of one of its arrondissements
        assert services.counts_by_kind()["DEPARTEMENT"] == 101
        assert services.counts_by_kind()["REGION"] == 18
