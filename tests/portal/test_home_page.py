"""The home page, the pages about the site, and the pages of error."""

import datetime as dt

import pytest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from jalon.core.models import SourceImport
from jalon.core.views import server_error
from jalon.lake.store import Lake
from tests.portal.conftest import Oise, add_communes

MOST_QUERIES = 10
SQUARE = '{"type": "Polygon", "coordinates": [[[2, 49], [3, 49], [3, 50], [2, 50], [2, 49]]]}'


def _import(slug: str, **values: object) -> SourceImport:
    defaults = {
        "sha256": "3f9a" * 16, "reader": "1", "vintage": "2024", "origin": "liste-acv.csv",
        "imported_at": dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), "n_rows": 244,
    }  # fmt: skip
    return SourceImport.objects.create(slug=slug, **(defaults | values))


class TestHome:
    def test_asks_first_which_territory(self, client: Client, oise: Oise) -> None:
        page = client.get("/").content.decode()

        assert page.index('role="search"') < page.index("Action cœur de ville")

    def test_counts_programmes_with_the_vintage_of_their_list(
        self, client: Client, oise: Oise
    ) -> None:
        _import("acv")

        programmes = client.get("/").context["programmes"]

        assert [(p.code, p.n_interventions, p.list_vintage) for p in programmes] == [
            ("acv", 1, "2024"),
            ("crte", 1, ""),
        ]

    def test_maps_interventions_per_inhabitant(
        self, client: Client, oise: Oise, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Lake, "outlines", lambda _lake, _kind: [("60", SQUARE)])

        chart = client.get("/").context["map"]

        ((name, value),) = chart.table.rows
        assert name == "Oise (60)"
        assert value == pytest.approx(10_000 * 2 / 829_419)
        assert 'href="/territoires/departement/60/"' in chart.svg

    def test_without_contours_keeps_its_other_parts(self, client: Client, oise: Oise) -> None:
        response = client.get("/")

        assert response.context["map"] is None
        assert response.status_code == 200

    def test_of_an_empty_register_says_what_to_do(self, client: Client, db: None) -> None:
        page = client.get("/").content.decode()

        assert "Rien n’a encore été importé" in page
        assert "Aucune évaluation n’est encore publiée" in page

    def test_costs_the_same_queries_whatever_the_data(
        self, client: Client, oise: Oise, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.get("/")
        with django_assert_num_queries(MOST_QUERIES, exact=False) as first:
            client.get("/")
        add_communes(oise, 5)

        with django_assert_num_queries(len(first)):
            client.get("/")


class TestSimulatedBanner:
    @pytest.mark.parametrize("address", ["/", "/recherche/", "/programmes/", "/donnees/"])
    def test_is_on_every_page_of_a_simulated_register(
        self, client: Client, db: None, address: str
    ) -> None:
        _import("territoires", is_simulated=True)

        assert "Données simulées" in client.get(address).content.decode()

    def test_is_absent_from_real_data(self, client: Client, db: None) -> None:
        _import("territoires")

        assert "Données simulées" not in client.get("/").content.decode()

    def test_costs_no_query_once_known(
        self, client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.get("/accessibilite/")

        with django_assert_num_queries(0):
            client.get("/accessibilite/")


class TestAboutPages:
    @pytest.mark.parametrize("address", ["/accessibilite/", "/mentions-legales/"])
    def test_exist(self, client: Client, db: None, address: str) -> None:
        assert client.get(address).status_code == 200


class TestErrorPages:
    def test_unknown_address_offers_the_search(self, client: Client, db: None) -> None:
        response = client.get("/nulle-part/")

        assert response.status_code == 404
        assert "Chercher un territoire" in response.content.decode()

    def test_broken_server_answers_without_the_register(self, rf: RequestFactory) -> None:
        response = server_error(rf.get("/"))

        assert response.status_code == 500
        assert "Rien n’a été perdu" in response.content.decode()
