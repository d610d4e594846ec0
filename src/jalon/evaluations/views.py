"""Pages of the evaluations: the list, one evaluation, and its files."""

import csv
import gzip
import io
from typing import Any

from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jalon.core.layout import breadcrumb, page_of
from jalon.core.views import chart_export
from jalon.indicators.catalogue import get_card

from . import presentation, services
from .declarations import Plan
from .enums import Registration, Verdict
from .models import EvaluationPlan, EvaluationRun
from .panels import panel_path


def evaluation_list(request: HttpRequest) -> HttpResponse:
    """List what is known of the effects, by programme, indicator and verdict."""
    chosen = {name: request.GET.get(name, "") for name in ("programme", "indicateur", "verdict")}
    fields = ("plan__programme__code", "plan__indicator", "verdict")
    wanted = {field: value for field, value in zip(fields, chosen.values(), strict=True) if value}
    page = page_of(request, services.published().filter(**wanted), per_page=20)
    counted = dict(services.published().order_by().values_list("verdict").annotate(n=Count("pk")))
    context: dict[str, Any] = {
        "breadcrumb_data": breadcrumb(_("Évaluations")),
        "page": page,
        "rows": [(run, get_card(run.plan.indicator), presentation.figures(run)) for run in page],
        "chosen": chosen,
        "programmes": services.evaluated_programmes(),
        "indicators": [get_card(code) for code in services.evaluated_indicators()],
        "verdicts": [(verdict, counted.get(verdict.value, 0)) for verdict in Verdict],
        "n_published": sum(counted.values()),
    }
    return render(request, "evaluations/list.html", context)


def evaluation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one evaluation: what can be said, why, how solid, compared to whom, how to redo it."""
    if (current := _current_version(slug)) is not None:
        return redirect(current)
    run = _get_run(slug)
    plan, card = Plan.model_validate(run.plan.content), get_card(run.plan.indicator)
    chart = presentation.event_study(run, plan, f"{card.producer} ({card.name})")
    if (export := chart_export(request, [chart])) is not None:
        return export
    balance = run.result["balance"]
    context: dict[str, Any] = {
        "breadcrumb_data": breadcrumb(
            f"{run.plan.programme.name} : {card.short_name}",
            (_("Évaluations"), reverse("evaluations:list")),
        ),
        "run": run,
        "plan": plan,
        "card": card,
        "figures": presentation.figures(run),
        "chart": chart,
        "cohorts": presentation.cohorts_table(run),
        "set_apart": presentation.set_apart(run),
        "balance": presentation.balance_table(run),
        "effective_controls": balance["effective_controls"],
        "is_exploratory": run.plan.registration == Registration.RETROSPECTIVE,
        "successor": getattr(run.plan, "successor", None),
        "n_plans": EvaluationPlan.objects.of_pair(run.plan.programme, run.plan.indicator).count(),
        "others": [
            (other, presentation.figures(other)) for other in services.others_of_pair(run.plan)
        ],
        "commands": presentation.commands(run, plan),
        "has_panel": panel_path(run.data_sha256).exists(),
    }
    return render(request, "evaluations/detail.html", context)


def event_study_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the event study with every digit, in the unit of the estimation."""
    run = _get_run(slug)
    if run.result["impact"] is None:
        raise Http404(_("Cette évaluation n’a pas d’étude d’événement : rien n’a été estimé."))
    columns = ("event_time", "att", "se", "ci_low", "ci_high")
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(run.result["impact"]["dynamic"]["event"])
    return HttpResponse(
        sheet.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers=_attachment(f"{slug}-etude-evenement.csv"),
    )


def panel_csv(request: HttpRequest, slug: str) -> FileResponse:
    """Give the panel the estimation read; its sha256 is the fingerprint of the data."""
    run = _get_run(slug)
    path = panel_path(run.data_sha256)
    if not path.exists():
        raise Http404(
            _("Le panel n’est plus gardé sur ce serveur : « jalon evaluate » le reconstruit.")
        )
    return FileResponse(
        gzip.open(path),
        as_attachment=True,
        filename=f"{slug}-panel.csv",
        content_type="text/csv; charset=utf-8",
    )


def result_json(request: HttpRequest, slug: str) -> JsonResponse:
    """Give everything published on this evaluation."""
    run = _get_run(slug)
    return JsonResponse(
        presentation.complete_json(run, services.as_json(run)),
        json_dumps_params={"ensure_ascii": False, "indent": 1, "allow_nan": False},
        headers=_attachment(f"{slug}-resultat.json"),
    )


def _current_version(slug: str) -> EvaluationPlan | None:
    """Find the plan that a name without version stands for today."""
    return EvaluationPlan.objects.current().filter(name=slug).first()


def _get_run(slug: str) -> EvaluationRun:
    runs = EvaluationRun.objects.latest_of_each_plan().select_related(
        "plan__programme", "plan__ancestor", "plan__successor"
    )
    return get_object_or_404(runs, plan__slug=slug)


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
