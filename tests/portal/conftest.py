"""Beauvais, what contains it and what is done there."""

from dataclasses import dataclass

import pytest
from django.core.cache import cache

from jalon.interventions.enums import CoverageRole
from jalon.territories.models import Territory
from tests.factories import (
    CoverageFactory,
    InterventionFactory,
    MembershipFactory,
    ProgrammeFactory,
    TerritoryFactory,
)


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
