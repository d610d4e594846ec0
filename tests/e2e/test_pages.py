"""Every page, light and dark, wide and narrow: accessible, whole, and without a fault."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Visit, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

PAGES = {
    "accueil": "/",
    "recherche": "/recherche/?q=saint-etienne",
    "recherche-vide": "/recherche/?q=zzzz",
    "commune": "/territoires/commune/60057/",
    "commune-deleguee": "/territoires/commune_deleguee/01091/",
    "histoire": "/territoires/commune/01033/histoire/",
    "histoire-vide": "/territoires/commune/60159/histoire/",
    "histoire-ambigue": "/territoires/commune/35020/histoire/",
    "chiffres": "/territoires/commune/60057/chiffres/",
    "epci": "/territoires/epci/200067999/",
    "departement": "/territoires/departement/60/",
    "region": "/territoires/region/32/",
    "france": "/territoires/france/FRANCE/",
    "arrondissement": "/territoires/arrondissement_municipal/75112/",
    "code-ambigu": "/territoires/commune/35020/",
    "comparables": "/territoires/commune/60057/comparables/",
    "comparer": "/comparer/?territoire=commune:60057&territoire=commune:60159"
    "&territoire=epci:200067999&territoire=departement:60&territoire=commune:97411",
    "comparer-vide": "/comparer/",
    "programmes": "/programmes/",
    "programme": "/programmes/acv/",
    "evaluations": "/evaluations/",
    "carte": "/carte/",
    "indicateurs": "/indicateurs/",
    "indicateur": "/indicateurs/emploi-prive/",
    "indicateur-secret": "/indicateurs/niveau-de-vie-median/",
    "donnees": "/donnees/",
    "source": "/donnees/territoires/",
    "accessibilite": "/accessibilite/",
    "mentions-legales": "/mentions-legales/",
}


def violations(visit: Visit) -> list[str]:
    """Run axe with all its rules and name what it finds."""
    found = visit.page.evaluate("axe.run(document).then(result => result.violations)")
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


def overflow(visit: Visit) -> int:
    """Count the pixels by which the page is wider than the window."""
    root = "document.documentElement"
    return int(visit.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("name", [*PAGES, "evaluation", "api"])
class TestPage:
    def test_is_accessible_and_whole(
        self, visitor: Visitor, request: pytest.FixtureRequest, name: str, width: int, theme: str
    ) -> None:
        visit = open_page(visitor, name, width=width, theme=theme)

        if folder := request.config.getoption("--screenshots"):
            Path(folder).mkdir(exist_ok=True)
            picture = Path(folder) / f"{name}-{width}-{theme}.png"
            visit.page.screenshot(path=picture, full_page=True)

        assert violations(visit) == []
        assert overflow(visit) <= 0
        assert visit.page.locator("html").get_attribute("lang") == "fr"
        assert visit.page.locator("h1").count() == 1


@pytest.mark.parametrize("width", [1280, 375])
class TestAnAddressWithoutPage:
    def test_is_answered_by_an_accessible_page(self, visitor: Visitor, width: int) -> None:
        visit = visitor("/territoires/commune/99999/", width=width)

        assert violations(visit) == []
        assert overflow(visit) <= 0
        assert "99999" in visit.page.locator("main").inner_text()
        # Chromium itself says on the console that the page was not found.
        (said,) = visit.faults
        assert "404 (Not Found)" in said
        visit.faults.clear()


@pytest.mark.realdata
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
class TestFollowUp:
    def test_from_the_first_value_to_the_target_is_accessible_and_whole(
        self, visitor: Visitor, mirror: Path, width: int, theme: str
    ) -> None:
        visit = visitor("/indicateurs/barometre-ind-306/?maille=region", width=width, theme=theme)

        assert visit.page.locator("#cible").count() == 1
        assert violations(visit) == []
        assert overflow(visit) <= 0


def open_page(visitor: Visitor, name: str, *, width: int, theme: str) -> Visit:
    """Open a page by its name; an evaluation is whichever comes first in their list."""
    visit = visitor(PAGES.get(name, "/evaluations/"), width=width, theme=theme)
    if name == "evaluation":
        first = visit.page.locator("main a[href^='/evaluations/']:not([href*='?'])").first
        visit.open(str(first.get_attribute("href")))
    if name == "api":
        visit.open("/api/v1/")
    return visit
