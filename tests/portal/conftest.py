"""Beauvais, what contains it and what is done there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.cache import cache

from jalon.indicators import comparables
from jalon.interventions.enums import CoverageRole
from jalon.lake.fetch import Places
from jalon.lake.store import Lake
from jalon.portal import ingest, lake_access
from jalon.territories.models import Territory
from tests.factories import (
    CoverageFactory,
    InterventionFactory,
    MembershipFactory,
    ProgrammeFactory,
    TerritoryFactory,
)
from tests.indicators.comparables import small
from tests.lake.small import COMMUNES
from tests.portal.small_ingest import read_small_country, small_places


@pytest.fixture(autouse=True)
def _no_cache() -> None:
    """Forget what another test put in the cache of the process."""
    cache.clear()


@dataclass(frozen=True)
class Oise:
    """A commune and what contains it."""

    beauvais: Territory
    epci: Territory
    departement: Territory
    region: Territory


@pytest.fixture
def oise(db: None) -> Oise:
    """Beauvais in Action cœur de ville; its intercommunalité under an undated contract."""
    places = Oise(
        beauvais=TerritoryFactory(searchable=True),
        epci=TerritoryFactory(epci=True),
        departement=TerritoryFactory(departement=True),
        region=TerritoryFactory(region=True),
    )
    TerritoryFactory(france=True)
    for child, parents in (
        (places.beauvais, (places.epci, places.departement, places.region)),
        (places.epci, (places.departement, places.region)),
        (places.departement, (places.region,)),
    ):
        for parent in parents:
            MembershipFactory(child=child, parent=parent)
    CoverageFactory(territory=places.beauvais)
    crte = ProgrammeFactory(
        code="crte", name="CRTE", order=3, date_kind="UNDATED", source_slug="crte"
    )
    contract = InterventionFactory(
        programme=crte, code="crte-1", name="CRTE du Beauvaisis", started_on=None
    )
    CoverageFactory(intervention=contract, territory=places.epci, role=CoverageRole.COVERED)
    return places


@pytest.fixture(scope="session")
def lake_of_towns(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Give a lake where seven communes were compared; it is read, never written."""
    folder = tmp_path_factory.mktemp("towns")
    lake = small.fill(Lake(folder / "lake"), folder)
    comparables.refresh(lake, small.MEMBERSHIPS)
    return lake


@dataclass(frozen=True)
class Towns:
    """Ambérieu-en-Bugey and those that may resemble it, by code."""

    by_code: dict[str, Territory]
    ain: Territory

    def __getitem__(self, code: str) -> Territory:
        return self.by_code[code]


@pytest.fixture
def towns(db: None, lake_of_towns: Lake, monkeypatch: pytest.MonkeyPatch) -> Iterator[Towns]:
    """Put the seven communes in the register, and their figures in the place of the lake."""
    monkeypatch.setattr(lake_access, "Lake", lambda _root: lake_of_towns)
    lake_access.current_lake.cache_clear()
    found = {}
    ain = TerritoryFactory(departement=True, code="01", name="Ain", population=31_000)
    for code, name, _siren, population, *_parents in COMMUNES:
        found[code] = TerritoryFactory(
            code=code, name=name, population=population, siren="", searchable=True
        )
        if code.startswith("01"):
            MembershipFactory(child=found[code], parent=ain)
    TerritoryFactory(france=True)
    yield Towns(found, ain)
    lake_access.current_lake.cache_clear()


def add_communes(oise: Oise, count: int, *, first: int = 0) -> list[Territory]:
    """Put more communes in the Oise, each in Action cœur de ville."""
    communes = []
    for index in range(first, first + count):
        commune = TerritoryFactory(code=f"60{900 + index}", name=f"Commune {index}", population=900)
        MembershipFactory(child=commune, parent=oise.departement)
        intervention = InterventionFactory(code=f"acv-{index}", name=commune.name)
        CoverageFactory(intervention=intervention, territory=commune)
        communes.append(commune)
    return communes


@pytest.fixture
def places(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Give an installation of the Oise, ready for an ingest of the small sources."""
    places = small_places(tmp_path)
    settings.JALON_HOME = places.home
    monkeypatch.setattr(ingest.country, "read_country", read_small_country)
    return places
