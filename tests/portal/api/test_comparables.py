"""`/territoires/{nature}/{code}/comparables`."""

import csv
import io

import pytest
from django.test import Client

from tests.portal.conftest import Towns

pytestmark = pytest.mark.database
ADDRESS = "/api/v1/territoires/commune/01004/comparables"


class TestComparables:
    def test_gives_the_nearest_with_reasons_gaps_and_sources(
        self, client: Client, towns: Towns
    ) -> None:
        answer = client.get(ADDRESS).json()

        first = answer["resultats"][0]
        assert (first["code"], first["nom"], first["rang"]) == ("01033", "Valserhône", 1)
        assert "même taille" in first["raisons"]
        assert set(first["ecarts"]) == set(first["valeurs"])
        assert answer["variables"][0]["valeur"] == 15_000
        assert answer["variables"][4]["annee_debut"] == 2013
        assert {one["source"] for one in answer["provenance"]} >= {"contours", "ruralite"}

    def test_follows_variables_and_weights(self, client: Client, towns: Towns) -> None:
        answer = client.get(f"{ADDRESS}?variables=taille:2,emploi&limit=2").json()

        assert len(answer["resultats"]) == 2
        weights = {one["code"]: one["poids"] for one in answer["variables"]}
        assert (weights["taille"], weights["emploi"], weights["densite"]) == (2, 1, 0)

    def test_gives_null_for_what_is_not_known(self, client: Client, towns: Towns) -> None:
        address = "/api/v1/territoires/commune/97608/comparables?variables=taille,emploi"

        answer = client.get(address).json()

        by_code = {one["code"]: one for one in answer["variables"]}
        assert by_code["emploi"]["valeur"] is None
        assert by_code["emploi"]["comparee"] is False
        assert answer["resultats"][0]["ecarts"]["emploi"] is None

    def test_answers_in_csv(self, client: Client, towns: Towns) -> None:
        response = client.get(f"{ADDRESS}?format=csv")

        rows = list(csv.DictReader(io.StringIO(response.content.decode())))
        assert rows[0]["code"] == "01033"
        assert float(rows[0]["emploi"]) == 40
        assert "ecart_taille" in rows[0]

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("variables=beaute", "« beaute »"),
            ("variables=taille:1e9", "de 0 à 5"),
            ("variables=", "inconnue"),
            ("limit=101", "limit"),
            ("limit=0", "limit"),
        ],
    )
    def test_refuses_in_french(self, client: Client, towns: Towns, query: str, said: str) -> None:
        response = client.get(f"{ADDRESS}?{query}")

        assert response.status_code == 422
        assert said in response.json()["detail"]

    @pytest.mark.parametrize("place", ["commune/99999", "france/FRANCE"])
    def test_is_unknown_for_what_is_not_compared(
        self, client: Client, towns: Towns, place: str
    ) -> None:
        response = client.get(f"/api/v1/territoires/{place}/comparables")

        assert response.status_code == 404

    def test_is_not_sent_twice(self, client: Client, towns: Towns) -> None:
        etag = client.get(ADDRESS)["ETag"]

        assert client.get(ADDRESS, headers={"if-none-match": etag}).status_code == 304
