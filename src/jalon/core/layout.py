"""Pieces of layout that views hand to the base template."""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


class BreadcrumbLink(TypedDict):
    """One step above the page."""

    title: str
    url: str


class Breadcrumb(TypedDict):
    """What `{% dsfr_breadcrumb %}` reads; the home page is added by the tag."""

    links: list[BreadcrumbLink]
    current: str


def breadcrumb(current: str, *links: tuple[str, str]) -> Breadcrumb:
    """Build the way to a page: its name, then (title, address) of each step above, from the top."""
    return {"links": [{"title": title, "url": url} for title, url in links], "current": current}


class ListPage(Page[Any]):
    """One page of a list, with the numbers that `core/_pagination.html` shows: 1 … 4 5 6 … 33."""

    @property
    def pages_list(self) -> Iterator[int | str]:
        """Give the page numbers to show, with an ellipsis for those left out."""
        return self.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1)


class ListPaginator(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """A paginator whose pages know which numbers to show."""

    def _get_page(self, *args: Any, **kwargs: Any) -> ListPage:
        return ListPage(*args, **kwargs)


def page_of(
    request: HttpRequest, rows: Sequence[Any] | QuerySet[Any, Any], per_page: int = 50
) -> Page[Any]:
    """Cut a list into pages and give the one the address asks for (the nearest, when wrong)."""
    return ListPaginator(rows, per_page).get_page(request.GET.get("page"))
