"""Pages of a list, the main menu, verdict badges."""

import pytest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from jalon.core.layout import breadcrumb, page_of


@pytest.mark.django_db
class TestPageOf:
    @pytest.mark.parametrize(
        ("asked", "given"), [("2", 2), ("", 1), ("0", 3), ("999", 3), ("deux", 1), ("-1", 3)]
    )
    def test_gives_the_nearest_page(self, rf: RequestFactory, asked: str, given: int) -> None:
        page = page_of(rf.get("/", {"page": asked}), list(range(25)), per_page=10)

        assert page.number == given

    def test_shows_few_numbers_however_long_the_list(self, rf: RequestFactory) -> None:
        page = page_of(rf.get("/", {"page": "40"}), list(range(1000)), per_page=10)

        assert list(page.pages_list) == [1, "…", 38, 39, 40, 41, 42, "…", 100]

    def test_keeps_the_other_choices_of_the_address(self, rf: RequestFactory) -> None:
        request = rf.get("/", {"q": "st étienne", "page": "1"})
        page = page_of(request, list(range(25)), per_page=10)
        template = Template('{% include "core/_pagination.html" %}')

        written = template.render(RequestContext(request, {"page": page}))

        assert 'href="?q=st+%C3%A9tienne&amp;page=2"' in written


class TestBreadcrumb:
    def test_names_the_steps_above_the_page(self) -> None:
        assert breadcrumb("Oise", ("Territoires", "/recherche/")) == {
            "links": [{"title": "Territoires", "url": "/recherche/"}],
            "current": "Oise",
        }


class TestMainMenu:
    @pytest.mark.parametrize(
        ("path", "section"),
        [("/programmes/acv/", "Programmes"), ("/territoires/commune/60057/", "Territoires")],
    )
    def test_says_where_the_reader_is(self, rf: RequestFactory, path: str, section: str) -> None:
        context = Context({"request": rf.get(path)})

        menu = Template("{% load layout %}{% main_menu %}").render(context)

        (current,) = [line for line in menu.splitlines() if "aria-current" in line]
        assert section in current


class TestVerdictBadge:
    @pytest.mark.parametrize(
        "verdict", ["FAVOURABLE", "UNFAVOURABLE", "NOT_DETECTED", "INCONCLUSIVE", "NOT_EVALUABLE"]
    )
    def test_always_has_its_words(self, verdict: str) -> None:
        template = Template("{% load layout %}{% verdict_badge verdict label %}")

        badge = template.render(Context({"verdict": verdict, "label": "non concluant"}))

        assert "non concluant" in badge
