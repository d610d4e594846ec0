"""What the register holds at this moment, for the ETag and the "simulated" flag of an answer."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.db.models import Max
from django.http import HttpRequest, HttpResponse

from jalon.core.models import SourceImport
from jalon.evaluations.models import EvaluationRun

from .answering import answer

# What the description of a territory depends on.
_OF_TERRITORIES = {"territoires", "cog-communes", "cog-mouvements", "contours"}


@dataclass(frozen=True)
class Imports:
    """What was imported: one fingerprint of it all, and one of what describes the territories.

    `territories` is empty while no list of territories was imported.
    """

    fingerprint: str
    territories: str
    is_simulated: bool


@dataclass(frozen=True)
class State:
    """The imports and publications that an answer may depend on."""

    vintage: str
    is_simulated: bool


def current_imports() -> Imports:
    """Read what was imported, in one query.

    Every answer of the API asks for it, so the query is written once a process: building it anew
    took a third of the time of an answer (0.2 ms of 0.6).
    """
    with connection.cursor() as cursor:
        cursor.execute(*_query())
        return _summed_up(tuple(cursor.fetchall()))


@cache
def _query() -> tuple[str, tuple[Any, ...]]:
    columns = ("slug", "vintage", "sha256", "is_simulated")
    rows = SourceImport.objects.order_by("slug").values_list(*columns)
    return rows.query.sql_with_params()


@lru_cache(maxsize=8)
def _summed_up(rows: tuple[tuple[str, str, str, bool], ...]) -> Imports:
    vintages = {slug: vintage for slug, vintage, *_ in rows}
    label = vintages.get("territoires")
    described = _fingerprint(row for row in rows if row[0] in _OF_TERRITORIES)
    return Imports(
        fingerprint=_fingerprint(rows),
        territories=f"territoires {label} {described}" if label is not None else "",
        is_simulated=any(simulated for *_, simulated in rows),
    )


def current_state() -> State:
    """Read the state of the register, in two queries."""
    imports = current_imports()
    published = EvaluationRun.objects.aggregate(latest=Max("confirmed_at"))["latest"]
    when = f"{published:%Y%m%dT%H%M%S.%f}" if published else "0"
    return State(f"registre {imports.fingerprint} {when}", imports.is_simulated)


def _fingerprint(rows: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()[:12]


def answer_from_register(
    request: HttpRequest, write: Callable[[State], HttpResponse]
) -> HttpResponse:
    """Answer from the register, or 304 when nothing was imported or published since."""
    state = current_state()
    return answer(
        request,
        vintage=state.vintage,
        is_simulated=state.is_simulated,
        write=lambda: write(state),
    )
