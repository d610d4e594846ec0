"""What somebody does to compare territories: with the mouse, with the keyboard, without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.e2e.test_pages import violations

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
BEAUVAIS = "/comparer/?territoire=commune:60057"


class TestCompare:
    def test_adds_a_territory_with_the_keyboard(self, visitor: Visitor) -> None:
        page = visitor(BEAUVAIS).page

        search = page.locator("main").get_by_role("combobox")
        search.press_sequentially("compiegne", delay=30)
        expect(page.get_by_role("option").first).to_contain_text("Compiègne")
        search.press("ArrowDown")
        search.press("Enter")

        expect(page).to_have_url(re.compile(r"territoire=commune:60057&territoire=commune:60159$"))
        expect(page.get_by_role("columnheader", name="Compiègne").first).to_be_visible()

    def test_adds_then_takes_out_a_territory_with_the_mouse(self, visitor: Visitor) -> None:
        page = visitor(BEAUVAIS).page

        search = page.locator("main").get_by_role("combobox")
        search.press_sequentially("oise", delay=30)
        page.get_by_role("option").filter(has_text="Département").first.click()
        expect(page).to_have_url(re.compile("territoire=departement:60$"))
        page.get_by_role("link", name="Retirer Beauvais").click()

        expect(page).to_have_url(re.compile(r"/comparer/\?territoire=departement:60$"))

    def test_does_without_javascript(self, visitor: Visitor) -> None:
        page = visitor(BEAUVAIS, script=False).page

        search = page.locator("main input[name=q]")
        search.fill("compiegne")
        search.press("Enter")
        page.get_by_role("link", name="Ajouter Compiègne").first.click()

        expect(page).to_have_url(re.compile("territoire=commune:60159$"))
        expect(page.locator("main svg").first).to_be_visible()

    def test_shows_a_table_beside_each_chart(self, visitor: Visitor) -> None:
        page = visitor(f"{BEAUVAIS}&territoire=departement:60").page

        charts = page.locator("figure.jalon-chart")
        assert charts.count() > 0
        for chart in charts.all():
            chart.locator("summary").click()
            expect(chart.locator("table")).to_be_visible()

    def test_gives_a_document(self, visitor: Visitor) -> None:
        page = visitor(f"{BEAUVAIS}&territoire=departement:60").page

        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile("Document")).click()

        assert download.value.path().read_bytes().startswith(b"%PDF-")

    def test_says_what_it_could_not_find(self, visitor: Visitor) -> None:
        visit = visitor(f"{BEAUVAIS}&territoire=commune:99999")

        expect(visit.page.get_by_role("alert")).to_contain_text("99999")
        assert violations(visit) == []


@pytest.mark.realdata
class TestLookalikes:
    def test_lead_from_a_page_to_the_comparison(self, mirror, visitor: Visitor) -> None:
        page = visitor("/territoires/commune/60057/").page

        expect(page.get_by_text("Communes comparables")).to_be_visible()
        page.get_by_role("link", name="Comparer avec les plus proches").click()

        expect(page).to_have_url(re.compile("territoire=commune:60057&"))
        expect(page.get_by_role("link", name=re.compile("^Retirer "))).to_have_count(5)

    def test_change_with_the_criteria(self, mirror, visitor: Visitor) -> None:
        page = visitor("/territoires/commune/60057/comparables/").page
        names = page.locator("main tbody th").all_inner_texts()

        page.get_by_label("Participation").select_option("0")
        page.get_by_label("Emploi").select_option("3")
        page.get_by_role("button", name="Chercher avec ces critères").click()

        expect(page).to_have_url(re.compile("emploi=3&participation=0$"))
        assert len(names) == 20
        assert page.locator("main tbody th").all_inner_texts() != names
