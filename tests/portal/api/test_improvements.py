"""Where API Géo is poor, and what is answered instead: one test for each line of the page."""

import pytest
from django.test import Client

from jalon.core.models import SourceImport
from tests.factories import TerritoryFactory
from tests.portal.lakes import square

pytestmark = [pytest.mark.usefixtures("oise")]
API = "/api/v1"


class TestLists:
    def test_take_several_values_of_a_filter(self, client: Client) -> None:
        found = client.get(f"{API}/communes?code=60159,60057&fields=code").json()

        assert [one["code"] for one in found] == ["60057", "60159"]

    def test_give_their_total_and_the_next_page_in_headers(self, client: Client) -> None:
        first = client.get(f"{API}/communes?codeDepartement=60&limit=1")
        address = first["Link"].partition(">")[0].removeprefix("<http://testserver")
        second = client.get(address)

        assert first["X-Total-Count"] == second["X-Total-Count"] == "2"
        assert 'rel="next"' in first["Link"]
        assert [one["code"] for one in [*first.json(), *second.json()]] == ["60057", "60159"]
        assert "Link" not in second
        exposed = first["Access-Control-Expose-Headers"]
        assert {"Link", "X-Total-Count"} <= set(exposed.split(", "))

    def test_add_the_types_that_are_repeated(self, client: Client) -> None:
        types = "type=arrondissement-municipal&type=commune-actuelle"

        assert len(client.get(f"{API}/communes?codeDepartement=60&{types}").json()) == 2

    @pytest.mark.parametrize("point", ["lat=49.45", "lat=abc&lon=2", "lat=95&lon=2"])
    def test_refuse_a_wrong_point(self, client: Client, point: str) -> None:
        response = client.get(f"{API}/communes?{point}")

        assert response.status_code == 400
        assert response["Content-Type"].startswith("application/problem+json")


class TestNames:
    @pytest.mark.parametrize(
        "typed", ["L’Haÿ-les-Roses", "l'hay les roses", "L HAY LES ROSES", "lhaylesroses"]
    )
    def test_are_found_however_they_are_typed(self, client: Client, typed: str) -> None:
        assert _found(client, typed)[0] == "L'Haÿ-les-Roses"

    @pytest.mark.parametrize("typed", ["st denis", "Saint-Denis", "SAINT DENIS", "St-Denis"])
    def test_of_saints_are_found_when_they_are_shortened(self, client: Client, typed: str) -> None:
        assert _found(client, typed)[0] == "Saint-Denis"

    @pytest.mark.parametrize("typed", ["Montreuil", "montreuil", "MONTREUIL"])
    def test_equal_to_what_is_typed_come_first(self, client: Client, typed: str) -> None:
        assert _found(client, typed) == ["Montreuil", "Montreuillon"]


def _found(client: Client, typed: str) -> list[str]:
    return [one["nom"] for one in client.get(f"{API}/communes", {"nom": typed}).json()]


@pytest.fixture(autouse=True)
def _named(oise: None) -> None:
    """Add communes whose names are hard to type, under a vintage of their own."""
    names = {"94038": "L'Haÿ-les-Roses", "93066": "Saint-Denis", "58179": "Montreuillon"}
    for code, name in {**names, "93048": "Montreuil"}.items():
        TerritoryFactory(code=code, name=name, siren="", postal_codes=[])
    SourceImport.objects.filter(slug="territoires").update(sha256="difficult" * 7)


class TestMergedCommune:
    def test_says_where_it_went(self, client: Client) -> None:
        response = client.get(f"{API}/communes/60384")

        assert response.status_code == 404
        assert response.json()["remplacePar"] == [{"code": "60057", "nom": "Beauvais"}]
        assert "Beauvais (60057)" in response.json()["detail"]

    def test_leads_to_its_commune_as_a_filter(self, client: Client) -> None:
        (found,) = client.get(f"{API}/communes?ancienCode=60384").json()

        assert found["code"] == "60057"


class TestGeometry:
    @pytest.mark.parametrize(("path", "code"), [("departements", "60"), ("regions", "32")])
    def test_of_departements_and_regions_is_given(
        self, client: Client, path: str, code: str
    ) -> None:
        one = client.get(f"{API}/{path}/{code}?format=geojson&geometry=contour").json()
        all_of_them = client.get(f"{API}/{path}?format=geojson&geometry=bbox").json()
        as_field = client.get(f"{API}/{path}/{code}?fields=contour,surface").json()

        assert str(one["geometry"]).replace("'", '"') == square(code)
        assert [f["geometry"]["type"] for f in all_of_them["features"]] == ["Polygon"]
        assert as_field["contour"] == one["geometry"]
        assert as_field["surface"] > 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("address", "status"),
        [("communes?limit=abc", 400), ("communes/99999", 404), ("epcis/0/communes", 404),
         ("communes?format=geojson", 400), ("regions/00/departements", 404)],
    )  # fmt: skip
    def test_are_explained_in_french(self, client: Client, address: str, status: int) -> None:
        response = client.get(f"{API}/{address}")

        assert response.status_code == response.json()["status"] == status
        assert response["Content-Type"].startswith("application/problem+json")
        assert len(response.json()["detail"]) > 20


class TestHeaders:
    def test_say_the_vintage_and_how_long_to_keep(self, client: Client) -> None:
        response = client.get(f"{API}/communes/60057")

        assert response["Jalon-Millesime"].startswith("territoires 2026")
        assert response["Cache-Control"].startswith("public, max-age=")
        assert response["ETag"]
