"""The page that tells the history of a commune."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jalon.territories.enums import EventKind
from jalon.territories.models import FormerCode, Territory
from tests.factories import FormerCodeFactory, TerritoryEventFactory, TerritoryFactory
from tests.portal.conftest import Oise

pytestmark = pytest.mark.database
ADDRESS = "/territoires/commune/60057/histoire/"
BEAUVAIS, MARISSEL = ("COM", "60057", "Beauvais"), ("COM", "60384", "Marissel")


@pytest.fixture
def marissel(oise: Oise) -> Territory:
    """Beauvais, that took over Marissel in 1943, and changed its name in 2001 for the test."""
    TerritoryEventFactory(
        day=dt.date(1943, 2, 19),
        kind=EventKind.MERGED,
        links=[(BEAUVAIS, BEAUVAIS), (MARISSEL, BEAUVAIS)],
        territories=[oise.beauvais],
    )
    TerritoryEventFactory(
        day=dt.date(2001, 1, 1),
        kind=EventKind.RENAMED,
        links=[(("COM", "60057", "Beauvoir"), BEAUVAIS)],
        territories=[oise.beauvais],
    )
    FormerCodeFactory(code="60384", territory=oise.beauvais, ceased_on=dt.date(1943, 2, 19))
    return oise.beauvais


class TestHistoryPage:
    def test_tells_the_latest_event_first_with_dates_and_codes(
        self, client: Client, marissel: Territory
    ) -> None:
        response = client.get(ADDRESS)

        told = [
            (story.day.year, story.sentence, story.codes) for story in response.context["stories"]
        ]
        assert told == [
            (2001, "Beauvoir a changé de nom pour Beauvais.", "Code 60057, inchangé"),
            (1943, "Marissel a été rattachée à Beauvais.", "Codes 60057, 60384 → 60057"),
        ]
        page = response.content.decode()
        assert page.index("1er janvier 2001") < page.index("19 février 1943")

    def test_names_the_codes_that_lead_there(self, client: Client, marissel: Territory) -> None:
        former = client.get(ADDRESS).context["former_codes"]

        assert [(one.code, one.name, list(one.others)) for one in former] == [
            ("60384", "Marissel", [])
        ]

    def test_says_that_a_code_leads_elsewhere_too(
        self, client: Client, marissel: Territory
    ) -> None:
        FormerCodeFactory(code="60384", territory=TerritoryFactory(compiegne=True))

        page = client.get(ADDRESS).content.decode()

        assert "Code partagé : mène aussi à Compiègne (60159)." in page

    def test_is_linked_from_the_page_of_the_commune(self, client: Client, oise: Oise) -> None:
        assert ADDRESS in client.get("/territoires/commune/60057/").content.decode()
        assert "histoire" not in client.get("/territoires/departement/60/").content.decode()

    def test_of_a_commune_that_never_changed_says_so(self, client: Client, oise: Oise) -> None:
        TerritoryEventFactory()

        page = client.get(ADDRESS).content.decode()

        assert "Rien n’a changé depuis 1943" in page

    def test_of_a_commune_that_insee_does_not_follow_claims_nothing(
        self, client: Client, oise: Oise
    ) -> None:
        TerritoryEventFactory()
        TerritoryFactory(code="98735", name="Papeete", zone="com")

        page = client.get("/territoires/commune/98735/histoire/").content.decode()

        assert "Histoire non suivie" in page
        assert "Rien n’a changé" not in page

    def test_without_the_movements_says_that_nothing_is_known(
        self, client: Client, oise: Oise
    ) -> None:
        page = client.get(ADDRESS).content.decode()

        assert "n’a pas été importée" in page

    def test_of_a_former_code_leads_to_todays_commune(
        self, client: Client, marissel: Territory
    ) -> None:
        response = client.get("/territoires/commune/60384/histoire/", follow=True)

        assert response.redirect_chain == [(f"{ADDRESS}?ancien-code=60384", 302)]
        assert "Le code 60384 n’est plus utilisé" in response.content.decode()

    def test_of_a_shared_code_lets_the_reader_choose(
        self, client: Client, marissel: Territory
    ) -> None:
        FormerCodeFactory(code="60384", territory=TerritoryFactory(compiegne=True))

        response = client.get("/territoires/commune/60384/histoire/")

        assert response.status_code == 300
        assert "/territoires/commune/60159/histoire/" in response.content.decode()

    @pytest.mark.parametrize(
        "address",
        [
            "/territoires/commune/99999/histoire/",
            "/territoires/commune/'; DROP/histoire/",
            "/territoires/epci/200067999/histoire/",
        ],
    )
    def test_of_what_is_no_commune_is_not_found(
        self, client: Client, oise: Oise, address: str
    ) -> None:
        assert client.get(address).status_code == 404

    def test_costs_the_same_queries_for_more_events(
        self,
        client: Client,
        marissel: Territory,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client.get(ADDRESS)  # warms what is read once a process
        with django_assert_num_queries(12, exact=False) as first:
            client.get(ADDRESS)
        for n in range(5):
            TerritoryEventFactory(
                day=dt.date(1950 + n, 1, 1),
                links=[(MARISSEL, BEAUVAIS)],
                territories=[marissel],
            )
            FormerCode.objects.create(code=f"6090{n}", territory=marissel)

        with django_assert_num_queries(len(first)):
            client.get(ADDRESS)

    def test_is_cut_into_pages(self, client: Client, marissel: Territory) -> None:
        for n in range(40):
            TerritoryEventFactory(
                day=dt.date(1950 + n, 1, 1),
                kind=EventKind.RENAMED,
                links=[(BEAUVAIS, BEAUVAIS)],
                territories=[marissel],
            )

        assert len(client.get(ADDRESS).context["stories"]) == 30
        assert len(client.get(f"{ADDRESS}?page=2").context["stories"]) == 12
