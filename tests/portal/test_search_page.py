"""Finding a territory, with and without JavaScript."""

import pytest
from django.test import Client

from tests.factories import TerritoryFactory
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
