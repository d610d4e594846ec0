"""Addresses read without NUL, simulated files marked."""

import pytest
from django.test import Client

from tests.factories import CoverageFactory
from tests.portal.api.conftest import record_import

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class TestNul:
    def test_of_a_path_leads_to_no_page(self, client: Client) -> None:
        response = client.get("/programmes/a%00b/")

        assert response.status_code == 404
        assert "<html" in response.content.decode()

    def test_of_a_path_of_the_api_is_a_problem_like_another(self, client: Client) -> None:
        response = client.get("/api/v1/programmes/%00")

        assert response.status_code == 404
        assert response["Content-Type"].startswith("application/problem+json")

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/recherche/?q=beauv%00ais", 200),
            ("/api/v1/interventions?programme=%00", 404),
            ("/api/v1/interventions?programme=a%00cv", 200),
        ],
    )
    def test_is_not_read_in_a_query(self, client: Client, address: str, status: int) -> None:
        CoverageFactory()
        record_import("acv")

        assert client.get(address).status_code == status


class TestSimulatedFiles:
    @pytest.mark.parametrize(
        "address", ["/programmes/acv/territoires.csv", "/api/v1/programmes?format=csv"]
    )
    def test_say_so_in_their_name(self, client: Client, address: str) -> None:
        CoverageFactory()
        record_import("acv", is_simulated=True)

        response = client.get(address)

        assert 'filename="donnees-simulees-' in response["Content-Disposition"]
        assert response["Jalon-Donnees-Simulees"] == "oui"

    def test_are_the_only_ones_to_say_so(self, client: Client) -> None:
        CoverageFactory()
        record_import("acv")

        response = client.get("/programmes/acv/territoires.csv")

        assert response["Content-Disposition"] == 'attachment; filename="acv-territoires.csv"'
