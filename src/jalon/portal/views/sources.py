"""The sources: where each file came from, when, and what was found when it was read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.core import french
from jalon.core.layout import breadcrumb, page_of
from jalon.core.models import SourceImport
from jalon.indicators.sources import all_sources, get_source
from jalon.interventions.models import Programme
from jalon.lake.errors import UnknownSourceError
from jalon.lake.manifest import StoredSource
from jalon.lake.source import Source
from jalon.portal.lake_access import current_lake


@dataclass(frozen=True)
class SourceState:
    """A declared source and what is held of it, if anything."""

    source: Source
    held: SourceImport | StoredSource | None

    @property
    def is_present(self) -> bool:
        """Say whether the source was read."""
        return self.held is not None

    @property
    def imported_at(self) -> datetime | None:
        """Give the moment when it was read."""
        if isinstance(self.held, SourceImport):
            return self.held.imported_at
        return self.held.stored_at if self.held else None

    @property
    def read_live_at(self) -> datetime | None:
        """Give the moment when its official file was last downloaded."""
        return self.held.read_live_at if isinstance(self.held, SourceImport) else None

    @property
    def origin_name(self) -> str:
        """Name the file that was read, without the folders of the machine."""
        return self.held.origin.rsplit("/", 1)[-1] if self.held else ""

    @property
    def report(self) -> dict[str, Any]:
        """Give the validation report."""
        return dict(self.held.report) if self.held else {}


def _states() -> list[SourceState]:
    registered = {one.slug: one for one in SourceImport.objects.all()}
    stored = current_lake().status().sources
    return [
        SourceState(source, registered.get(source.slug) or stored.get(source.slug))
        for source in all_sources()
    ]


def sources(request: HttpRequest) -> HttpResponse:
    """List every declared source, present or absent."""
    states = _states()
    context = {
        "breadcrumb_data": breadcrumb(_("Données")),
        "states": states,
        "n_present": sum(state.is_present for state in states),
    }
    return render(request, "portal/sources.html", context)


def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one source: licence, vintage, fingerprint, and its validation report."""
    try:
        declared = get_source(slug)
    except UnknownSourceError as error:
        raise Http404(str(error)) from None
    state = next(state for state in _states() if state.source.slug == slug)
    problems = state.report.get("constats", [])
    context = {
        "breadcrumb_data": breadcrumb(declared.title, (_("Données"), reverse("portal:sources"))),
        "state": state,
        "source": declared,
        "programmes": Programme.objects.filter(code__in=declared.programmes),
        "page": page_of(request, [_written(problem) for problem in problems], 50),
        "summary": state.report.get("résumé", ""),
    }
    return render(request, "portal/source.html", context)


_SEVERITIES = {
    "STRUCTURE": gettext_lazy("structure"),
    "ROW": gettext_lazy("mise à part"),
    "REPAIR": gettext_lazy("réparation"),
    "NOTE": gettext_lazy("note"),
}


def _written(problem: dict[str, Any]) -> dict[str, str]:
    """Write one finding of a report for its table."""
    row, severity = problem.get("ligne"), str(problem.get("gravité", ""))
    return {
        "severity": str(_SEVERITIES.get(severity, severity)),
        "row": "–" if row is None else french.number(row),
        "column": problem.get("colonne") or "–",
        "value": problem.get("valeur") or "–",
        "message": problem.get("message", ""),
    }
