"""Territories side by side: the page, its file and its document."""

import csv
import io
import re

import pypdf
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jalon.core.models import SourceImport
from jalon.indicators.catalogue import get_card
from jalon.portal.comparison import Figure, Latest
from tests.factories import TerritoryFactory
from tests.portal.api.conftest import record_import
from tests.portal.conftest import Towns
from tests.portal.test_lookalikes import put

pytestmark = pytest.mark.database
TWO = "?territoire=commune:01004&territoire=commune:69123"


def codes(page) -> list[str]:
    return [place.code for place in page.context["choice"].places]


class TestChoice:
    def test_keeps_the_territories_in_order_and_once(self, client: Client, towns: Towns) -> None:
        page = client.get(f"/comparer/{TWO}&territoire=commune:01004")

        assert codes(page) == ["01004", "69123"]
        assert page.context["choice"].problems == []

    def test_mixes_kinds(self, client: Client, towns: Towns) -> None:
        page = client.get("/comparer/?territoire=commune:01004&territoire=departement:01")

        assert codes(page) == ["01004", "01"]

    def test_keeps_five_and_says_so(self, client: Client, towns: Towns) -> None:
        six = "&".join(f"territoire=commune:{code}" for code in sorted(towns.by_code)[:6])

        page = client.get(f"/comparer/?{six}")

        assert len(codes(page)) == 5
        assert "Cinq territoires au plus" in page.content.decode()

    @pytest.mark.parametrize("key", ["commune:99999", "planete:01004", "01004", "", "commune:'--"])
    def test_says_what_it_does_not_know_and_shows_the_rest(
        self, client: Client, towns: Towns, key: str
    ) -> None:
        page = client.get("/comparer/", {"territoire": [key, "commune:01004"]})

        assert page.status_code == 200
        assert codes(page) == ["01004"]
        assert len(page.context["choice"].problems) == 1

    def test_of_a_thousand_keys_reads_a_few(
        self, client: Client, towns: Towns, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(30, exact=False):
            client.get("/comparer/", {"territoire": [f"commune:{n}" for n in range(1_000)]})

    def test_of_none_says_what_to_do(self, client: Client, towns: Towns) -> None:
        page = client.get("/comparer/").content.decode()

        assert "Choisir de un à cinq territoires" in page

    def test_offers_to_add_what_was_searched(self, client: Client, towns: Towns) -> None:
        page = client.get(f"/comparer/{TWO}&q=valserhone")

        ((place, _detail, address),) = page.context["candidates"]
        assert place == towns["01033"]
        assert address == f"/comparer/{TWO}&territoire=commune:01033"

    def test_says_that_nothing_answers(self, client: Client, towns: Towns) -> None:
        assert "Aucun territoire ne répond" in client.get("/comparer/?q=zzzz").content.decode()

    def test_takes_one_out(self, client: Client, towns: Towns) -> None:
        page = client.get(f"/comparer/{TWO}")

        assert [address for _place, address in page.context["chosen"]] == [
            "/comparer/?territoire=commune:69123", "/comparer/?territoire=commune:01004"
        ]  # fmt: skip

    def test_starts_from_a_territory_and_those_that_resemble_it(
        self, client: Client, towns: Towns
    ) -> None:
        response = client.get("/comparer/?avec=commune:01004")

        assert response.status_code == 302
        keys = response["Location"].removeprefix("/comparer/?").split("&")
        assert keys[:2] == ["territoire=commune:01004", "territoire=commune:01033"]
        assert len(keys) == 5


class TestComparison:
    def test_shows_the_latest_figures_with_their_year(self, client: Client, towns: Towns) -> None:
        figures = client.get(f"/comparer/{TWO}").context["comparison"].figures

        assert figures.header == ["Indicateur", "Ambérieu-en-Bugey", "Lyon"]
        assert figures.rows[0] == ["Population, habitants (2023)", "15\u202f000", "520\u202f000"]

    def test_writes_what_is_not_known_as_such(self, client: Client, towns: Towns) -> None:
        page = client.get("/comparer/?territoire=commune:01004&territoire=commune:97608")

        rows = {row[0].split(",")[0]: row for row in page.context["comparison"].figures.rows}
        assert rows["Participation"][2] == "n. d."

    def test_draws_an_index_of_the_first_common_year(self, client: Client, towns: Towns) -> None:
        chart = client.get(f"/comparer/{TWO}").context["comparison"].charts[0]

        assert chart.table.header[1] == "Ambérieu-en-Bugey (indice 100 en 2013)"
        assert chart.table.rows[-1] == ["2023", pytest.approx(100 * 15 / 14), 104.0]
        assert chart.title == (
            "Population : de +4,0\u202f% (Lyon) à +7,1\u202f% (Ambérieu-en-Bugey), de 2013 à 2023"
        )

    def test_tells_five_lines_apart_without_colour(self, client: Client, towns: Towns) -> None:
        five = "&".join(f"territoire=commune:{code}" for code in sorted(towns.by_code)[:5])

        svg = client.get(f"/comparer/?{five}").context["comparison"].charts[0].svg

        assert svg.count("<path") == 5
        assert {'stroke-dasharray="6 3"', 'stroke-dasharray="2 3"'} <= set(
            re.findall(r'stroke-dasharray="[^"]+"', svg)
        )

    def test_exports_a_chart_of_this_very_comparison(self, client: Client, towns: Towns) -> None:
        page = client.get(f"/comparer/{TWO}").content.decode()
        address = f"{TWO}&export=population.csv"

        assert address.replace("&", "&amp;") in page
        assert "Lyon" in client.get(f"/comparer/{address}").content.decode()

    def test_says_where_each_programme_is_at_work(self, client: Client, towns: Towns) -> None:
        put("acv", towns["69123"])
        put("pvd", towns.ain, order=2)
        put("va", towns["01033"], order=3)

        page = client.get(f"/comparer/{TWO}&territoire=departement:01")

        assert page.context["comparison"].programmes.rows == [
            ["ACV", "non", "oui, sur le territoire", "non"],
            ["PVD", "oui, sur un territoire plus grand", "non", "oui, sur le territoire"],
            ["VA", "non", "non", "oui, à l’intérieur"],
        ]

    def test_of_a_place_without_figure_says_so(self, client: Client, towns: Towns) -> None:
        TerritoryFactory(code="97701", name="Saint-Barthélemy")

        page = client.get("/comparer/?territoire=commune:97701").content.decode()

        assert "Aucune série commune" in page

    def test_costs_the_same_queries_whatever_is_done_there(
        self, client: Client, towns: Towns, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        put("acv", towns["69123"])
        client.get(f"/comparer/{TWO}")
        with django_assert_num_queries(10, exact=False) as first:
            client.get(f"/comparer/{TWO}")
        for programme in ("pvd", "va", "ort"):
            put(programme, towns["01004"])

        with django_assert_num_queries(len(first)):
            client.get(f"/comparer/{TWO}")


def tags(element) -> set[str]:
    """Name every tag of the structure of a document."""
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        return {tag for child in element for tag in tags(child)}
    if not isinstance(element, dict):
        return set()
    own = {element["/S"]} if "/S" in element else set()
    return own | tags(element.get("/K"))


class TestSecret:
    def test_is_neither_missing_nor_zero(self) -> None:
        figures = [Figure(0.0, 2023), Figure(None, 2023), Figure(None, None)]

        assert Latest(get_card("population"), figures).written() == ["0", "secret", "n. d."]


class TestFiles:
    def test_csv_has_a_line_for_each_figure(self, client: Client, towns: Towns) -> None:
        put("acv", towns["69123"])

        response = client.get(f"/comparer/export.csv{TWO}")

        text = response.content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        lyon = [row for row in rows if row["code"] == "69123"]
        assert ("Population", "520000,0", "2023") in {
            (row["intitule"].split(" ")[0], row["valeur"], row["annee"]) for row in lyon
        }
        assert ("programme", "ACV") in {(row["rubrique"], row["intitule"]) for row in lyon}

    def test_pdf_is_tagged_and_says_the_same(self, client: Client, towns: Towns) -> None:
        put("acv", towns["69123"])

        response = client.get(f"/comparer/pdf/{TWO}")

        document = pypdf.PdfReader(io.BytesIO(response.content))
        root = document.trailer["/Root"]
        text = " ".join(page.extract_text() for page in document.pages)
        assert response["Content-Type"] == "application/pdf"
        assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (an object of pypdf)
        assert root["/Lang"] == "fr-FR"
        assert document.metadata.title == "Comparaison : Ambérieu-en-Bugey, Lyon"
        assert "<pdfuaid:part>1" in root["/Metadata"].get_data().decode()
        assert tags(root["/StructTreeRoot"]) >= {"/Table", "/TH", "/Figure", "/H1"}
        for figure in ("15\u202f000", "520\u202f000", "ACV", "Licence Ouverte 2.0"):
            assert figure in text

    def test_pdf_says_that_data_are_simulated(self, client: Client, towns: Towns) -> None:
        record_import("territoires", is_simulated=True)

        response = client.get(f"/comparer/pdf/{TWO}")

        assert SourceImport.objects.are_simulated()
        first = pypdf.PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
        assert "Données simulées" in first

    def test_pdf_reads_no_name_as_source(self, client: Client, towns: Towns) -> None:
        name = '#panic("x") $ _a_ *b* \\ "'
        towns["69123"].name = name
        towns["69123"].save()

        response = client.get(f"/comparer/pdf/{TWO}")

        text = pypdf.PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
        assert response.status_code == 200
        assert '#panic("x")' in text

    def test_pdf_of_nothing_leads_to_the_page(self, client: Client, towns: Towns) -> None:
        assert client.get("/comparer/pdf/")["Location"] == "/comparer/"

    def test_csv_of_nothing_has_its_header_only(self, client: Client, towns: Towns) -> None:
        assert client.get("/comparer/export.csv").content.decode().count("\r\n") == 1


class TestSuggestions:
    def test_give_the_key_of_a_territory(self, client: Client, towns: Towns) -> None:
        (first,) = client.get("/recherche/suggestions/?q=valserhone").json()["suggestions"]

        assert first["key"] == "commune:01033"
