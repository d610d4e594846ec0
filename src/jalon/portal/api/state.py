"""What the register holds at this moment, for the ETag and the "simulated" flag of an answer."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
    """Read what was imported, in one query."""
    rows = list(
        SourceImport.objects.order_by("slug").values_list(
            "slug", "vintage", "sha256", "is_simulated"
        )
    )
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
