"""A small register and a small lake, for the tests of the API."""

import datetime as dt
from collections.abc import Iterator

import pytest

from jalon.core.models import SourceImport
from jalon.portal import lake_access
from jalon.territories.enums import TerritoryKind
from tests.factories import (
    CoverageFactory,
    FormerCodeFactory,
    InterventionFactory,
    MembershipFactory,
    ProgrammeFactory,
    TerritoryFactory,
)
from tests.portal.lakes import Figure, LakeInMemory, square


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Iterator[LakeInMemory]:
    """Put a lake in memory in place of that of JALON_HOME."""
    held = LakeInMemory(
        figures={
            ("population", "COMMUNE"): [
                Figure("60057", 2022, 56_000.0),
                Figure("60057", 2023, 56_605.0),
                Figure("60159", 2023, 40_808.0),
            ],
            ("population", "DEPARTEMENT"): [
                Figure("60", 2022, 828_000.0),
                Figure("60", 2023, 829_419.0),
            ],
            ("participation-presidentielle", "COMMUNE"): [
                Figure("60057", 2022, 68.25, 21_840.0, 32_000.0)
            ],
        },
        shapes={
            "COMMUNE": [("60057", square("60057")), ("60159", square("60159"))],
            "DEPARTEMENT": [("60", square("60"))],
            "REGION": [("32", square("32"))],
        },
    )
    monkeypatch.setattr(lake_access, "Lake", lambda _root: held)
    lake_access.current_lake.cache_clear()
    yield held
    lake_access.current_lake.cache_clear()


def record_import(slug: str, *, is_simulated: bool = False) -> SourceImport:
    """Say that a source was imported."""
    return SourceImport.objects.create(
        slug=slug,
        sha256=f"{slug:x<64}",
        reader="1",
        vintage="2026",
        origin="miroir",
        imported_at=dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC),
        is_simulated=is_simulated,
        n_rows=1,
    )


@pytest.fixture
def oise(db: None, lake: LakeInMemory) -> None:
    """Fill the register: Beauvais and Compiègne in the Oise, one convention, one list of each."""
    region = TerritoryFactory(region=True)
    oise = TerritoryFactory(departement=True)
    epci = TerritoryFactory(epci=True)
    beauvais, compiegne = TerritoryFactory(), TerritoryFactory(compiegne=True)
    for commune in (beauvais, compiegne):
        MembershipFactory(child=commune, parent=oise)
        MembershipFactory(child=commune, parent=region)
    MembershipFactory(child=oise, parent=region)
    MembershipFactory(child=beauvais, parent=epci)
    FormerCodeFactory(code="60384", territory=beauvais)
    voisinlieu = TerritoryFactory(
        kind=TerritoryKind.COMMUNE_DELEGUEE, code="60684", name="Voisinlieu", siren="",
        legal_form="commune-associee", population=None, postal_codes=[],
    )  # fmt: skip
    MembershipFactory(child=voisinlieu, parent=beauvais)
    CoverageFactory(territory=beauvais)
    crte = ProgrammeFactory(code="crte", name="CRTE", started_on=None, source_slug="crte", order=3)
    CoverageFactory(
        intervention=InterventionFactory(
            programme=crte, code="CRTE-1", name="CRTE du Beauvaisis", started_on=None
        ),
        territory=epci,
    )
    for slug in ("territoires", "acv", "crte", "population-communes"):
        record_import(slug)
