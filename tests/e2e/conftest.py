"""A real browser on the real product: `jalon serve` on ingested data, Chromium, no tolerance."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.homes import ROOT
from tests.serving import serving

CHROMIUM = Path("/usr/bin/chromium")
NO_CHROMIUM = "Chromium was not found; install it with: apt-get install chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN_BY_SOFTWARE = "GL Driver Message"  # a picture of WebGL without a graphics card is slow
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the browser of the machine, or skip with the command that installs it."""
    if not CHROMIUM.exists():
        pytest.skip(NO_CHROMIUM)
    return CHROMIUM


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start the browser; not for the session, because its event loop would forbid the database."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(chromium: Path, jalon_home: Path) -> Iterator[str]:
    """Serve the filled home as anybody would, and give the address of the site."""
    with serving(jalon_home) as address:
        yield address


class Visit:
    """A page open in a browser, and all that went wrong in it."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.faults: list[str] = []
        page.on("console", self._keep_console)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("request", lambda request: self._keep_foreign(request.url))

    def open(self, path: str) -> None:
        """Go to a path of the site and wait until its requests are done."""
        self.page.goto(self.site + path, wait_until="networkidle")

    def _keep_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and DRAWN_BY_SOFTWARE not in message.text:
            self.faults.append(f"{message.type}: {message.text}")

    def _keep_foreign(self, url: str) -> None:
        if not url.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"request to a third party: {url}")


Visitor = Callable[..., Visit]


@pytest.fixture
def visitor(site: str, browser: Browser) -> Iterator[Visitor]:
    """Open pages; whatever went wrong in one of them fails the test."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def visit(path: str = "/", *, width: int = 1280, theme: str = "light", script: bool = True):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=script,
            locale="en-GB",  # the site speaks French whatever the browser asks for
        )
        context.set_default_timeout(15_000)
        if script:
            context.add_init_script(path=AXE)
        contexts.append(context)
        visits.append(Visit(context.new_page(), site))
        visits[-1].open(path)
        return visits[-1]

    yield visit
    for context in contexts:
        context.close()
    assert [fault for visit in visits for fault in visit.faults] == []
