"""What a mayor does: find the commune, see what is done there, and what it changed."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LARGEST_TOWN = """
    SELECT territory.name, territory.code FROM interventions_programme AS programme
    JOIN interventions_intervention AS intervention ON intervention.programme_id = programme.id
    JOIN interventions_coverage AS coverage ON coverage.intervention_id = intervention.id
    JOIN territories_territory AS territory ON territory.id = coverage.territory_id
    WHERE programme.code = 'acv' AND territory.kind = 'COMMUNE'
    ORDER BY territory.population DESC
"""
BLANK_PICTURE = 20_000  # bytes: a map drawn is a much larger picture than a plain rectangle


@pytest.fixture
def town(jalon_home: Path) -> tuple[str, str]:
    """Give the name and code of the most populous town of Action cœur de ville."""
    with closing(sqlite3.connect(jalon_home / "jalon.sqlite3")) as register:
        rows = register.execute(LARGEST_TOWN)
        name, code = rows.fetchone()
    return name, code


class TestJourney:
    def test_goes_from_a_few_letters_to_a_measured_effect(
        self, visitor: Visitor, town: tuple[str, str]
    ) -> None:
        name, code = town
        page = visitor("/").page

        search = page.locator("main").get_by_role("combobox")
        search.press_sequentially(name[:6].lower(), delay=30)
        expect(page.get_by_role("option").first).to_contain_text(name)
        search.press("ArrowDown")
        search.press("Enter")
        expect(page).to_have_url(re.compile(f"/territoires/commune/{code}/"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)

        page.locator("main").get_by_role("link", name="Action cœur de ville").first.click()
        expect(page).to_have_url(re.compile("/programmes/acv/"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("Action cœur de ville")

        page.locator("main a[href^='/evaluations/']:not([href*='?'])").first.click()
        expect(page).to_have_url(re.compile("/evaluations/.+/"))
        expect(page.locator("main svg").first).to_be_visible()

    def test_opens_the_first_suggestion_of_a_postal_code(self, visitor: Visitor) -> None:
        page = visitor("/").page

        search = page.locator("main").get_by_role("combobox")
        search.press_sequentially("42000", delay=30)
        expect(page.get_by_role("option").first).to_contain_text("Saint-Étienne")
        page.get_by_role("option").first.click()

        expect(page).to_have_url(re.compile("/territoires/commune/42218/"))

    def test_does_without_javascript(self, visitor: Visitor) -> None:
        page = visitor("/", script=False).page

        search = page.locator("main input[name=q]")
        search.fill("st etienne")
        search.press("Enter")
        expect(page).to_have_url(re.compile(r"/recherche/\?q=st\+etienne"))
        page.locator("main").get_by_role("link", name="Saint-Étienne", exact=False).first.click()

        expect(page).to_have_url(re.compile("/territoires/commune/42218/"))

    def test_says_in_french_that_a_page_does_not_exist(self, visitor: Visitor) -> None:
        visit = visitor("/territoires/commune/99999/")

        expect(visit.page.get_by_role("heading", level=1)).to_contain_text("introuvable")
        visit.faults.clear()  # the browser reports the 404 itself


class TestHistory:
    @pytest.mark.realdata
    def test_leads_from_a_former_code_to_what_became_of_it(
        self, mirror: Path, visitor: Visitor
    ) -> None:
        page = visitor("/territoires/commune/01091/").page

        expect(page).to_have_url(re.compile("/territoires/commune/01033/"))
        page.get_by_role("link", name="Histoire de la commune").focus()
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile("/territoires/commune/01033/histoire/"))
        expect(page.get_by_role("heading", level=2).first).to_have_text("1er janvier 2019")
        expect(page.locator("main")).to_contain_text(
            "se sont réunies pour former la commune nouvelle Valserhône"
        )
        expect(page.locator("main table")).to_contain_text("01091")

    @pytest.mark.realdata
    def test_lets_the_reader_choose_when_a_code_was_shared(
        self, mirror: Path, visitor: Visitor
    ) -> None:
        visit = visitor("/territoires/commune/35020/histoire/")

        visit.page.get_by_role("link", name="Hédé-Bazouges").click()

        expect(visit.page).to_have_url(re.compile("/territoires/commune/35130/histoire/"))
        expect(visit.page.locator("main")).to_contain_text("Code partagé")


class TestMap:
    @pytest.mark.realdata
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_is_drawn(self, mirror: Path, visitor: Visitor, theme: str) -> None:
        page = visitor("/carte/?indicateur=emploi-prive", theme=theme).page

        page.wait_for_selector("#carte[data-map-ready=true]")

        assert len(page.locator("#carte canvas").screenshot()) > BLANK_PICTURE

    @pytest.mark.realdata
    def test_draws_communes_when_one_comes_near(self, mirror: Path, visitor: Visitor) -> None:
        page = visitor("/carte/?indicateur=population#vue=9/49.43/2.08").page

        page.wait_for_selector("#carte[data-map-ready=true]")

        assert len(page.locator("#carte canvas").screenshot()) > BLANK_PICTURE

    def test_is_a_table_without_javascript(self, visitor: Visitor) -> None:
        page = visitor("/carte/?indicateur=population", script=False).page

        expect(page.locator("main table").first).to_contain_text("Oise")
