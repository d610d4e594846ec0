"""Renders a result as plain text in French."""

from collections.abc import Iterable

from jalon.causal.results import Estimate, FamilyResult, ImpactResult
from jalon.causal.wording import plain

_CONTROL = {"never": "jamais traitées", "notyet": "jamais ou pas encore traitées"}
_METHOD = {
    "dr": "doublement robuste",
    "ipw": "pondération par le score de propension",
    "reg": "régression",
}
_BASE = {"varying": "variable", "universal": "universelle"}
_ABSENT = "–"


def render_text(result: ImpactResult) -> str:
    """Write a result for a reader at a terminal: averages first, then the detail.

    Parameters
    ----------
    result : ImpactResult
        What `estimate` gave.
    """
    first, last = (plain(period) for period in result.periods)
    lines = [
        "Effet moyen sur les unités traitées (Callaway et Sant’Anna)",
        f"{result.n_units} unités, dont {result.n_treated} traitées, {result.n_clusters} grappes,"
        f" périodes {first} à {last}.",
        f"Comparaison : unités {_CONTROL[result.control]} ; méthode : {_METHOD[result.method]} ;"
        f" base {_BASE[result.base]} ; anticipation : {result.anticipation}.",
        _inference(result),
        "",
        *_table("Moyennes", "", _averages(result)),
        *_family("Par durée depuis le traitement", "durée", result.dynamic),
        *_family("Par cohorte", "cohorte", result.group),
        *_family("Par période", "période", result.calendar),
        *_table(
            "Par cohorte et période",
            "cohorte, période",
            (
                (f"{plain(cell.cohort)}, {plain(cell.period)}", cell.estimate)
                for cell in result.att_gt
            ),
        ),
        _pretrends(result),
        *(f"Attention : {warning}" for warning in result.warnings),
    ]
    return "\n".join(lines)


def _averages(result: ImpactResult) -> list[tuple[str, Estimate]]:
    return [
        ("simple", result.simple),
        ("durées", result.dynamic.overall),
        ("cohortes", result.group.overall),
        ("périodes", result.calendar.overall),
    ]


def _inference(result: ImpactResult) -> str:
    level = _french(100 * (1 - result.alpha), "{:g}")
    kind = "analytiques" if result.se_kind == "analytic" else "par bootstrap à multiplicateurs"
    if result.band == "pointwise":
        return f"Erreurs-types {kind} ; intervalles à {level} %, point par point."
    return (
        f"Erreurs-types {kind} ; bandes simultanées à {level} % dans chaque tableau"
        " (moyennes : point par point)."
    )


def _family(title: str, label: str, family: FamilyResult) -> list[str]:
    rows = ((plain(point.label).replace("-", "−"), point.estimate) for point in family.points)
    critical = _french(family.critical_value, "{:.2f}")
    return _table(f"{title} (valeur critique {critical})", label, rows)


def _table(title: str, label: str, rows: Iterable[tuple[str, Estimate]]) -> list[str]:
    head = f"  {label:<18}{'effet':>12}{'erreur-type':>13}{'de':>12}{'à':>12}"
    body = [
        f"  {name:<18}{_figure(one.att):>12}{_figure(one.se):>13}"
        f"{_figure(one.ci_low):>12}{_figure(one.ci_high):>12}"
        for name, one in rows
    ]
    return [title, head, *(body or ["  aucun effet estimable"]), ""]


def _pretrends(result: ImpactResult) -> str:
    test = result.pretrends
    if test is None:
        return "Tendances avant traitement : aucun test possible."
    return (
        f"Tendances avant traitement, test joint de Wald : {_french(test.wald, '{:.3f}')}"
        f" ({test.df} degrés de liberté), p = {_french(test.p_value, '{:.4f}')}."
    )


def _figure(value: float | None) -> str:
    return _ABSENT if value is None else _french(value, "{:.5g}")


def _french(value: float, form: str) -> str:
    return form.format(value).replace(".", ",").replace("-", "−")
