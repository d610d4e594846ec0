"""Territories, programmes, interventions, indicators and series of the API."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.http import HttpResponse
from django.test import Client

from jalon.interventions.models import Coverage
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory
from tests.factories import (
    InterventionFactory,
    MembershipFactory,
    TerritoryEventFactory,
    TerritoryFactory,
)

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

    @pytest.mark.parametrize("kind", ["QPV", "ZONE_EMPLOI", "COMMUNE_DELEGUEE", "AAV"])
    def test_lists_every_kind_with_its_address(self, client: Client, kind: str) -> None:
        TerritoryFactory(kind=kind, code="2209", name="Beauvais", population=None)

        page = client.get(f"{API}/territoires?nature={kind.lower()}").json()

        assert {one["nature"] for one in page["resultats"]} == {kind.lower()}
        [one] = [one for one in page["resultats"] if one["code"] == "2209"]
        assert one["population"] is None
        assert one["adresse"].endswith(f"/territoires/{kind.lower()}/2209/")

    def test_refuses_half_a_container(self, client: Client) -> None:
        response = client.get(f"{API}/territoires?dans_nature=epci")

        assert response.status_code == 422

    def test_answers_in_csv(self, client: Client) -> None:
        response = client.get(f"{API}/territoires?nature=commune&format=csv")

        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert rows_of(response)[0]["codes_postaux"] == "60000"

    def test_says_in_headers_what_a_table_leaves_out(self, client: Client) -> None:
        response = client.get(f"{API}/territoires?nature=commune&format=csv&limit=1")

        assert response["X-Total-Count"] == "2"
        assert "offset=1" in response["Link"]
        assert rows_of(response)[0]["simule"] == "non"

    def test_leads_from_an_arrondissement_to_its_commune(self, client: Client) -> None:
        paris = TerritoryFactory(code="75056", name="Paris")
        twelfth = TerritoryFactory(
            kind=TerritoryKind.ARRONDISSEMENT_MUNICIPAL, code="75112", name="Paris 12e"
        )
        MembershipFactory(child=twelfth, parent=paris)

        response = client.get(f"{API}/territoires/commune/75112")

        assert response.status_code == 404
        assert response.json()["remplacePar"] == [
            {"nature": "commune", "code": "75056", "nom": "Paris"}
        ]

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


class TestHistoire:
    @pytest.fixture(autouse=True)
    def _marissel(self, oise: None) -> None:
        beauvais, marissel = ("COM", "60057", "Beauvais"), ("COM", "60384", "Marissel")
        TerritoryEventFactory(
            day=date(1943, 2, 19),
            kind="MERGED",
            links=[(beauvais, beauvais), (marissel, beauvais)],
            territories=[Territory.objects.get(code="60057")],
        )
        TerritoryEventFactory(
            day=date(2001, 1, 1),
            kind="RENAMED",
            links=[(("COM", "60057", "Beauvoir"), beauvais)],
            territories=[Territory.objects.get(code="60057")],
        )

    def test_tells_the_events_the_latest_first(self, client: Client) -> None:
        page = client.get(f"{API}/territoires/commune/60057/histoire").json()

        assert (page["total"], page["territoire"]["nom"]) == (2, "Beauvais")
        merger = page["resultats"][1]
        assert (merger["date"], merger["nature"]) == ("1943-02-19", "merged")
        assert merger["phrase"] == "Marissel a été rattachée à Beauvais."
        assert [place["nom"] for place in merger["avant"]] == ["Beauvais", "Marissel"]
        assert {"code_avant": "60384", "code_apres": "60057"} in merger["passages"]
        assert page["provenance"][0]["source"] == "cog-mouvements"

    def test_gives_the_address_of_the_next_page(self, client: Client) -> None:
        page = client.get(f"{API}/territoires/commune/60057/histoire?limit=1").json()

        following = client.get(page["suivant"]).json()

        assert [one["date"] for one in following["resultats"]] == ["1943-02-19"]

    def test_answers_in_csv(self, client: Client) -> None:
        rows = rows_of(client.get(f"{API}/territoires/commune/60057/histoire?format=csv"))

        assert [row["codes_avant"] for row in rows] == ["60057", "60057|60384"]
        assert all(row["licence"] for row in rows)

    def test_says_where_a_merged_commune_went(self, client: Client) -> None:
        response = client.get(f"{API}/territoires/commune/60384/histoire")

        assert response.status_code == 404
        assert response.json()["remplacePar"][0]["code"] == "60057"

    def test_is_empty_for_a_commune_that_never_changed(self, client: Client) -> None:
        page = client.get(f"{API}/territoires/commune/60159/histoire").json()

        assert (page["total"], page["resultats"]) == (0, [])

    def test_asks_as_many_queries_for_more_events(
        self, client: Client, django_assert_num_queries: Callable[..., object]
    ) -> None:
        address = f"{API}/territoires/commune/60057/histoire"
        client.get(address)
        with django_assert_num_queries(7):
            client.get(f"{address}?limit=9")
        for year in range(1950, 1955):
            TerritoryEventFactory(
                day=date(year, 1, 1), territories=[Territory.objects.get(code="60057")]
            )

        with django_assert_num_queries(7):
            client.get(f"{address}?limit=10")


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

    def test_holds_thousands_of_communes_on_one_page(self, client: Client) -> None:
        crte = InterventionFactory(programme__code="crte", code="CRTE-1")
        communes = Territory.objects.bulk_create(
            Territory(kind=TerritoryKind.COMMUNE, code=f"{code:05}", name=f"Commune {code}")
            for code in range(10_000, 12_600)
        )
        Coverage.objects.bulk_create(
            Coverage(intervention=crte, territory=commune, role="COVERED") for commune in communes
        )

        page = client.get(f"{API}/interventions?programme=crte").json()

        assert len(page["resultats"][0]["territoires"]) == 2_601

    def test_makes_a_line_of_each_territory_in_csv(self, client: Client) -> None:
        rows = rows_of(client.get(f"{API}/interventions?programme=acv&format=csv"))

        assert rows == [
            {
                "programme": "acv", "intervention": "ACV-60057", "nom": "Beauvais",
                "mode": "programme national d’appui", "nature": "commune", "code": "60057",
                "territoire": "Beauvais", "role": "bénéficiaire", "depuis": "2018-09-28",
                "jusqu_a": "", "source": "acv", "simule": "non",
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
