"""The sources and their validation reports; the indicators."""

import datetime as dt

import pytest
from django.test import Client

from jalon.core.models import SourceImport
from jalon.indicators.sources import all_sources
from jalon.lake.queries import Observation
from jalon.lake.store import Lake

PROBLEM = {
    "gravité": "ROW", "ligne": 12, "colonne": "insee_com", "valeur": "99999",
    "message": "Ce code de commune est inconnu.",
}  # fmt: skip


@pytest.fixture
def acv(db: None) -> SourceImport:
    """Say that the list of Action cœur de ville was imported with sixty rows set apart."""
    return SourceImport.objects.create(
        slug="acv", sha256="3f9a" * 16, reader="1", vintage="2024", n_rows=244, n_set_apart=60,
        origin="/somewhere/on/a/machine/liste-acv.csv",
        report={"constats": [PROBLEM] * 60, "résumé": "60 mises à part"},
        imported_at=dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC),
    )  # fmt: skip


class TestSourceList:
    def test_names_every_declared_source_and_says_which_are_absent(
        self, client: Client, acv: SourceImport
    ) -> None:
        response = client.get("/donnees/")

        assert len(response.context["states"]) == len(all_sources())
        assert response.context["n_present"] == 1
        assert response.content.decode().count("absente</span>") == len(all_sources()) - 1


class TestSourcePage:
    def test_gives_the_fingerprint_the_file_and_the_day(
        self, client: Client, acv: SourceImport
    ) -> None:
        page = client.get("/donnees/acv/").content.decode()

        assert acv.sha256 in page
        assert "23 novembre 2026" in page
        assert "liste-acv.csv" in page
        assert "/somewhere/" not in page

    def test_reads_its_report_by_row_and_column_in_pages(
        self, client: Client, acv: SourceImport
    ) -> None:
        response = client.get("/donnees/acv/?page=2")

        assert len(response.context["page"].object_list) == 10
        page = response.content.decode()
        for written in ("60 mises à part", "mise à part", "insee_com", "99999", PROBLEM["message"]):
            assert written in page

    @pytest.mark.parametrize("source", all_sources(), ids=lambda source: source.slug)
    def test_absent_source_says_so(self, client: Client, db: None, source) -> None:
        page = client.get(f"/donnees/{source.slug}/").content.decode()

        assert "Cette source est absente" in page

    def test_answers_404_to_an_unknown_source(self, client: Client, db: None) -> None:
        assert client.get("/donnees/inconnue/").status_code == 404


class TestIndicatorPages:
    def test_list_the_catalogue(self, client: Client, db: None) -> None:
        page = client.get("/indicateurs/").content.decode()

        assert "Emploi salarié privé" in page
        assert "source absente" in page

    def test_without_figures_says_why(self, client: Client, db: None) -> None:
        page = client.get("/indicateurs/emploi-prive/").content.decode()

        assert "Aucun chiffre pour l’instant" in page
        assert "Mayotte n’y figure pas" in page

    def test_draw_france_over_time(
        self, client: Client, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        jobs = [Observation("FRANCE", 2014, 17.6e6, None, None),
                Observation("FRANCE", 2024, 20.0e6, None, None)]  # fmt: skip
        monkeypatch.setattr(Lake, "series", lambda *_: jobs)

        (chart,) = client.get("/indicateurs/emploi-prive/").context["charts"]

        assert chart.title == (
            "France\u00a0: 20\u202f000\u202f000 salariés en 2024, +13,6\u202f% depuis 2014"
        )

    def test_answer_404_to_an_unknown_indicator(self, client: Client, db: None) -> None:
        assert client.get("/indicateurs/inconnu/").status_code == 404
