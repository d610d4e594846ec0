"""The list of programmes, and the page of each."""

import csv

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import CoverageFactory, InterventionFactory, ProgrammeFactory
from tests.portal.conftest import Oise, add_communes

MOST_QUERIES = 14


class TestProgrammeList:
    def test_counts_the_interventions_of_each(self, client: Client, oise: Oise) -> None:
        programmes = client.get("/programmes/").context["programmes"]

        assert [(p.code, p.n_interventions) for p in programmes] == [("acv", 1), ("crte", 1)]

    def test_says_why_it_is_empty(self, client: Client, db: None) -> None:
        assert "Rien n’a encore été importé" in client.get("/programmes/").content.decode()


class TestProgrammePage:
    def test_says_what_it_is_and_how_far_it_goes(self, client: Client, oise: Oise) -> None:
        response = client.get("/programmes/acv/")

        assert "Redonner vie au centre des villes moyennes." in response.content.decode()
        assert response.context["reach"].by_kind == [("commune", 1)]

    def test_counts_entries_by_year_and_keeps_the_undated_apart(
        self, client: Client, oise: Oise
    ) -> None:
        undated = InterventionFactory(code="acv-x", started_on=None)
        CoverageFactory(intervention=undated, territory=oise.beauvais)

        entries = client.get("/programmes/acv/").context["charts"][0]

        assert entries.table.rows == [["2018", 1], ["sans date", 1]]

    def test_without_dates_says_so_and_draws_no_entries(self, client: Client, oise: Oise) -> None:
        response = client.get("/programmes/crte/")

        assert "ne donne pas de date d’entrée" in response.content.decode()
        assert [chart.slug for chart in response.context["charts"]] == []

    def test_filters_and_sorts_its_territories(self, client: Client, oise: Oise) -> None:
        add_communes(oise, 3)

        def names(query: str) -> list[str]:
            page = client.get(f"/programmes/acv/?{query}").context["page"]
            return [row.territory.name for row in page]

        assert names("tri=population")[0] == "Beauvais"
        assert names("q=commune 1") == ["Commune 1"]
        assert names("q=60057") == ["Beauvais"]
        assert names("q=%27%3B--") == []
        assert len(names("tri=inconnu&page=999")) == 4

    def test_names_the_departement_of_each_territory(self, client: Client, oise: Oise) -> None:
        (row,) = client.get("/programmes/acv/").context["page"]

        assert row.departement_names == "Oise"

    def test_costs_the_same_queries_whatever_the_data(
        self, client: Client, oise: Oise, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        add_communes(oise, 3)
        client.get("/programmes/acv/")
        with django_assert_num_queries(MOST_QUERIES, exact=False) as first:
            client.get("/programmes/acv/")
        add_communes(oise, 5, first=3)

        with django_assert_num_queries(len(first)):
            client.get("/programmes/acv/")

    def test_answers_404_to_an_unknown_programme(self, client: Client, db: None) -> None:
        response = client.get("/programmes/inconnu/")

        assert response.status_code == 404
        assert "Aucun programme ne porte le code" in response.content.decode()


class TestProgrammeCsv:
    def test_lists_every_territory_with_its_role_and_dates(
        self, client: Client, oise: Oise
    ) -> None:
        ProgrammeFactory(pvd=True)
        response = client.get("/programmes/acv/territoires.csv")

        text = b"".join(response.streaming_content).decode("utf-8-sig")
        (row,) = csv.DictReader(text.splitlines(), delimiter=";")

        assert row["code"] == "60057"
        assert row["role"] == "bénéficiaire"
        assert row["depuis"] == "2018-09-28"
        assert row["codes_declares"] == "60057"
