"""Hostile addresses refused, simulated files marked."""

import pytest
from django.test import Client

from tests.factories import CoverageFactory
from tests.portal.api.conftest import record_import

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class TestNul:
    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/api/v1/programmes/%00", 404),
            ("/programmes/a%00b/", 404),
            ("/recherche/?q=a%00", 400),
            ("/api/v1/interventions?programme=%00", 400),
        ],
    )
    def test_is_refused_in_an_address(self, client: Client, address: str, status: int) -> None:
        response = client.get(address)

        assert response.status_code == status
        assert "caractère nul" in response.content.decode()

    def test_is_a_problem_of_the_api(self, client: Client) -> None:
        response = client.get("/api/v1/interventions?programme=%00")

        assert response["Content-Type"] == "application/problem+json; charset=utf-8"
        assert response.json()["status"] == 400


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
