"""Loading the official list of territories."""

from datetime import date

import pytest
from django.forms.models import model_to_dict

from jalon.territories import services
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import FormerCode, Membership, SearchKey, Territory
from tests.factories import CoverageFactory
from tests.territories.countries import (
    ALLONNE,
    AUNEUIL,
    BEAUVAIS,
    CA_DU_BEAUVAISIS,
    FRANCE,
    HAUTS_DE_FRANCE,
    OISE,
    country,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WIDE = (FRANCE, HAUTS_DE_FRANCE, OISE, CA_DU_BEAUVAISIS)
FIRST_VINTAGE, NEXT_VINTAGE = date(2025, 1, 1), date(2026, 1, 1)


def everything() -> list[list[dict[str, object]]]:
    models = (Territory, Membership, FormerCode, SearchKey)
    return [[model_to_dict(row) for row in model.objects.order_by("pk")] for model in models]


class TestLoadCountry:
    def test_writes_every_territory_with_what_is_known_of_it(self) -> None:
        services.load_country(country(), on=FIRST_VINTAGE)

        beauvais = Territory.objects.get(kind=TerritoryKind.COMMUNE, code="60057")
        assert beauvais.name == "Beauvais"
        assert beauvais.population == 56_605
        assert beauvais.postal_codes == ["60000"]
        assert beauvais.siren == "216000562"
        assert (beauvais.valid_from, beauvais.valid_to) == (None, None)
        assert services.counts_by_kind() == {
            "COMMUNE_DELEGUEE": 0, "ARRONDISSEMENT_MUNICIPAL": 0, "COMMUNE": 3, "EPCI": 1,
            "GROUPEMENT": 0, "DEPARTEMENT": 1, "REGION": 1, "COLLECTIVITE_OUTRE_MER": 0,
            "FRANCE": 1,
        }  # fmt: skip

    def test_changes_nothing_when_done_twice(self) -> None:
        services.load_country(country(former={"60704": "60057"}), on=FIRST_VINTAGE)
        before = everything()

        services.load_country(country(former={"60704": "60057"}), on=NEXT_VINTAGE)

        assert everything() == before

    def test_updates_a_territory_in_place(self) -> None:
        services.load_country(country(), on=FIRST_VINTAGE)
        before = Territory.objects.get(code="60057").pk

        services.load_country(
            country(*WIDE, BEAUVAIS._replace(population=57_000), ALLONNE, AUNEUIL),
            on=NEXT_VINTAGE,
        )

        beauvais = Territory.objects.get(code="60057")
        assert (beauvais.pk, beauvais.population) == (before, 57_000)
        assert SearchKey.objects.get(key="beauvais").rank == 57_000

    def test_closes_a_commune_that_merged_and_keeps_what_refers_to_it(self) -> None:
        services.load_country(country(), on=FIRST_VINTAGE)
        merged = Territory.objects.get(code="60009")
        coverage = CoverageFactory(territory=merged)

        services.load_country(
            country(*WIDE, BEAUVAIS, AUNEUIL, former={"60009": "60057"}), on=NEXT_VINTAGE
        )

        merged.refresh_from_db()
        assert merged.valid_to == NEXT_VINTAGE
        assert coverage.territory_id == merged.pk
        assert services.resolve_code("60009").code == "60057"
        assert [found.code for found in services.search("60009")] == ["60057"]
        assert not Membership.objects.filter(child=merged, valid_to=None).exists()

    def test_dates_a_commune_that_changed_epci(self) -> None:
        services.load_country(country(), on=FIRST_VINTAGE)

        services.load_country(country(outside_epci=(AUNEUIL,)), on=NEXT_VINTAGE)

        left = Membership.objects.get(child__code="60029", parent__kind=TerritoryKind.EPCI)
        assert (left.valid_from, left.valid_to) == (None, NEXT_VINTAGE)

    def test_dates_a_new_commune(self) -> None:
        services.load_country(country(*WIDE, BEAUVAIS, ALLONNE), on=FIRST_VINTAGE)

        services.load_country(country(), on=NEXT_VINTAGE)

        assert Territory.objects.get(code="60029").valid_from == NEXT_VINTAGE

    def test_closes_a_territory_at_the_earliest_the_day_after_it_began(self) -> None:
        services.load_country(country(*WIDE, BEAUVAIS, ALLONNE), on=FIRST_VINTAGE)
        services.load_country(country(), on=NEXT_VINTAGE)

        services.load_country(country(*WIDE, BEAUVAIS, ALLONNE), on=NEXT_VINTAGE)

        assert Territory.objects.get(code="60029").valid_to == date(2026, 1, 2)

    def test_leaves_alone_a_grouping_that_the_list_does_not_know(self) -> None:
        petr = Territory.objects.create(
            kind=TerritoryKind.GROUPEMENT, code="200052678", name="PETR du Grand Beauvaisis"
        )

        services.load_country(country(), on=FIRST_VINTAGE)

        petr.refresh_from_db()
        assert petr.valid_to is None

    def test_refuses_a_list_that_contradicts_itself_and_writes_nothing(self) -> None:
        headless = country(FRANCE, OISE, CA_DU_BEAUVAISIS, BEAUVAIS)

        with pytest.raises(services.RefusedTerritoriesError, match="32"):
            services.load_country(headless, on=FIRST_VINTAGE)

        assert not Territory.objects.exists()
