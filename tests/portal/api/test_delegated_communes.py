"""The communes associées and déléguées: a list of their own, and a key of their commune."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.usefixtures("oise")]
API = "/api/v1/communes_associees_deleguees"
VOISINLIEU = {
    "nom": "Voisinlieu", "code": "60684", "type": "commune-associee", "chefLieu": "60057",
    "codeDepartement": "60", "codeEpci": "200067999", "codeRegion": "32",
}  # fmt: skip


class TestList:
    @pytest.mark.parametrize(
        "query",
        ["", "type=commune-associee", "type=commune-deleguee,commune-associee", "code=60684",
         "codeEpci=200067999", "codeDepartement=60", "codeRegion=32"],
    )  # fmt: skip
    def test_lies_where_its_commune_does(self, client: Client, query: str) -> None:
        response = client.get(f"{API}?{query}")

        assert response.json() == [VOISINLIEU]
        assert response["X-Total-Count"] == "1"

    @pytest.mark.parametrize("query", ["type=commune-deleguee", "codeRegion=84", "nom=beauvais"])
    def test_holds_nothing_else(self, client: Client, query: str) -> None:
        assert client.get(f"{API}?{query}").json() == []

    def test_is_searched_by_name(self, client: Client) -> None:
        (found,) = client.get(f"{API}?nom=voisin").json()

        assert found.pop("_score") == 1
        assert found == VOISINLIEU

    def test_has_no_outline_to_give_for_the_whole_country(self, client: Client) -> None:
        assert client.get(f"{API}?format=geojson").status_code == 400
        assert client.get(f"{API}?fields=contour").status_code == 400


class TestOne:
    def test_is_read_by_its_code(self, client: Client) -> None:
        assert client.get(f"{API}/60684").json() == VOISINLIEU
        assert client.get(f"{API}/60057").status_code == 404

    def test_nests_what_contains_it_when_asked(self, client: Client) -> None:
        found = client.get(f"{API}/60684?fields=epci,departement").json()

        assert found["epci"] == {"code": "200067999", "nom": "CA du Beauvaisis"}
        assert found["departement"] == {"code": "60", "nom": "Oise"}

    def test_is_a_key_of_its_commune(self, client: Client) -> None:
        beauvais = client.get("/api/v1/communes/60057?fields=associees,deleguees").json()

        assert beauvais["associees"] == [{"code": "60684", "nom": "Voisinlieu"}]
        assert beauvais["deleguees"] is None
