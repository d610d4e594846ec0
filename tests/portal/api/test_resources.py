"""Territories, programmes, interventions, indicators and series of the API."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from django.http import HttpResponse
from django.test import Client

from tests.factories import TerritoryFactory

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("oise")]
API = "/api/v1"


def rows_of(response: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode())))


class TestTerritoires:
    def test_lists_one_kind_by_code(self, client: Client) -> None:
        page = client.get(f"{API}/territoires?nature=commune").json()

        assert page["total"] == 2
        assert [one["code"] for one in page["resultats"]] == ["60057", "60159"]
        assert page["resultats"][0]["nom"] == "Beauvais"

    def test_gives_the_address_of_the_next_page(self, client: Client) -> None:
        page = client.get(f"{API}/territoires?nature=commune&limit=1").json()

        following = client.get(page["suivant"]).json()

        assert [one["code"] for one in following["resultats"]] == ["60159"]
        assert following["suivant"] is None

    def test_lists_what_a_territory_contains(self, client: Client) -> None:
        page = client.get(f"{API}/territoires?dans_nature=epci&dans_code=200067999").json()

        assert [one["code"] for one in page["resultats"]] == ["60057"]

    def test_refuses_half_a_container(self, client: Client) -> None:
        response = client.get(f"{API}/territoires?dans_nature=epci")

        assert response.status_code == 422

    def test_answers_in_csv(self, client: Client) -> None:
        response = client.get(f"{API}/territoires?nature=commune&format=csv")

        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert rows_of(response)[0]["codes_postaux"] == "60000"

    def test_answers_in_geojson(self, client: Client) -> None:
        collection = client.get(f"{API}/territoires?nature=commune&format=geojson").json()

        assert collection["features"][0]["geometry"]["type"] == "Polygon"
        assert collection["total"] == 2

    def test_tells_what_contains_one(self, client: Client) -> None:
        beauvais = client.get(f"{API}/territoires/commune/60057").json()

        assert [one["code"] for one in beauvais["contenu_dans"]] == ["60", "200067999", "32"]
        assert beauvais["anciens_codes"] == ["60384"]

    def test_says_where_a_merged_commune_went(self, client: Client) -> None:
        response = client.get(f"{API}/territoires/commune/60384")

        assert response.status_code == 404
        assert response.json()["remplacePar"][0]["code"] == "60057"

    def test_asks_as_many_queries_for_more_rows(
        self, client: Client, django_assert_num_queries: Callable[..., object]
    ) -> None:
        client.get(f"{API}/territoires")
        with django_assert_num_queries(4):
            client.get(f"{API}/territoires?limit=9")
        for n in range(5):
            TerritoryFactory(code=f"6020{n}", name=f"Commune {n}")

        with django_assert_num_queries(4):
            client.get(f"{API}/territoires?limit=10")


class TestProgrammes:
    def test_counts_what_each_reaches(self, client: Client) -> None:
        page = client.get(f"{API}/programmes").json()

        assert [
            (one["code"], one["interventions"], one["territoires"]) for one in page["resultats"]
        ] == [
            ("acv", 1, 1),
            ("crte", 1, 1),
        ]
        assert {one["source"] for one in page["provenance"]} == {"acv", "crte"}
        assert all(one["licence"] for one in page["provenance"])

    def test_reads_one(self, client: Client) -> None:
        acv = client.get(f"{API}/programmes/acv").json()

        assert acv["nom"] == "Action cœur de ville"
        assert acv["debut"] == "2018-03-27"
        assert acv["provenance"][0]["importee_le"].startswith("2026-11-23")

    def test_names_the_known_codes_when_one_is_unknown(self, client: Client) -> None:
        response = client.get(f"{API}/programmes/xyz")

        assert response.status_code == 404
        assert "acv, crte" in response.json()["detail"]

    def test_answers_in_parquet(self, client: Client, tmp_path: Path) -> None:
        file = tmp_path / "programmes.parquet"

        file.write_bytes(client.get(f"{API}/programmes?format=parquet").content)

        with duckdb.connect() as connection:
            rows = connection.execute(
                "SELECT code, interventions, domaines FROM read_parquet(?)", [str(file)]
            ).fetchall()
        assert rows[0] == ("acv", 1, ["URBAN"])


class TestInterventions:
    def test_lists_those_of_a_commune_and_of_what_contains_it(self, client: Client) -> None:
        page = client.get(f"{API}/interventions?nature=commune&code=60057").json()

        assert [one["code"] for one in page["resultats"]] == ["ACV-60057", "CRTE-1"]
        crte = page["resultats"][1]["territoires"][0]
        assert (crte["nature"], crte["nom"]) == ("epci", "CA du Beauvaisis")

    def test_can_leave_out_what_contains_it(self, client: Client) -> None:
        page = client.get(f"{API}/interventions?nature=commune&code=60057&contenants=non").json()

        assert [one["code"] for one in page["resultats"]] == ["ACV-60057"]

    def test_lists_those_of_a_programme(self, client: Client) -> None:
        page = client.get(f"{API}/interventions?programme=crte").json()

        assert [one["nom"] for one in page["resultats"]] == ["CRTE du Beauvaisis"]
        assert page["resultats"][0]["depuis"] is None

    def test_makes_a_line_of_each_territory_in_csv(self, client: Client) -> None:
        rows = rows_of(client.get(f"{API}/interventions?programme=acv&format=csv"))

        assert rows == [
            {
                "programme": "acv", "intervention": "ACV-60057", "nom": "Beauvais",
                "mode": "programme national d’appui", "nature": "commune", "code": "60057",
                "territoire": "Beauvais", "role": "bénéficiaire", "depuis": "2018-09-28",
                "jusqu_a": "", "source": "acv",
            }
        ]  # fmt: skip

    @pytest.mark.parametrize("query", ["nature=commune", "code=60057"])
    def test_refuses_half_a_territory(self, client: Client, query: str) -> None:
        assert client.get(f"{API}/interventions?{query}").status_code == 422

    def test_refuses_an_unknown_territory(self, client: Client) -> None:
        response = client.get(f"{API}/interventions?nature=commune&code=99999")

        assert response.status_code == 404


class TestIndicateurs:
    def test_lists_the_catalogue(self, client: Client) -> None:
        page = client.get(f"{API}/indicateurs").json()

        assert "emploi-prive" in [one["code"] for one in page["resultats"]]
        assert all(one["licence"] and one["limites"] for one in page["resultats"])

    def test_reads_one(self, client: Client) -> None:
        assert client.get(f"{API}/indicateurs/population").json()["unite"] == "habitants"

    def test_refuses_an_unknown_one(self, client: Client) -> None:
        response = client.get(f"{API}/indicateurs/bonheur")

        assert response.status_code == 404
        assert "population" in response.json()["detail"]
