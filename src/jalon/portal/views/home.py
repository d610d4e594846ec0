"""The home page: search first, then what is done, where, and what is known of its effects."""

from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jalon.core.charts import Chart
from jalon.core.models import SourceImport
from jalon.core.views import chart_export
from jalon.evaluations import services as evaluations
from jalon.portal import cohort
from jalon.portal.lake_access import current_lake
from jalon.portal.outlines import departement_map
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Territory

_CARDS = 3
_PER_INHABITANTS = 10_000
# The order in which verdicts say most: a proof, then an honest null, then a refusal.
_MOST_TELLING = ("FAVOURABLE", "UNFAVOURABLE", "NOT_DETECTED", "INCONCLUSIVE", "NOT_EVALUABLE")


def home(request: HttpRequest) -> HttpResponse:
    """Show the search, the programmes, the map, three evaluations and the figures of the day."""
    imports = SourceImport.objects.aggregate(
        latest=Max("imported_at"), n=Count("pk"), n_set_apart=Sum("n_set_apart")
    )
    stamp = imports["latest"].timestamp() if imports["latest"] else 0
    density = cache.get_or_set(f"portal:home-map:{stamp}", _density_map, None)
    if (export := chart_export(request, [density])) is not None:
        return export
    published = list(evaluations.published().defer("result"))
    context: dict[str, Any] = {
        "programmes": cohort.with_reach(),
        "map": density,
        "runs": _most_telling(published),
        "n_evaluations": len(published),
        "imports": imports,
        "n_observations": current_lake().status().n_observations,
    }
    return render(request, "portal/home.html", context)


def _density_map() -> Chart | None:
    counts = cohort.interventions_by_departement()
    populations = dict(
        Territory.objects.current()
        .filter(kind=TerritoryKind.DEPARTEMENT, population__gt=0)
        .values_list("code", "population")
    )
    values = {
        code: _PER_INHABITANTS * n / population
        for code, n in counts.items()
        if (population := populations.get(code))
    }
    if not values:
        return None
    return departement_map(
        slug="interventions-par-habitant",
        title=_("Interventions pour 10 000 habitants, par département"),
        values=values,
        unit=_("Interventions pour 10 000 habitants"),
        decimals=1,
        source=_("listes officielles des programmes ; Insee, population municipale"),
        note=_("Les départements peu peuplés ont plus d’interventions par habitant."),
    )


def _most_telling(runs: list[Any]) -> list[Any]:
    """Choose evaluations of different programmes, those that say most first."""
    chosen: dict[int, Any] = {}
    for run in sorted(runs, key=lambda run: _MOST_TELLING.index(run.verdict)):
        chosen.setdefault(run.plan.programme_id, run)
    return list(chosen.values())[:_CARDS]
