"""The comparables of the whole country, on the official files."""

from pathlib import Path

import pytest

from jalon.indicators.comparables import COMPARABLES, RURALITIES, comparables_of, stored_codes
from jalon.indicators.comparables.variables import CENTRALITIES
from jalon.lake.store import Lake

pytestmark = pytest.mark.realdata
WITHOUT_CLASS = "Commune dont le périmètre a changé depuis la réalisation de la typologie"


@pytest.fixture
def lake(mirror: Path, jalon_home: Path) -> Lake:
    """Give the lake that the product filled."""
    return Lake(jalon_home / "lake")


class TestFrance:
    def test_is_compared_after_an_ingest(self, lake: Lake) -> None:
        query = "SELECT kind, count(DISTINCT code), max(rank) FROM read_parquet(?) GROUP BY kind"
        found = {kind: row for kind, *row in lake.rows(query, "comparables/voisins")}

        assert lake.is_current(COMPARABLES)
        assert found["COMMUNE"][0] > 34_800
        assert found["EPCI"][0] > 1_240
        assert found["DEPARTEMENT"] == [100, 20]  # Mayotte has neither jobs nor a past

    def test_has_only_classes_that_are_declared(self, lake: Lake) -> None:
        assert set(lake.zoning("ruralite").values()) == {*RURALITIES, WITHOUT_CLASS}
        assert set(lake.zoning("centralite").values()) == set(CENTRALITIES)

    def test_compares_beauvais_with_towns_of_its_size(self, lake: Lake) -> None:
        beauvais = comparables_of(lake, "COMMUNE", "60057")

        sizes = [one.figures["taille"] for one in beauvais.comparables]
        assert len(sizes) == 20
        assert 20_000 < min(sizes) < max(sizes) < 130_000
        assert {one.figures["centralite"] for one in beauvais.comparables} == {4}

    def test_compares_the_reunion_without_its_turnout(self, lake: Lake) -> None:
        saint_denis = comparables_of(lake, "COMMUNE", "97411")

        assert "participation" in saint_denis.unknown
        assert len(saint_denis.comparables) == 20

    def test_compares_nothing_in_mayotte(self, lake: Lake) -> None:
        assert stored_codes(lake, "COMMUNE", "97608") == []
