"""The guide « Ajouter un indicateur », followed to the letter: one file, and it is everywhere."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from jalon.evaluations.declarations import Plan, read_plans
from jalon.evaluations.readings import Reader
from jalon.indicators import catalogue
from jalon.indicators.sources import all_sources
from jalon.lake.fetch import Places
from jalon.portal import ingest, lake_access
from jalon.portal.ingest import Status
from tests.conftest import ROOT
from tests.portal.small_ingest import read_small_country, small_places

pytestmark = pytest.mark.django_db

GUIDE = (ROOT / "docs" / "guides" / "ajouter-un-indicateur.md").read_text(encoding="utf-8")
(CARD,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.S)
GYMS = "insee_com;annee;gymnases\n60057;2023;4\n60057;2024;5\n60009;2024;0\n"


@pytest.fixture
def places(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Give an empty installation with a mirror, where the card of the guide was put."""
    places = small_places(tmp_path)
    settings.JALON_HOME = places.home
    lake_access.current_lake.cache_clear()
    monkeypatch.setattr(ingest.country, "read_country", read_small_country)
    catalogue.local_folder().mkdir()
    (catalogue.local_folder() / "gymnases.toml").write_text(CARD)
    (places.mirror / "sports").mkdir()
    (places.mirror / "sports" / "gymnases.csv").write_text(GYMS)
    yield places
    lake_access.current_lake.cache_clear()


def run(places: Places) -> ingest.Result:
    wanted = [source for source in all_sources() if source.slug in {"territoires", "gymnases"}]
    return ingest.ingest(wanted, places=places, is_online=False)[-1]


class TestTheGuide:
    def test_shows_a_card_in_ten_lines(self) -> None:
        assert len(CARD.splitlines()) == 10

    def test_brings_the_indicator_into_the_catalogue(self, places: Places) -> None:
        assert catalogue.get_card("gymnases").name == "Gymnases"

    def test_brings_its_figures(self, places: Places) -> None:
        assert run(places).status is Status.LOADED
        assert run(places).status is Status.UNCHANGED
        lake = lake_access.current_lake()
        assert lake.snapshot("gymnases", "COMMUNE", 2024) == {"60057": 5.0, "60009": 0.0}

    def test_shows_it_on_the_pages(self, places: Places, client: Client) -> None:
        run(places)

        listed = client.get("/indicateurs/", {"q": "gymnase"}).content.decode()
        page = client.get("/indicateurs/gymnases/").content.decode()
        figures = client.get("/territoires/commune/60057/chiffres/").content.decode()

        assert "/indicateurs/gymnases/" in listed
        assert "Un gymnase fermé pour travaux est compté." in page
        assert "2023–2024" in page
        assert "5 gymnases" in figures

    def test_offers_it_on_the_map(self, places: Places, client: Client) -> None:
        run(places)

        page = client.get("/carte/", {"indicateur": "gymnases"}).content.decode()

        assert '<option value="gymnases" selected' in page

    def test_serves_it_in_the_api(self, places: Places, client: Client) -> None:
        run(places)

        card = client.get("/api/v1/indicateurs/gymnases").json()
        series = client.get("/api/v1/series", {"indicateur": "gymnases", "codes": "60057"}).json()

        assert card["derniere_annee"] == 2024
        assert [(row["annee"], row["valeur"]) for row in series["resultats"]] == [
            (2023, 4.0),
            (2024, 5.0),
        ]
        assert series["provenance"][0]["source"] == "gymnases"

    def test_serves_an_evaluation_plan(self, places: Places) -> None:
        run(places)
        content = {**read_plans()[0].model_dump(), "indicator": "gymnases", "periods": (2023, 2024)}

        plan, reader = Plan.model_validate(content), Reader()

        missing = {code for code, _period in reader.missing_figures(plan)}
        assert "gymnases" not in missing
        assert reader.read(plan).series["gymnases", 2024] == {"60057": 5.0, "60009": 0.0}

    def test_refuses_a_wrong_file_and_keeps_what_was_there(
        self, places: Places, client: Client
    ) -> None:
        run(places)
        (places.mirror / "sports" / "gymnases.csv").write_text(GYMS + "60009;2025;-2\n")

        result = run(places)

        assert result.status is Status.REFUSED
        assert "ligne 5, colonne « gymnases » : « -2 »" in result.message
        lake = lake_access.current_lake()
        assert lake.snapshot("gymnases", "COMMUNE", 2024)["60057"] == 5.0


class TestSuppressedFigures:
    HIDDEN = "insee_com;annee;gymnases\n60057;2024;s\n60009;2024;0\n"

    @pytest.fixture
    def hidden(self, places: Places) -> Places:
        """Hide the figure of Beauvais, and leave Auneuil without any."""
        text = CARD.replace('value = "gymnases" }', 'value = "gymnases", suppressed = ["s"] }')
        (catalogue.local_folder() / "gymnases.toml").write_text(text)
        (places.mirror / "sports" / "gymnases.csv").write_text(self.HIDDEN)
        assert run(places).status is Status.LOADED
        return places

    def test_are_null_and_said_in_the_api(self, hidden: Places, client: Client) -> None:
        asked = {"indicateur": "gymnases", "annee": 2024}

        rows = client.get("/api/v1/series", asked).json()["resultats"]
        table = client.get("/api/v1/series", {**asked, "format": "csv"}).getvalue().decode()

        assert [(row["code"], row["valeur"], row["statut"]) for row in rows] == [
            ("60009", 0.0, "observe"),
            ("60057", None, "secret"),
        ]
        assert "60057,2024,,secret," in table
        assert json.dumps(rows).count("60029") == 0

    def test_are_neither_missing_nor_zero_on_pages(self, hidden: Places, client: Client) -> None:
        def shown(code: str) -> str:
            page = client.get(f"/territoires/commune/{code}/chiffres/", {"q": "gymnase"})
            return page.content.decode()

        assert ">secret<" in shown("60057")
        assert ">0 gymnases<" in shown("60009")
        assert ">manquant<" in shown("60029")

    def test_are_counted_apart_on_the_page_of_the_indicator(
        self, hidden: Places, client: Client
    ) -> None:
        (row, *_) = client.get("/indicateurs/gymnases/").context["grain_rows"]

        assert (row.summary.n_observed, row.summary.n_zero, row.summary.n_suppressed) == (1, 1, 1)
        assert row.n_missing == row.n_known - 2 > 0
