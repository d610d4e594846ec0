"""The verdict rule, first version: figures in, verdict and French sentences out.

Published in docs/reference/regle-de-verdict.md.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext as _

from jalon.core import french

from .enums import Registration, Verdict

Transform = Literal["LOG", "LEVEL"]

RULE_VERSION = "1"
MIN_TREATED = 20
MIN_CONTROLS = 20
MIN_PRE_PERIODS = 2
PRETREND_LEVEL = 0.05
# Smallest effect found 8 times in 10 by a two-sided 5 % test: (1.96 + 0.84) standard errors.
DETECTABLE_IN_STANDARD_ERRORS = 2.8


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked, in the words of a sentence.

    `smallest_effect` and every effect are in the unit of the estimation: logarithms ("LOG") or
    points ("LEVEL").
    """

    programme: str
    indicator: str
    expected: Literal["UP", "DOWN"]
    transform: Transform
    smallest_effect: float


@dataclass(frozen=True)
class Effect:
    """An effect, its standard error and its interval, in the unit of the estimation."""

    att: float
    se: float
    ci_low: float
    ci_high: float

    @property
    def smallest_detectable(self) -> float:
        """Smallest effect that the design could have seen."""
        return DETECTABLE_IN_STANDARD_ERRORS * self.se

    def may_be(self, value: float) -> bool:
        """Say whether the interval contains a value."""
        return self.ci_low <= value <= self.ci_high


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the estimation found; None where a figure does not exist.

    `unfit` says in French why the question cannot be answered ("" when it can); `pre_effects`
    are the effects found before entry, one period to the next, where zero is expected.
    """

    unfit: str
    n_treated: int
    n_controls: int
    n_pre_periods: int
    effect: Effect | None
    pretrend_p: float | None
    pre_effects: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict, the sentence a mayor understands, and why."""

    verdict: Verdict
    sentence: str
    reason: str


def judge(question: Question, evidence: Evidence) -> Judgement:
    """Apply the verdict rule, first version: the first branch that holds decides.

    1. NOT_EVALUABLE: the indicator cannot answer, too few treated, compared or earlier periods, no
       estimate.
    2. INCONCLUSIVE: different trends before, or an interval that holds both zero and the smallest
       effect of interest.
    3. NOT_DETECTED: an interval that holds zero and neither smallest effect of interest.
    4. Else an effect shows, but is withheld (INCONCLUSIVE) until its sensitivity is established.
    """
    effect = evidence.effect
    if effect is None or _why_not_evaluable(evidence):
        return Judgement(
            verdict=Verdict.NOT_EVALUABLE,
            sentence=_about(
                question,
                _("On ne peut pas évaluer l’effet du programme %(programme)s sur %(indicator)s."),
            ),
            reason=_why_not_evaluable(evidence)
            or _("L’effet n’est pas estimable : les territoires ne se laissent pas comparer."),
        )
    if reason := _why_inconclusive(question, evidence, effect):
        return Judgement(
            verdict=Verdict.INCONCLUSIVE,
            sentence=_about(
                question,
                _("On ne peut pas dire si le programme %(programme)s a changé %(indicator)s."),
            ),
            reason=reason,
        )
    return Judgement(
        verdict=Verdict.NOT_DETECTED,
        sentence=_about(
            question, _("On n’a détecté aucun effet du programme %(programme)s sur %(indicator)s.")
        ),
        reason=_(
            "L’effet estimé est de %(att)s, intervalle %(interval)s : il contient zéro et exclut "
            "l’effet de %(smallest)s qui aurait compté, à la hausse comme à la baisse. "
            "L’effet minimal détectable était de %(mde)s."
        )
        % _figures(question, effect),
    )


def _about(question: Question, sentence: str) -> str:
    return sentence % {"programme": question.programme, "indicator": question.indicator}


def _why_not_evaluable(evidence: Evidence) -> str:
    if evidence.unfit:
        return f"{evidence.unfit[0].upper()}{evidence.unfit[1:].rstrip('.')}."
    if evidence.n_treated < MIN_TREATED:
        return _(
            "Trop peu de territoires du programme peuvent être comparés : %(n)s, quand il en faut "
            "au moins %(least)s."
        ) % {"n": evidence.n_treated, "least": MIN_TREATED}
    if not evidence.n_controls:
        return _("Aucun territoire comparable n’est resté hors du programme.")
    if evidence.n_controls < MIN_CONTROLS:
        return _(
            "Trop peu de territoires comparables sont restés hors du programme : %(n)s, quand il "
            "en faut au moins %(least)s."
        ) % {"n": evidence.n_controls, "least": MIN_CONTROLS}
    if evidence.n_pre_periods < MIN_PRE_PERIODS:
        return _(
            "Trop peu d’observations précèdent le programme : %(n)s, quand il en faut au moins "
            "%(least)s pour savoir si les territoires évoluaient de la même façon."
        ) % {"n": evidence.n_pre_periods, "least": MIN_PRE_PERIODS}
    return ""


def _why_inconclusive(question: Question, evidence: Evidence, effect: Effect) -> str:
    figures = _figures(question, effect)
    if evidence.pretrend_p is None:
        return _(
            "Rien ne permet de vérifier que les territoires évoluaient de la même façon avant le "
            "programme : le test des années d’avant n’a pas pu être calculé."
        )
    if evidence.pretrend_p < PRETREND_LEVEL:
        return _(
            "Avant même d’entrer dans le programme, les territoires choisis n’évoluaient pas comme "
            "ceux auxquels on les compare%(drift)s. L’écart mesuré ensuite peut n’en être que la "
            "suite (test des années d’avant : %(p)s)."
        ) % {
            "drift": _drift_in_words(question, evidence.pre_effects),
            "p": write_p_value(evidence.pretrend_p),
        }
    if not effect.may_be(0):
        return (
            _(
                "Un écart de %(att)s apparaît, intervalle %(interval)s, dans le sens %(way)s, mais "
                "sa sensibilité n’est pas encore établie : on ignore s’il résisterait à une petite "
                "différence d’évolution entre les territoires comparés."
            )
            % figures
        )
    if effect.may_be(question.smallest_effect) or effect.may_be(-question.smallest_effect):
        return (
            _(
                "La comparaison n’est pas assez précise : l’intervalle %(interval)s contient à la "
                "fois l’absence d’effet et un effet de %(smallest)s, qui aurait compté. "
                "L’effet minimal détectable était de %(mde)s."
            )
            % figures
        )
    return ""


def _figures(question: Question, effect: Effect) -> dict[str, str]:
    """Write every figure a reason may quote, in the unit a reader expects."""
    transform = question.transform
    is_expected = (effect.att > 0) == (question.expected == "UP")
    return {
        "att": write_effect(effect.att, transform),
        "interval": write_interval(effect.ci_low, effect.ci_high, transform),
        "smallest": write_size(question.smallest_effect, transform),
        "mde": write_size(effect.smallest_detectable, transform),
        "way": _("attendu") if is_expected else _("contraire"),
    }


def _drift_in_words(question: Question, pre_effects: tuple[float, ...]) -> str:
    """Say which way they went before entry, when every earlier period says the same."""
    ways = {(effect > 0) == (question.expected == "UP") for effect in pre_effects}
    if ways == {True}:
        return _(" : ils évoluaient déjà plus favorablement")
    if ways == {False}:
        return _(" : ils évoluaient déjà moins favorablement")
    return ""


def in_reader_unit(effect: float | None, transform: Transform) -> float | None:
    """Turn an effect in logarithms into percent; leave one in points as it is."""
    return french.share(effect) if transform == "LOG" else effect


def write_effect(effect: float | None, transform: Transform) -> str:
    """Write an effect with its sign and unit: « +1,8 % », « −0,4 point »."""
    value = in_reader_unit(effect, transform)
    return french.signed(value, 1) + _unit(transform, value)


def write_interval(low: float | None, high: float | None, transform: Transform) -> str:
    """Write an interval with its unit: « [−0,4 ; +4,0] % ».

    A bound close to zero gets a second decimal, so that a reader sees on which side it lies.
    """
    bounds = in_reader_unit(low, transform), in_reader_unit(high, transform)
    is_close = any(0 < abs(bound or 0) < 0.05 for bound in bounds)
    return french.interval(*bounds, 2 if is_close else 1) + _unit(transform, bounds[1])


def write_size(effect: float | None, transform: Transform) -> str:
    """Write the size of an effect of either sign: « ±1,8 % »."""
    value = in_reader_unit(effect, transform)
    return "±" + french.number(value, 1) + _unit(transform, value)


def _unit(transform: Transform, value: float | None) -> str:
    if transform == "LOG":
        return f"{french.NARROW_SPACE}%"
    # In French the plural begins at two: « 1,9 point », « 2,1 points ».
    return french.SPACE + (_("points") if abs(value or 0) >= 2 else _("point"))


def write_p_value(p_value: float | None) -> str:
    """Write « p = 0,03 » or « p < 0,001 »."""
    if p_value is None:
        return _("p non calculée")
    if p_value < 0.001:
        return f"p{french.SPACE}<{french.SPACE}0,001"
    return f"p{french.SPACE}={french.SPACE}{french.number(p_value, 3 if p_value < 0.1 else 2)}"


def register(
    *,
    frozen_at: datetime,
    last_published_on: date,
    last_imported_at: datetime | None,
    has_earlier_results: bool,
) -> Registration:
    """Decide whether a plan was written before its outcomes could be known.

    Parameters
    ----------
    frozen_at : datetime
        When the plan was frozen.
    last_published_on : date
        Earliest day on which the last outcome it uses may have been public.
    last_imported_at : datetime or None
        When that outcome was imported; None when it has not been.
    has_earlier_results : bool
        Whether another plan on the same programme and indicator already had a result.
    """
    known = last_imported_at is not None and last_imported_at <= frozen_at
    public = last_published_on <= frozen_at.date()
    if has_earlier_results or known or public:
        return Registration.RETROSPECTIVE
    return Registration.PROSPECTIVE
