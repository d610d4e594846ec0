"""Pages of a list: bounded, with their total and the address of the next one."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000

Limit = Annotated[
    int, Field(ge=1, le=MAX_LIMIT, description=f"Nombre de réponses, {MAX_LIMIT} au plus")
]
Offset = Annotated[int, Field(ge=0, le=10_000_000, description="Nombre de réponses à passer")]


class Page(Schema):
    """What every paginated answer says of itself."""

    total: int
    limite: int
    decalage: int
    suivant: str | None
    simule: bool


def page_of(
    request: HttpRequest, *, total: int, limit: int, offset: int, is_simulated: bool
) -> dict[str, Any]:
    """Describe one page; `suivant` is the address of the next, or null on the last."""
    follows = offset + limit < total
    parameters = request.GET.copy()
    parameters["offset"] = str(offset + limit)
    address = f"{request.path}?{parameters.urlencode()}"
    return {
        "total": total,
        "limite": limit,
        "decalage": offset,
        "suivant": request.build_absolute_uri(address) if follows else None,
        "simule": is_simulated,
    }


def with_paging_headers(response: HttpResponse, page: dict[str, Any]) -> HttpResponse:
    """Say in the headers of a table, which has no room for it, how many rows and where they go on.

    Parameters
    ----------
    response
        The table.
    page
        What `page_of` says of it.
    """
    response["X-Total-Count"] = str(page["total"])
    if page["suivant"]:
        response["Link"] = f'<{page["suivant"]}>; rel="next"'
    return response
