"""A figure kept secret, on the map and in its files: neither missing nor zero, at every grain."""

import csv
import json
from pathlib import Path

import duckdb
import pytest
from django.test import Client

from tests.portal.api.conftest import lake, oise  # noqa: F401  (fixtures of the small register)
from tests.portal.lakes import Figure, LakeInMemory

from .test_map import map_values, nothing_kept  # noqa: F401  (fixture)

pytestmark = [pytest.mark.usefixtures("oise", "nothing_kept", "hidden")]

QUERY = "indicateur=population&annee=2023&maille=commune"


@pytest.fixture
def hidden(lake: LakeInMemory) -> None:  # noqa: F811
    """Hide the figure of Compiègne; that of Beauvais is zero."""
    figures = [Figure("60057", 2023, 0.0), Figure("60159", 2023, None, status="SECRET")]
    lake.figures = {**lake.figures, ("population", "COMMUNE"): figures}


class TestSecret:
    def test_is_told_in_the_legend(self, client: Client) -> None:
        page = client.get(f"/carte/?{QUERY}").content.decode()

        legend = page.partition('data-maille="commune"')[2].partition("</ul>")[0]
        assert 'secret <span class="jalon-mention">(1)</span>' in legend

    def test_is_told_to_the_script(self, client: Client) -> None:
        answer = map_values(client.get(f"/carte/valeurs/?{QUERY}"))

        assert answer["secrets"] == ["60159"]
        assert answer["valeurs"] == {"60057": 0}

    def test_is_a_line_without_figure_in_a_csv(self, client: Client) -> None:
        lines = client.get(f"/carte/export.csv?{QUERY}").content.decode().splitlines()

        rows = [(r["code"], r["valeur"], r["rang"], r["statut"]) for r in csv.DictReader(lines)]
        assert rows == [("60057", "0.0", "1", "observe"), ("60159", "", "", "secret")]

    def test_is_null_in_a_parquet(self, client: Client, tmp_path: Path) -> None:
        file = tmp_path / "carte.parquet"
        response = client.get(f"/carte/export.parquet?{QUERY}")
        file.write_bytes(response.content)

        with duckdb.connect() as connection:
            rows = connection.execute(
                "SELECT code, valeur, statut FROM read_parquet(?) ORDER BY code", [str(file)]
            ).fetchall()

        assert rows == [("60057", 0, "observe"), ("60159", None, "secret")]

    def test_is_null_in_a_geojson(self, client: Client) -> None:
        features = json.loads(client.get(f"/carte/export.geojson?{QUERY}").content)["features"]

        found = {f["properties"]["code"]: f["properties"]["statut"] for f in features}
        assert found == {"60057": "observe", "60159": "secret"}

    def test_is_said_of_its_shape(
        self,
        client: Client,
        lake: LakeInMemory,  # noqa: F811
    ) -> None:
        figures = [Figure("60", 2023, None, status="SECRET")]
        lake.figures = {**lake.figures, ("population", "DEPARTEMENT"): figures}
        query = "indicateur=population&annee=2023&maille=departement"

        drawing = client.get(f"/carte/export.svg?{query}").content.decode()

        assert "Oise\u00a0: secret" in drawing


class TestGrains:
    def test_of_an_indicator_given_at_one_only_are_that_one(
        self,
        client: Client,
        lake: LakeInMemory,  # noqa: F811
    ) -> None:
        figures = [Figure("200067999", 2023, 103_000.0)]
        lake.figures = {("population", "EPCI"): figures}

        page = client.get("/carte/?indicateur=population").content.decode()

        assert 'data-maille="epci"' in page
