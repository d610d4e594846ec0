"""What the page of an evaluation shows: its chart, its tables, the words around them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.charts import Chart, EventPoint, Table, event_study_chart

from .declarations import Plan
from .models import EvaluationRun
from .rules import in_reader_unit, write_effect, write_interval, write_p_value, write_size

_R_CONTROL_GROUPS = {"never": "nevertreated", "notyet": "notyettreated"}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of one result, written for a reader; "" where one does not exist."""

    effect: str
    interval: str
    mde: str
    smallest_effect: str
    pretrend_p: str


def figures(run: EvaluationRun) -> Figures:
    """Write the figures of a result in the unit a reader expects."""
    result = run.result
    effect, transform = result["effect"], result["transform"]
    pretrends = result["pretrends"]
    return Figures(
        effect=write_effect(effect["att"], transform) if effect else "",
        interval=write_interval(effect["ci_low"], effect["ci_high"], transform) if effect else "",
        mde=write_size(result["mde"], transform) if effect else "",
        smallest_effect=write_size(result["smallest_effect_of_interest"], transform),
        pretrend_p=write_p_value(pretrends["p_value"]) if pretrends else "",
    )


def event_study(run: EvaluationRun, plan: Plan, source: str) -> Chart | None:
    """Draw the gap to the comparison communes around the entry; None when nothing was estimated."""
    impact, transform = run.result["impact"], plan.transform
    if impact is None:
        return None
    points = [
        EventPoint(
            event_time=int(event["event_time"]),
            effect=in_reader_unit(event["att"], transform) or 0.0,
            low=in_reader_unit(event["ci_low"], transform),
            high=in_reader_unit(event["ci_high"], transform),
        )
        for event in impact["dynamic"]["event"]
        if event["att"] is not None
    ]
    written = figures(run)
    return event_study_chart(
        slug="etude-evenement",
        title=_(
            "Après l’entrée, écart moyen de %(effect)s avec les communes comparées %(interval)s"
        )
        % {"effect": written.effect, "interval": written.interval},
        points=points,
        unit="%" if transform == "LOG" else _("points"),
        step=_("années depuis l’entrée")
        if plan.observed_once_a_year
        else _("scrutins depuis l’entrée"),
        source=source,
        note=_(
            "Après l’entrée, chaque point est l’écart avec la dernière observation d’avant. Avant, "
            "c’est l’écart d’une observation à la suivante, qui devrait être nul. La bande "
            "verticale contient, 95 fois sur 100, tous les écarts à la fois."
        ),
    )


def balance_table(run: EvaluationRun) -> Table | None:
    """Lay out the characteristics of both groups before the programme."""
    rows = run.result["balance"]["rows"]
    if not rows:
        return None
    keys = (
        "treated",
        "controls",
        "weighted_controls",
        "standardised_difference",
        "weighted_standardised_difference",
    )
    return Table(
        caption=_("Les communes comparées, avant le programme"),
        header=[
            _("Caractéristique"),
            _("Programme"),
            _("Comparées"),
            _("Pondérées"),
            _("Écart standardisé"),
            _("Écart pondéré"),
        ],
        rows=[[row["covariate"], *(row[key] for key in keys)] for row in rows],
        decimals=2,
    )


def cohorts_table(run: EvaluationRun) -> Table | None:
    """List who entered when, as the estimation counts it."""
    cohorts = run.result["cohorts"]
    if not cohorts:
        return None
    return Table(
        caption=_("Communes du programme, par date d’entrée"),
        header=[_("Première observation après l’entrée"), _("Communes"), _("Entrée médiane")],
        rows=[[str(row["period"]), row["n"], _french_day(row["median_entry"])] for row in cohorts],
    )


def _french_day(day: str) -> str:
    return french.date(date.fromisoformat(day))


def set_apart(run: EvaluationRun) -> list[tuple[int, str]]:
    """Count the programme's communes left out, by reason, the most numerous first."""
    counted = run.result["set_apart"].items()
    return sorted(((n, reason) for reason, n in counted), key=lambda pair: -pair[0])


def commands(run: EvaluationRun, plan: Plan) -> dict[str, str]:
    """Write what to type to find the same digits, with Jalon and with R."""
    covariates = run.result["covariates"]
    panel = f"{run.plan.slug}-panel.csv"
    option = f" --covariates {','.join(covariates)}" if covariates else ""
    jalon = (
        f"jalon impact {panel} --unit code --period periode --outcome valeur --cohort cohorte"
        f"{option} --cluster epci --control {plan.design.control} --method {plan.method}"
        f" --base {plan.base} --anticipation {plan.design.anticipation}"
        f" --draws {plan.draws} --seed {plan.seed} --alpha {plan.alpha} --format json"
    )
    formula = " + ".join(covariates) or "1"
    r = (
        f'library(did)\nd <- read.csv("{panel}", colClasses = c(code = "character", epci = '
        '"character"))\nd$id <- as.numeric(factor(d$code))\n'
        'e <- att_gt(yname = "valeur", tname = "periode", idname = "id", gname = "cohorte",\n'
        f'            xformla = ~ {formula}, data = d, clustervars = "epci",\n'
        f'            control_group = "{_R_CONTROL_GROUPS[plan.design.control]}", est_method = '
        f'"{plan.method}", anticipation = {plan.design.anticipation})\n'
        'aggte(e, type = "group"); aggte(e, type = "dynamic")'
    )
    return {"jalon": jalon, "r": r}


def complete_json(run: EvaluationRun, summary: dict[str, Any]) -> dict[str, Any]:
    """Give everything published on a result, for whoever wants to check it."""
    plan = run.plan
    return {
        **summary,
        "sentence": run.sentence,
        "ran_at": run.ran_at.isoformat(),
        "plan": {
            "slug": plan.slug,
            "frozen_at": plan.frozen_at.isoformat(),
            "ancestor": plan.ancestor.slug if plan.ancestor else None,
            "content": plan.content,
        },
        "result": run.result,
    }
