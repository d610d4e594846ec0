"""The explorer: what a reader does on the map with a mouse, a keyboard, or without a script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.test_pages import overflow, violations

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser"), pytest.mark.realdata]

BLANK_PICTURE = 20_000  # bytes: a map drawn is a much larger picture than a plain rectangle
PNG = b"\x89PNG"


@pytest.fixture(autouse=True)
def _real(mirror: Path) -> None:
    """Ask for the official files: names and figures below are theirs."""


def drawn(page: Page) -> Page:
    """Wait until the map has drawn what was asked."""
    page.wait_for_selector("#carte[data-map-ready=true]")
    return page


class TestChoice:
    def test_of_a_grain_changes_the_map_without_loading_the_page(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=participation-presidentielle").page)
        page.evaluate("document.body.dataset.same = 'yes'")

        page.get_by_label("Maille").select_option("epci")

        expect(page.locator("#carte-legende")).to_contain_text("Par intercommunalité")
        expect(page).to_have_url(re.compile("maille=epci"))
        drawn(page)
        assert page.locator("body").get_attribute("data-same") == "yes"
        assert len(page.locator("#carte canvas").screenshot()) > BLANK_PICTURE

    def test_of_the_classes_changes_the_legend(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=participation-presidentielle").page)
        classes = page.locator("[data-maille=departement] .jalon-legend li")
        expect(classes).to_have_count(6)  # five classes, and what has no figure

        page.get_by_label("Nombre de classes").select_option("7")
        page.get_by_label("Découpage en classes").select_option("naturels")

        expect(classes).to_have_count(8)
        expect(page).to_have_url(re.compile("methode=naturels&classes=7"))

    def test_is_undone_by_the_back_button(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=population").page)
        page.get_by_label("Indicateur").select_option("emploi-prive")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Emploi salarié privé")

        page.go_back()

        expect(page.get_by_role("heading", level=1)).to_contain_text("Population")
        expect(page.get_by_label("Indicateur")).to_have_value("population")

    def test_is_kept_by_the_address(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=population").page)
        page.get_by_label("Maille").select_option("region")
        expect(page).to_have_url(re.compile("maille=region"))

        again = drawn(visitor(page.url.removeprefix(visitor("/").site)).page)

        expect(again.get_by_label("Maille")).to_have_value("region")
        expect(again.locator("#carte-tableau")).to_contain_text("Île-de-France")

    def test_is_announced(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=population").page)

        page.get_by_label("Indicateur").select_option("emploi-prive")

        expect(page.locator("#carte-annonce")).to_contain_text("Emploi salarié privé")


class TestYear:
    def test_is_a_slider_moved_by_the_keyboard(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=participation-presidentielle").page)
        slider = page.get_by_role("slider", name=re.compile("Année"))
        expect(slider).to_have_attribute("aria-valuetext", "2022")

        slider.press("ArrowLeft")

        expect(slider).to_have_attribute("aria-valuetext", "2017")
        expect(page).to_have_url(re.compile("annee=2017"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("2017")
        expect(slider).to_be_focused()

    def test_is_a_list_without_javascript(self, visitor: Visitor) -> None:
        visit = visitor("/carte/?indicateur=participation-presidentielle", script=False)

        visit.page.get_by_label("Année").select_option("2002")
        visit.page.get_by_role("button", name="Afficher").click()

        expect(visit.page.get_by_role("heading", level=1)).to_contain_text("2002")


class TestCard:
    @pytest.mark.parametrize(
        ("grain", "kind"), [("epci", "intercommunalité"), ("region", "région")]
    )
    def test_follows_the_pointer(self, visitor: Visitor, grain: str, kind: str) -> None:
        page = drawn(visitor(f"/carte/?indicateur=population&maille={grain}").page)
        card = page.locator("#carte-fiche")
        canvas = page.locator("#carte canvas")

        canvas.hover()

        expect(card).to_contain_text(kind)
        expect(card).to_contain_text("habitants")
        expect(card).to_contain_text(re.compile("sur "))

    def test_follows_the_keyboard_and_opens_the_territory(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=population&maille=epci#vue=8/49.43/2.08").page)
        page.get_by_role("slider").focus()
        canvas = page.get_by_label(re.compile("Carte de France"))
        for _ in range(12):
            page.keyboard.press("Tab")
            if canvas.evaluate("element => element === document.activeElement"):
                break
        card = page.locator("#carte-fiche")
        expect(card).to_contain_text("CA du Beauvaisis")

        page.keyboard.press("ArrowRight")
        expect(card).not_to_contain_text("CA du Beauvaisis")
        page.keyboard.press("ArrowLeft")
        expect(card).to_contain_text("CA du Beauvaisis")
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile("/territoires/epci/200067999/"))

    def test_lists_the_programmes_that_overlap(self, visitor: Visitor) -> None:
        page = drawn(
            visitor(
                "/carte/?couche=recouvrements&programme=acv&programme=france-services#vue=11/49.43/2.08"
            ).page
        )

        page.locator("#carte canvas").hover()

        card = page.locator("#carte-fiche")
        expect(card).to_contain_text("Beauvais")
        expect(card).to_contain_text("Action cœur de ville")
        expect(card).to_contain_text("France services")


class TestOverseas:
    def test_is_seen_at_once_and_one_click_away(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=population").page)
        insets = page.locator("#carte-outremer ul:not([hidden]) button")
        names = [inset.inner_text().strip() for inset in insets.all()]
        assert names == ["Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"]

        page.get_by_role("button", name="La Réunion", exact=True).click()
        page.locator("#carte canvas").hover()

        expect(page.locator("#carte-fiche")).to_contain_text("commune 974")


class TestTable:
    def test_is_sorted_by_a_click_on_its_head(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=population").page)
        first = page.locator("#carte-tableau tbody tr").first
        expect(first).to_contain_text("Nord (59)")

        page.locator("#carte-tableau").get_by_role("link", name="Territoire", exact=True).click()

        expect(first).to_contain_text("Ain (01)")
        expect(page.locator("#carte-tableau th[aria-sort]")).to_contain_text("Territoire")
        expect(page).to_have_url(re.compile("tri=nom"))

    def test_is_sorted_and_turned_without_javascript(self, visitor: Visitor) -> None:
        visit = visitor("/carte/?indicateur=population&maille=epci", script=False)
        table = visit.page.locator("#carte-tableau")

        table.get_by_role("link", name="Territoire", exact=True).click()
        expect(table.locator("tbody tr").first).to_contain_text("Bordeaux Métropole")
        table.get_by_role("link", name="Page suivante").click()

        expect(visit.page).to_have_url(re.compile("tri=nom.*page=2"))
        expect(visit.page.locator("noscript img, main img").first).to_be_visible()


class TestExport:
    def test_saves_the_picture(self, visitor: Visitor, tmp_path: Path) -> None:
        page = drawn(visitor("/carte/?indicateur=population&maille=region").page)

        with page.expect_download() as saved:
            page.get_by_role("button", name="PNG").click()

        picture = tmp_path / "map.png"
        saved.value.save_as(picture)
        assert saved.value.suggested_filename == "carte-population-2023-region.png"
        assert picture.read_bytes().startswith(PNG)
        assert picture.stat().st_size > BLANK_PICTURE

    def test_follows_the_choice(self, visitor: Visitor) -> None:
        page = drawn(visitor("/carte/?indicateur=population").page)
        page.get_by_label("Maille").select_option("epci")
        expect(page.locator("#carte-legende")).to_contain_text("Par intercommunalité")

        with page.expect_download() as saved:
            page.get_by_role("link", name="CSV").click()

        assert saved.value.suggested_filename == "carte-population-2023-epci.csv"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize(
    "query",
    [
        "indicateur=population",
        "indicateur=participation-presidentielle&maille=epci&methode=naturels&classes=7",
        "couche=recouvrements&programme=acv&programme=pvd&maille=commune",
    ],
)
class TestView:
    def test_is_accessible_and_whole(
        self, visitor: Visitor, query: str, width: int, theme: str
    ) -> None:
        visit = visitor(f"/carte/?{query}", width=width, theme=theme)
        drawn(visit.page)

        assert violations(visit) == []
        assert overflow(visit) <= 0
