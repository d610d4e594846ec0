"""From a sample to an answer: the estimation of record, its evidence and its verdict."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import jalon.causal
from jalon.causal import CausalError, Columns, Estimate, ImpactResult, Options, Panel
from jalon.causal.propensity import fit_propensity
from jalon.core import french
from jalon.indicators import comparables
from jalon.indicators.catalogue import IndicatorCard

from . import declarations, rules, samples
from .declarations import Plan
from .rules import Effect, Evidence, Judgement, Question
from .samples import Floats, Sample


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The verdict on one plan, and everything that will be published with it."""

    judgement: Judgement
    result: dict[str, Any]


def answer(
    *, plan: Plan, card: IndicatorCard, programme: str, sample: Sample | None, unfit: str = ""
) -> Answer:
    """Estimate and judge one plan. Nothing is estimated when the indicator cannot answer.

    Parameters
    ----------
    plan : Plan
        The plan as frozen.
    card : IndicatorCard
        The card of its outcome.
    programme : str
        Name of the programme, for the sentences.
    sample : Sample or None
        Its panel; None when it could not be built.
    unfit : str
        Why it could not be, in French.
    """
    unfit = unfit or why_unfit(plan, card, sample)
    impact = None
    if sample is not None and not unfit and _is_estimable(sample):
        try:
            impact = estimate(plan, sample)
        except CausalError as error:
            unfit = str(error)
    evidence = _evidence(sample, impact, unfit)
    question = Question(
        programme=programme,
        indicator=card.in_a_sentence,
        expected=plan.expected,
        transform=plan.transform,
        smallest_effect=plan.smallest_effect,
    )
    judgement = rules.judge(question, evidence)
    return Answer(judgement=judgement, result=_result(plan, sample, impact, evidence))


def options(plan: Plan) -> Options:
    """Give the choices of the estimation of record: those of the plan, and its seed."""
    return Options(
        control=plan.design.control,
        method=plan.method,
        base=plan.base,
        anticipation=plan.design.anticipation,
        draws=plan.draws,
        seed=plan.seed,
        alpha=plan.alpha,
    )


def estimate(plan: Plan, sample: Sample) -> ImpactResult:
    """Run the causal engine on a sample.

    Raises
    ------
    CausalError
        When nothing can be compared.
    """
    columns = Columns(
        unit="code",
        period="periode",
        cohort="cohorte",
        outcomes=("valeur",),
        covariates=sample.covariate_names,
        cluster="epci",
    )
    return jalon.causal.estimate(
        Panel.from_table(sample.as_table(), columns), "valeur", options(plan)
    )


def why_unfit(plan: Plan, card: IndicatorCard, sample: Sample | None) -> str:
    """Say in French why the indicator cannot answer the question; "" when it can."""
    if card.fitness.is_smoothed:
        return card.fitness.reason
    if sample is None or not sample.entry_days:
        return ""
    n_after = _n_settled_periods(card, sample)
    if n_after >= card.fitness.min_post_periods:
        return _without_logarithm(sample)
    needed = {
        "n": french.number(n_after),
        "needed": card.fitness.min_post_periods,
        "indicator": card.in_a_sentence,
    }
    return (
        ngettext(
            "%(n)s observation exploitable pour %(indicator)s suit l’entrée dans le programme, "
            "quand il en faut au moins %(needed)s",
            "%(n)s observations exploitables pour %(indicator)s suivent l’entrée dans le "
            "programme, quand il en faut au moins %(needed)s",
            n_after,
        )
        % needed
    )


def _without_logarithm(sample: Sample) -> str:
    n = int(np.isinf(sample.outcomes).any(axis=1).sum())
    if not n:
        return ""
    return _(
        "la valeur tombe à zéro dans %(n)s communes retenues : elle n’y a pas de logarithme, et "
        "les écarter reviendrait à choisir les communes sur leur résultat"
    ) % {"n": french.number(n)}


def _n_settled_periods(card: IndicatorCard, sample: Sample) -> int:
    """Count the observations made long enough after the first cohort's median entry."""
    settled = min(sample.entry_days.values()) + timedelta(days=card.fitness.settling_days)
    return sum(card.observed_on(period) >= settled for period in sample.periods)


def _is_estimable(sample: Sample) -> bool:
    return (
        sample.n_treated >= rules.MIN_TREATED
        and sample.n_controls >= rules.MIN_CONTROLS
        and sample.n_pre_periods >= rules.MIN_PRE_PERIODS
    )


def _evidence(sample: Sample | None, impact: ImpactResult | None, unfit: str) -> Evidence:
    before = [] if impact is None else [p for p in impact.dynamic.points if p.label < 0]
    return Evidence(
        unfit=unfit,
        n_treated=sample.n_treated if sample else 0,
        n_controls=sample.n_controls if sample else 0,
        n_pre_periods=sample.n_pre_periods if sample else 0,
        effect=_effect(impact.group.overall) if impact else None,
        pretrend_p=impact.pretrends.p_value if impact and impact.pretrends else None,
        pre_effects=tuple(p.estimate.att for p in before if p.estimate.att is not None),
    )


def _effect(estimate: Estimate) -> Effect | None:
    figures = (estimate.att, estimate.se, estimate.ci_low, estimate.ci_high)
    known = [figure for figure in figures if figure is not None]
    return Effect(*known) if len(known) == len(figures) else None


def _result(
    plan: Plan, sample: Sample | None, impact: ImpactResult | None, evidence: Evidence
) -> dict[str, Any]:
    public = impact.to_dict() if impact else None
    effect = evidence.effect
    return {
        "effect": public["group"]["overall"] if public and effect else None,
        "mde": effect.smallest_detectable if effect else None,
        "smallest_effect_of_interest": plan.smallest_effect,
        "pretrends": public["pretrends"] if public else None,
        "transform": plan.transform,
        "impact": public,
        "seed": plan.seed,
        **(_description(sample) if sample else _NO_SAMPLE),
    }


_NO_SAMPLE: dict[str, Any] = {
    "periods": [], "times": [], "n_pre_periods": 0, "cohorts": [], "set_apart": {},
    "balance": {"rows": [], "effective_controls": None}, "covariates": [],
}  # fmt: skip


def _description(sample: Sample) -> dict[str, Any]:
    """Say who is compared to whom: cohorts, those set apart, and balance."""
    year_of = dict(zip(sample.times, sample.periods, strict=True))
    return {
        "periods": list(sample.periods),
        "times": list(sample.times),
        "n_pre_periods": sample.n_pre_periods,
        "cohorts": [
            {
                "cohort": cohort,
                "period": year_of[cohort],
                "n": n,
                "median_entry": sample.entry_days[cohort].isoformat(),
            }
            for cohort, n in sample.cohort_sizes().items()
        ],
        "set_apart": dict(sample.set_apart),
        "balance": balance(sample),
        "covariates": list(sample.covariate_names),
    }


def balance(sample: Sample) -> dict[str, Any]:
    """Compare treated and comparison communes on each covariate, before the programme.

    The standardised difference is the difference of means over the root of the mean of the two
    variances (Austin 2009), before and after weighting the comparison communes by their odds of
    having been chosen. The effective number is (Σw)² / Σw² of those weights (Kish 1965).
    """
    treated = sample.treated
    inside, outside = sample.covariates[treated], sample.covariates[~treated]
    if not len(inside) or not len(outside):
        return {"rows": [], "effective_controls": None}
    weights = _weights(inside, outside)
    spread = np.sqrt((inside.var(axis=0) + outside.var(axis=0)) / 2)
    means = inside.mean(axis=0), outside.mean(axis=0), weights @ outside
    rows = [
        {
            "covariate": label,
            "treated": float(mine),
            "controls": float(raw),
            "weighted_controls": float(weighted),
            "standardised_difference": _ratio(mine - raw, scale),
            "weighted_standardised_difference": _ratio(mine - weighted, scale),
        }
        for label, mine, raw, weighted, scale in zip(
            sample.covariate_labels, *means, spread, strict=True
        )
    ]
    return {"rows": rows, "effective_controls": float(1 / (weights**2).sum())}


def _weights(inside: Floats, outside: Floats) -> Floats:
    """Weigh the comparison communes like the treated; equally when no score can be fitted."""
    equal = np.full(len(outside), 1 / len(outside))
    ones = np.ones(len(inside)), np.ones(len(outside))
    if not inside.shape[1]:
        return equal
    scores = fit_propensity(
        np.column_stack([ones[0], inside]), ones[0], np.column_stack([ones[1], outside]), ones[1]
    )
    return equal if scores is None else scores.odds / scores.odds.sum()


def _ratio(difference: float, scale: float) -> float | None:
    return float(difference / scale) if scale else None


def code_fingerprint(card: IndicatorCard) -> str:
    """Take the sha256 of all that computes an answer: engine, sample, pool, rule, and the card."""
    engine = sorted(Path(jalon.causal.__path__[0]).glob("*.py"))
    alike = sorted(Path(comparables.__path__[0]).glob("*.py"))
    ours = [Path(module.__file__ or "") for module in (declarations, rules, samples)]
    digest = hashlib.sha256()
    for path in [*engine, *alike, *ours, Path(__file__)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(card.model_dump_json().encode())
    return digest.hexdigest()
