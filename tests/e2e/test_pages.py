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
    "chiffres": "/territoires/commune/60057/chiffres/",
    "epci": "/territoires/epci/200067999/",
    "departement": "/territoires/departement/60/",
    "region": "/territoires/region/32/",
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
