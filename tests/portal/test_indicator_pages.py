"""The catalogue and the page of an indicator: search, grains, freshness, targets."""

import itertools
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jalon.indicators import catalogue
from jalon.indicators.catalogue import all_cards, get_card
from jalon.lake.queries import DatedPoint, GrainSummary, LakeReader
from jalon.portal import indicator_list, indicator_sheet
from tests.indicators.follow_up import FIBRE
from tests.portal.conftest import Oise

SUMMARY = [
    GrainSummary("COMMUNE", 2015, 2015, 2, 1, 1, 0.0, 15.0, 30.0),
    GrainSummary("FRANCE", 2015, 2015, 1, 0, 0, 20.0, 20.0, 20.0),
]


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put one indicator of the Baromètre in the lake, with its dated values."""
    catalogue._read.cache_clear()
    monkeypatch.setattr(LakeReader, "cards", lambda _lake: [FIBRE])
    points = {
        "initial": DatedPoint("32", date(2022, 9, 1), "initial", 70.0),
        "current": DatedPoint("32", date(2024, 6, 1), "current", 88.64),
        "target": DatedPoint("32", date(2025, 12, 1), "target", 100.0),
        "progress": DatedPoint("32", date(2024, 6, 1), "progress", 62.13),
    }
    monkeypatch.setattr(
        LakeReader,
        "latest_dated",
        lambda _lake, _i, grain: {"32": points} if grain == "REGION" else {},
    )
    reading = DatedPoint("FRANCE", date(2024, 6, 1), "current", 88.64)
    monkeypatch.setattr(LakeReader, "dated", lambda *_: [reading])
    indicator_sheet._latest.cache_clear()
    yield
    catalogue._read.cache_clear()
    indicator_sheet._latest.cache_clear()


class TestCatalogue:
    def found(self, client: Client, **asked: str) -> list[str]:
        rows = client.get("/indicateurs/", asked).context["rows"]
        return [row["card"].code for row in rows]

    def test_is_cut_into_pages(self, client: Client, db: None) -> None:
        first, second = self.found(client), self.found(client, page="2")

        assert len(first) == 25
        assert second
        assert not set(first) & set(second)

    def test_finds_words_without_case_nor_accents(self, client: Client, db: None) -> None:
        assert self.found(client, q="MEDECIN generaliste") == ["acces-medecin-generaliste"]

    def test_keeps_a_theme_or_a_producer(self, client: Client, db: None) -> None:
        housing = self.found(client, theme="Logement")

        assert "prix-m2-maison" in housing
        assert {get_card(code).theme for code in housing} == {"Logement"}
        assert self.found(client, producteur="Urssaf Caisse nationale") == ["emploi-prive"]

    def test_groups_by_theme_without_repeating_one(self) -> None:
        query = indicator_list.CatalogueQuery("", "", "")

        themes = [card.theme for card in query.keep(all_cards())]

        changes = sum(one != other for one, other in itertools.pairwise(themes))
        assert changes == len(set(themes)) - 1

    def test_says_when_nothing_answers(self, client: Client, db: None) -> None:
        page = client.get("/indicateurs/", {"q": "' OR 1=1 --"}).content.decode()

        assert "Aucun indicateur ne répond" in page

    def test_asks_nothing_of_the_register(
        self, client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.get("/indicateurs/")

        with django_assert_num_queries(0):
            client.get("/indicateurs/")


class TestIndicatorPage:
    @pytest.fixture(autouse=True)
    def _known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        indicator_sheet._summary.cache_clear()
        monkeypatch.setattr(LakeReader, "summary", lambda _lake, _code: SUMMARY)
        held = SimpleNamespace(stored_at=datetime(2026, 11, 3, tzinfo=UTC))
        monkeypatch.setattr(LakeReader, "sources_of", lambda _lake, _code: [held])

    @pytest.fixture(autouse=True)
    def _forget(self) -> None:
        yield
        indicator_sheet._summary.cache_clear()

    def test_counts_zero_secret_and_missing_apart(self, client: Client, oise: Oise) -> None:
        (communes, france) = client.get("/indicateurs/taux-d-emploi/").context["grain_rows"]

        assert (communes.summary.n_zero, communes.summary.n_suppressed) == (1, 1)
        assert communes.n_missing == 0
        assert communes.span == "0,0 · 15,0 · 30,0"
        assert (france.years, france.n_missing) == ("2015", 0)

    def test_says_how_fresh_it_is(self, client: Client, oise: Oise) -> None:
        closed = client.get("/indicateurs/taux-d-emploi/").content.decode()
        yearly = client.get("/indicateurs/logements-autorises/").content.decode()

        assert "2015, importée le 3 novembre 2026" in closed
        assert "Série close" in closed
        assert "attendue depuis le 31 mars 2017" in yearly

    def test_offers_the_figures_of_each_grain(self, client: Client, oise: Oise) -> None:
        page = client.get("/indicateurs/taux-d-emploi/").content.decode()

        assert "indicateur=taux-d-emploi&amp;maille=commune&amp;annee=2015&amp;format=csv" in page
        assert "indicateur=taux-d-emploi&amp;format=parquet" in page

    def test_tells_the_breaks_of_the_series(self, client: Client, oise: Oise) -> None:
        page = client.get("/indicateurs/logements-vacants-longue-duree/").content.decode()

        assert "Rupture en 2024" in page
        assert "la médiane des intercommunalités tombe de 4,7 % à 3,0 %" in page

    @pytest.mark.usefixtures("followed")
    def test_goes_from_the_first_value_to_the_target(self, client: Client, oise: Oise) -> None:
        page = client.get("/indicateurs/barometre-ind-306/?maille=region")

        (row,) = page.context["target_page"]
        assert (row.name, row.progress) == ("Hauts-de-France", 62.13)
        text = page.content.decode()
        for written in ("70,0", "88,6", "100,0", "1er décembre 2025", "62\u00a0%"):
            assert written in text

    @pytest.mark.usefixtures("followed")
    def test_says_that_a_grain_is_not_followed(self, client: Client, oise: Oise) -> None:
        page = client.get("/indicateurs/barometre-ind-306/?maille=commune").content.decode()

        assert "Le Baromètre ne donne pas de chiffre à cette maille." in page
        assert "Les derniers relevés datés" in page

    def test_costs_a_bounded_number_of_queries(
        self, client: Client, oise: Oise, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_max_num_queries(5):
            client.get("/indicateurs/taux-d-emploi/")


class TestTerritoryFigures:
    def test_leads_back_and_forth(self, client: Client, oise: Oise) -> None:
        page = client.get("/territoires/commune/60057/chiffres/").content.decode()

        assert "Tous les chiffres de Beauvais" in page
        assert 'href="/territoires/commune/60057/"' in page

    def test_shows_the_indicators_of_its_own_grain_only(self, client: Client, oise: Oise) -> None:
        def shown(path: str) -> set[str]:
            page = client.get(path, {"theme": "Logement"}).context["page"]
            return {row.card.code for row in page}

        assert "prix-m2-maison" in shown("/territoires/epci/200067999/chiffres/")
        assert "prix-m2-maison" not in shown("/territoires/commune/60057/chiffres/")

    def test_answers_404_to_an_unknown_place(self, client: Client, oise: Oise) -> None:
        assert client.get("/territoires/commune/99999/chiffres/").status_code == 404
        assert client.get("/territoires/planete/60057/chiffres/").status_code == 404

    def test_costs_a_bounded_number_of_queries(
        self, client: Client, oise: Oise, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_max_num_queries(4):
            client.get("/territoires/commune/60057/chiffres/")
