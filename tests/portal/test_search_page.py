"""Finding a territory, with and without JavaScript."""

import pytest
from django.test import Client

from jalon.territories.enums import TerritoryKind
from tests.factories import MembershipFactory, TerritoryFactory
from tests.portal.conftest import Oise


class TestSuggestions:
    def test_say_what_tells_namesakes_apart(self, client: Client, oise: Oise) -> None:
        answer = client.get("/recherche/suggestions/?q=beau").json()

        assert answer["suggestions"] == [
            {
                "name": "Beauvais",
                "detail": "Commune · Oise · 56\u202f605 hab.",
                "url": "/territoires/commune/60057/",
                "key": "commune:60057",
            }
        ]

    @pytest.mark.parametrize("text", ["", "%20", "%00", "zzzz", "%27%20OR%201=1", "é" * 500])
    def test_of_nothing_or_of_anything_are_a_list(
        self, client: Client, oise: Oise, text: str
    ) -> None:
        assert client.get(f"/recherche/suggestions/?q={text}").json() == {"suggestions": []}

    def test_cost_few_queries(
        self, client: Client, oise: Oise, django_assert_max_num_queries
    ) -> None:
        with django_assert_max_num_queries(6):
            client.get("/recherche/suggestions/?q=beau")


class TestSearchPage:
    def test_lists_what_answers(self, client: Client, oise: Oise) -> None:
        response = client.get("/recherche/?q=Beauvais")

        assert [one.code for one, _detail in response.context["found"]] == ["60057"]

    def test_without_question_offers_the_regions(self, client: Client, oise: Oise) -> None:
        assert [one.code for one in client.get("/recherche/").context["regions"]] == ["32"]

    def test_says_what_to_do_when_nothing_answers(self, client: Client, oise: Oise) -> None:
        assert "Essayez autrement" in client.get("/recherche/?q=zzzz").content.decode()

    def test_shows_what_was_typed_as_text(self, client: Client, oise: Oise) -> None:
        page = client.get("/recherche/?q=<script>alert(1)</script>").content.decode()

        assert "<script>alert" not in page

    def test_is_cut_into_pages(self, client: Client, db: None) -> None:
        for index in range(25):
            TerritoryFactory(code=f"60{index:03}", name=f"Saint-Denis {index}", searchable=True)

        page = client.get("/recherche/?q=saint-denis&page=2").context["page"]

        assert (page.paginator.count, len(page.object_list)) == (25, 5)


class TestSmallAndStudyKinds:
    @pytest.fixture(autouse=True)
    def _places(self, db: None) -> None:
        commune = TerritoryFactory(searchable=True)
        zone = {"kind": TerritoryKind.ZONE_EMPLOI, "code": "2209", "population": 200_000}
        TerritoryFactory(**zone, searchable=True, searchable__largest_member=56_605)
        quartier = {"kind": TerritoryKind.QPV, "code": "QN06001M", "name": "Argentine"}
        for place in (
            TerritoryFactory(**quartier, population=None, postal_codes=[], searchable=True),
            TerritoryFactory(
                kind=TerritoryKind.COMMUNE_DELEGUEE, code="60999", name="Beauvais",
                population=None, postal_codes=[], searchable=True,
            ),
        ):  # fmt: skip
            MembershipFactory(child=place, parent=commune)
        TerritoryFactory(code="60056", name="Beauvais-le-Petit", population=1_000, searchable=True)

    def found(self, client: Client, asked: str) -> list[tuple[str, str]]:
        rows = client.get("/recherche/suggestions/", {"q": asked}).json()["suggestions"]
        return [(row["url"], row["detail"]) for row in rows]

    def test_come_after_the_communes(self, client: Client) -> None:
        assert [url for url, _detail in self.found(client, "beauv")] == [
            "/territoires/commune/60057/", "/territoires/commune/60056/",
            "/territoires/zone_emploi/2209/", "/territoires/commune_deleguee/60999/",
        ]  # fmt: skip

    @pytest.mark.parametrize("asked", ["argent", "qn06001m"])
    def test_find_a_quartier_by_name_and_code_with_its_commune(
        self, client: Client, asked: str
    ) -> None:
        assert self.found(client, asked) == [
            ("/territoires/qpv/QN06001M/", "Quartier prioritaire · Beauvais")
        ]
