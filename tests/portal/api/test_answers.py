"""What every answer carries: vintage, ETag, open access, HEAD, refusals in French."""

import gzip

import pytest
from django.test import Client

from tests.portal.api.conftest import record_import
from tests.portal.lakes import LakeInMemory

pytestmark = [pytest.mark.usefixtures("oise")]

ADDRESSES = [
    "/api/v1/communes?nom=beauv",
    "/api/v1/communes/60057",
    "/api/v1/communes_associees_deleguees",
    "/api/v1/territoires",
    "/api/v1/programmes",
    "/api/v1/interventions?nature=commune&code=60057",
    "/api/v1/indicateurs",
    "/api/v1/evaluations",
]
FROM_THE_LAKE = "/api/v1/series?indicateur=population&codes=60057"


class TestEveryAnswer:
    @pytest.mark.parametrize("address", [*ADDRESSES, FROM_THE_LAKE])
    def test_is_not_sent_again_while_nothing_changes(self, client: Client, address: str) -> None:
        first = client.get(address)

        again = client.get(address, headers={"If-None-Match": first["ETag"]})

        assert first.status_code == 200
        assert first["Jalon-Millesime"]
        assert "max-age" in first["Cache-Control"]
        assert again.status_code == 304
        assert again.content == b""

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_changes_its_etag_at_an_import(self, client: Client, address: str) -> None:
        first = client.get(address)
        record_import("ort")
        type(record_import("va")).objects.filter(slug="territoires").update(sha256="b" * 64)

        again = client.get(address, headers={"If-None-Match": first["ETag"]})

        assert again.status_code == 200
        assert again["ETag"] != first["ETag"]

    def test_changes_its_etag_with_the_lake_when_it_comes_from_there(
        self, client: Client, lake: LakeInMemory
    ) -> None:
        first = client.get(FROM_THE_LAKE)
        record_import("ort")
        same = client.get(FROM_THE_LAKE, headers={"If-None-Match": first["ETag"]})
        lake.sha256 = "q" * 64

        other = client.get(FROM_THE_LAKE, headers={"If-None-Match": first["ETag"]})

        assert same.status_code == 304
        assert other.status_code == 200
        assert other["ETag"] != first["ETag"]

    @pytest.mark.parametrize("address", [*ADDRESSES, FROM_THE_LAKE])
    def test_is_open_to_any_site_and_to_head(self, client: Client, address: str) -> None:
        whole, head = client.get(address), client.head(address)

        assert whole["Access-Control-Allow-Origin"] == "*"
        assert head.status_code == 200
        assert head.content == b""
        assert head["Content-Length"] == str(len(whole.content))

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_refuses_to_write(self, client: Client, method: str) -> None:
        response = getattr(client, method)("/api/v1/communes")

        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert response.json()["detail"] == "Cette API se lit seulement : employer GET."

    @pytest.mark.parametrize("address", ["/api/v1/territoires", "/api/v1/communes?nom=beauv"])
    def test_is_compressed(self, client: Client, address: str) -> None:
        plain = client.get(address)

        compressed = client.get(address, headers={"Accept-Encoding": "br, gzip;q=0.5"})

        assert "Content-Encoding" not in plain
        assert compressed["Content-Encoding"] == "gzip"
        assert gzip.decompress(compressed.content) == plain.content
        assert "Accept-Encoding" in compressed["Vary"]
        assert compressed["ETag"].removeprefix("W/") == plain["ETag"].removeprefix("W/")

    @pytest.mark.parametrize("accepted", ["gzip;q=0", "br", "identity"])
    def test_is_not_compressed_for_who_cannot_read_it(self, client: Client, accepted: str) -> None:
        response = client.get("/api/v1/communes?nom=beauv", headers={"Accept-Encoding": accepted})

        assert "Content-Encoding" not in response

    def test_can_run_nothing_in_a_browser(self, client: Client) -> None:
        policy = client.get("/api/v1/communes/60057")["Content-Security-Policy"]

        assert policy == "default-src 'none'; frame-ancestors 'none'"
        assert "script-src" in client.get("/api/v1/docs")["Content-Security-Policy"]

    def test_says_that_it_is_simulated(self, client: Client) -> None:
        assert client.get("/api/v1/programmes").json()["simule"] is False
        record_import("emploi-prive-urssaf", is_simulated=True)

        bare, page = client.get("/api/v1/regions"), client.get("/api/v1/programmes")

        assert page.json()["simule"] is True
        assert page["Jalon-Donnees-Simulees"] == "oui"
        assert bare["Jalon-Donnees-Simulees"] == "oui"

    def test_explains_an_unknown_address(self, client: Client) -> None:
        response = client.get("/api/v1/nulle-part")

        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json; charset=utf-8"
        assert "n’existe pas" in response.json()["detail"]

    @pytest.mark.parametrize(
        ("address", "parameter", "message"),
        [
            ("/api/v1/territoires?limit=0", "limit", "la valeur doit être au moins 1"),
            ("/api/v1/territoires?limit=1001", "limit", "la valeur doit être au plus 1000"),
            ("/api/v1/territoires?limit=dix", "limit", "un nombre entier est attendu"),
            ("/api/v1/programmes?format=xlsx", "format", "valeurs acceptées"),
            ("/api/v1/series", "indicateur", "ce paramètre est obligatoire"),
        ],
    )
    def test_says_which_parameter_is_wrong(
        self, client: Client, address: str, parameter: str, message: str
    ) -> None:
        response = client.get(address)

        assert response.status_code == 422
        assert response.json()["erreurs"][0]["parametre"] == parameter
        assert message in response.json()["erreurs"][0]["message"]


class TestWithoutTerritories:
    def test_says_what_to_run(self, client: Client) -> None:
        type(record_import("va")).objects.all().delete()

        response = client.get("/api/v1/communes")

        assert response.status_code == 503
        assert "jalon ingest" in response.json()["detail"]
