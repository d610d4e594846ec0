"""Fixtures shared by every test: the mirror of official files, the list of territories, a home."""

import os
from pathlib import Path

import hypothesis
import pytest

from tests.homes import ROOT, filled_home

MIRROR = Path(os.environ.get("JALON_MIRROR", ROOT.parent / "shared" / "data"))
NO_MIRROR = (
    f"le miroir des fichiers officiels est absent ({MIRROR}) : "
    "le déposer là, ou donner son dossier dans JALON_MIRROR"
)

# A loaded machine is slow; a test that measures time says nothing of the code.
hypothesis.settings.register_profile("jalon", deadline=None)
hypothesis.settings.load_profile("jalon")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="DIR", help="write a picture of every page there")


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Give the folder of official files, or skip with the reason."""
    if not MIRROR.is_dir():
        pytest.skip(NO_MIRROR)
    return MIRROR


@pytest.fixture(scope="session")
def decoupage() -> Path:
    """Give the folder of the official list of territories (an npm package)."""
    return ROOT / "node_modules" / "@etalab" / "decoupage-administratif" / "data"


@pytest.fixture(scope="session")
def jalon_home() -> Path:
    """Give a home filled by `jalon demo`: official files when they are there, else simulated."""
    return filled_home(MIRROR if MIRROR.is_dir() else None)
