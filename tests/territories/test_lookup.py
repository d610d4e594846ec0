"""Finding a territory by its code, and what contains it."""

import pytest

from jalon.territories import services
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory
from tests.factories import FormerCodeFactory, MembershipFactory, TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class TestGetTerritory:
    def test_takes_codes_and_kinds_in_any_case(self) -> None:
        ajaccio = TerritoryFactory(code="2A004", name="Ajaccio")

        assert services.get_territory("commune", " 2a004 ") == ajaccio

    def test_does_not_mix_kinds(self) -> None:
        TerritoryFactory(departement=True)

        with pytest.raises(services.UnknownTerritoryError, match="« 60 »"):
            services.get_territory(TerritoryKind.REGION, "60")

    def test_ignores_what_no_longer_exists(self) -> None:
        TerritoryFactory(valid_to="2019-01-01")

        with pytest.raises(services.UnknownTerritoryError):
            services.get_territory("commune", "60057")


class TestResolveCode:
    def test_carries_a_former_code_to_the_commune_of_today(self) -> None:
        former = FormerCodeFactory()

        assert services.resolve_code("50383") == former.territory

    def test_prefers_a_code_in_use(self) -> None:
        beauvais = TerritoryFactory()
        FormerCodeFactory(code="60057")

        assert services.resolve_code("60057") == beauvais

    def test_carries_an_arrondissement_to_its_commune(self) -> None:
        paris = TerritoryFactory(code="75056", name="Paris")
        MembershipFactory(
            child=TerritoryFactory(
                kind=TerritoryKind.ARRONDISSEMENT_MUNICIPAL, code="75111", name="Paris 11e"
            ),
            parent=paris,
        )

        assert services.resolve_code("75111") == paris

    def test_names_the_candidates_of_an_ambiguous_code(self) -> None:
        cherbourg = FormerCodeFactory().territory
        beauvais = TerritoryFactory()
        FormerCodeFactory(territory=beauvais)

        with pytest.raises(services.AmbiguousCodeError, match="Cherbourg") as refused:
            services.resolve_code("50383")

        assert refused.value.candidates == [cherbourg, beauvais]

    @pytest.mark.parametrize("code", ["99999", "", "'; DROP TABLE", "é" * 500])
    def test_refuses_what_nothing_ever_bore(self, code: str) -> None:
        with pytest.raises(services.UnknownTerritoryError):
            services.resolve_code(code)

    def test_does_not_look_for_former_codes_of_other_kinds(self) -> None:
        FormerCodeFactory()

        with pytest.raises(services.UnknownTerritoryError):
            services.resolve_code("50383", TerritoryKind.EPCI)


class TestAncestors:
    @pytest.fixture
    def beauvais(self) -> Territory:
        france = TerritoryFactory(france=True)
        region = TerritoryFactory(region=True)
        departement = TerritoryFactory(departement=True)
        epci = TerritoryFactory(epci=True)
        beauvais = TerritoryFactory()
        for parent in (region, epci, departement):
            MembershipFactory(child=beauvais, parent=parent)
        MembershipFactory(child=departement, parent=region)
        MembershipFactory(child=region, parent=france)
        return beauvais

    def test_go_from_the_nearest_to_france(
        self, beauvais: Territory, django_assert_num_queries
    ) -> None:
        with django_assert_num_queries(1):
            found = services.ancestors(beauvais)

        names = [territory.name for territory in found]
        assert names == ["CA du Beauvaisis", "Oise", "Hauts-de-France", "France"]

    def test_leave_out_what_ended(self, beauvais: Territory) -> None:
        beauvais.memberships_as_child.filter(parent__kind=TerritoryKind.EPCI).update(
            valid_to="2025-01-01"
        )

        names = [territory.name for territory in services.ancestors(beauvais)]

        assert names == ["Oise", "Hauts-de-France", "France"]

    def test_of_france_are_none(self, beauvais: Territory) -> None:
        assert services.ancestors(Territory.objects.get(kind=TerritoryKind.FRANCE)) == []


class TestDepartementNames:
    def test_are_joined_for_what_straddles(self, django_assert_num_queries) -> None:
        epci, beauvais = TerritoryFactory(epci=True), TerritoryFactory()
        MembershipFactory(child=beauvais)
        MembershipFactory(child=epci)
        MembershipFactory(
            child=epci, parent=TerritoryFactory(departement=True, code="80", name="Somme")
        )

        with django_assert_num_queries(1):
            names = services.departement_names([epci, beauvais])

        assert names == {epci.pk: "Oise, Somme", beauvais.pk: "Oise"}
