"""Verbs of the evaluations: freeze plans, answer them, read what is published."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jalon.indicators import catalogue
from jalon.interventions.models import Programme

from . import rules
from .declarations import Plan, canonical, read_plans
from .enums import Registration
from .estimation import Answer, answer, code_fingerprint
from .models import EvaluationPlan, EvaluationRun, EvaluationRunQuerySet
from .panels import keep_panel
from .readings import Reader
from .samples import Sample, build_sample, fingerprint

_NO_PANEL = b""


class UnableToEvaluateError(Exception):
    """The evaluations asked for cannot be run; the message is in French."""


def published() -> EvaluationRunQuerySet:
    """Give the latest result of each current plan, with its plan and programme (one query)."""
    return (
        EvaluationRun.objects.of_current_plans()
        .latest_of_each_plan()
        .select_related("plan__programme")
        .order_by("plan__programme__order", "plan__indicator", "plan__name")
    )


def evaluated_programmes() -> QuerySet[Programme]:
    """Give the programmes that have at least one published evaluation."""
    return Programme.objects.filter(plans__runs__isnull=False).distinct()


def evaluated_indicators() -> list[str]:
    """Give the indicators that have at least one published evaluation."""
    plans = EvaluationPlan.objects.filter(runs__isnull=False).order_by("indicator")
    return list(plans.values_list("indicator", flat=True).distinct())


def others_of_pair(plan: EvaluationPlan) -> EvaluationRunQuerySet:
    """Give the latest results of the other plans on the same programme and indicator."""
    same_pair = EvaluationPlan.objects.of_pair(plan.programme, plan.indicator)
    return (
        EvaluationRun.objects.filter(plan__in=same_pair.exclude(pk=plan.pk))
        .latest_of_each_plan()
        .select_related("plan")
        .order_by("plan__slug")
    )


def as_json(run: EvaluationRun) -> dict[str, Any]:
    """Give a published result in the shape of `jalon evaluate --format json` (DESIGN.md §6)."""
    plan, result = run.plan, run.result
    return {
        "id": plan.slug,
        "programme": plan.programme.code,
        "indicator": plan.indicator,
        "registration": plan.registration,
        "verdict": run.verdict,
        "reason": run.reason,
        "rule_version": run.rule_version,
        "effect": result["effect"],
        "mde": result["mde"],
        "smallest_effect_of_interest": result["smallest_effect_of_interest"],
        "pretrends": result["pretrends"],
        "n_treated": run.n_treated,
        "n_controls": run.n_controls,
        "n_clusters": run.n_clusters,
        "fingerprints": {"plan": plan.sha256, "data": run.data_sha256, "code": run.code_sha256},
    }


def select_plans(*, programme: str | None = None, indicator: str | None = None) -> list[Plan]:
    """Give the declared plans of a programme and of an indicator (by default, all of them).

    Raises
    ------
    UnableToEvaluateError
        When no plan matches.
    BadPlanError
        When a declared plan is not valid.
    """
    declared = read_plans()
    plans = [
        plan
        for plan in declared
        if programme in (None, plan.design.programme) and indicator in (None, plan.indicator)
    ]
    if not plans:
        raise UnableToEvaluateError(
            _(
                "Aucun plan d’évaluation pour programme=%(programme)s et indicateur=%(indicator)s. "
                "Programmes évalués : %(programmes)s. Indicateurs : %(indicators)s."
            )
            % {
                "programme": programme or _("tous"),
                "indicator": indicator or _("tous"),
                "programmes": ", ".join(sorted({plan.design.programme for plan in declared})),
                "indicators": ", ".join(sorted({plan.indicator for plan in declared})),
            }
        )
    return plans


def evaluate(
    plans: Iterable[Plan], *, on_answer: Callable[[Plan], None] = lambda plan: None
) -> list[EvaluationRun]:
    """Freeze and answer plans; a plan already answered with the same fingerprints is kept as is.

    Parameters
    ----------
    plans : iterable of Plan
        Declared plans.
    on_answer : callable
        Called with each plan once answered, to show progress.

    Raises
    ------
    UnableToEvaluateError
        When a plan's programme is not in the register, or a frozen plan was tampered with.
    """
    plans = list(plans)
    reader = Reader()
    programmes = _programmes(plans)
    frozen = [freeze_plan(plan, programmes[plan.design.programme], reader) for plan in plans]
    runs = []
    for plan, row in zip(plans, frozen, strict=True):
        runs.append(_run(plan, row, reader))
        on_answer(plan)
    return runs


def _programmes(plans: list[Plan]) -> dict[str, Programme]:
    codes = {plan.design.programme for plan in plans}
    programmes = {
        programme.code: programme for programme in Programme.objects.filter(code__in=codes)
    }
    if missing := sorted(codes - set(programmes)):
        raise UnableToEvaluateError(
            _("Programmes absents du registre : %(codes)s. Lancer d’abord « jalon ingest ».")
            % {"codes": ", ".join(missing)}
        )
    return programmes


@transaction.atomic
def freeze_plan(plan: Plan, programme: Programme, reader: Reader) -> EvaluationPlan:
    """Give the frozen form of a plan, freezing it now if it is new or changed.

    Whether it is prospective is decided here, from the dates the platform knows, once and for all.

    Raises
    ------
    UnableToEvaluateError
        When the frozen plan no longer matches its own fingerprint.
    """
    versions = EvaluationPlan.objects.select_for_update().filter(name=plan.name)
    latest = versions.order_by("-version").first()
    if latest is not None:
        _refuse_tampering(latest)
        if latest.sha256 == plan.sha256:
            return latest
    version = latest.version + 1 if latest else 1
    frozen_at = timezone.now()
    return EvaluationPlan.objects.create(
        name=plan.name,
        version=version,
        slug=f"{plan.name}-v{version}",
        programme=programme,
        indicator=plan.indicator,
        content=json.loads(plan.canonical()),
        sha256=plan.sha256,
        frozen_at=frozen_at,
        registration=_registration(plan, programme, reader, frozen_at),
        ancestor=latest,
    )


def _registration(
    plan: Plan, programme: Programme, reader: Reader, frozen_at: datetime
) -> Registration:
    card, last = catalogue.get_card(plan.indicator), plan.periods[-1]
    same_pair = EvaluationRun.objects.filter(
        plan__programme=programme, plan__indicator=plan.indicator
    )
    return rules.register(
        frozen_at=frozen_at,
        last_published_on=card.published_on(last),
        last_imported_at=reader.imported_at(card, last),
        has_earlier_results=same_pair.exists(),
    )


def _refuse_tampering(frozen: EvaluationPlan) -> None:
    # The content is compared as it is kept: today's code may read plans otherwise.
    if fingerprint(canonical(frozen.content).encode()) != frozen.sha256:
        raise UnableToEvaluateError(
            _("Le plan figé « %(slug)s » ne correspond plus à son empreinte : il a été modifié.")
            % {"slug": frozen.slug}
        )


def _run(plan: Plan, frozen: EvaluationPlan, reader: Reader) -> EvaluationRun:
    """Answer one frozen plan, or confirm the answer given before to the very same inputs."""
    card = catalogue.get_card(plan.indicator)
    sample, unfit = _sample(plan, reader)
    prints = {
        "data_sha256": keep_panel(sample.as_csv() if sample else _NO_PANEL),
        "context_sha256": fingerprint(sample.context() if sample else unfit.encode()),
        "code_sha256": code_fingerprint(card),
    }
    kept = frozen.runs.filter(**prints).first()
    if kept is not None:
        return _confirm(kept)
    found = answer(
        plan=plan, card=card, programme=frozen.programme.name, sample=sample, unfit=unfit
    )
    return _publish(frozen, found, sample, prints)


def _confirm(run: EvaluationRun) -> EvaluationRun:
    """Make an earlier answer the published one again, when figures or code came back to it."""
    if run.plan.runs.filter(confirmed_at__gt=run.confirmed_at).exists():
        run.confirmed_at = timezone.now()
        run.save(update_fields=["confirmed_at"])
    return run


def _sample(plan: Plan, reader: Reader) -> tuple[Sample | None, str]:
    """Build the panel of a plan, or say in French why it cannot be."""
    if missing := reader.missing_figures(plan):
        return None, _missing_in_words(plan, missing)
    if absent := reader.missing_lists(plan):
        return None, _("la liste de %(programmes)s n’est pas importée") % {
            "programmes": ", ".join(absent)
        }
    return build_sample(plan, reader.read(plan), catalogue.get_card(plan.indicator)), ""


def _missing_in_words(plan: Plan, missing: list[tuple[str, int]]) -> str:
    """Name the figures that miss: those of the outcome by their periods alone."""
    if {code for code, _period in missing} == {plan.indicator}:
        periods = ", ".join(str(period) for _code, period in missing)
        return _("les chiffres de %(periods)s ne sont pas encore connus") % {"periods": periods}
    figures = ", ".join(f"{code} {period}" for code, period in missing)
    return _("il manque des chiffres au calcul (%(figures)s)") % {"figures": figures}


def _publish(
    frozen: EvaluationPlan, found: Answer, sample: Sample | None, prints: dict[str, str]
) -> EvaluationRun:
    judgement, now = found.judgement, timezone.now()
    return EvaluationRun.objects.create(
        plan=frozen,
        ran_at=now,
        confirmed_at=now,
        **prints,
        verdict=judgement.verdict,
        sentence=judgement.sentence,
        reason=judgement.reason,
        rule_version=rules.RULE_VERSION,
        n_treated=sample.n_treated if sample else 0,
        n_controls=sample.n_controls if sample else 0,
        n_clusters=sample.n_clusters if sample else 0,
        result=found.result,
    )
