"""Callaway–Sant'Anna estimation: a plan built once from the panel, a run per outcome.

What depends on the programme (cohorts, clusters, propensities, weighted operators) is the plan;
what depends on the indicator is the run. See docs/explications/moteur-causal.md.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from jalon.causal.adjusted import AdjustedPlan
from jalon.causal.aggregate import Aggregation, Average, Family, aggregate
from jalon.causal.cells import Cells, list_cells
from jalon.causal.errors import PanelError
from jalon.causal.inference import (
    Inference,
    draw_multipliers,
    infer_analytically,
    infer_by_bootstrap,
    pointwise,
    wald_test,
)
from jalon.causal.layout import Floats, Mask
from jalon.causal.means import MeansPlan, fold_by_cluster
from jalon.causal.options import Options
from jalon.causal.panel import Panel
from jalon.causal.results import Estimate, FamilyResult, GroupTime, ImpactResult, Point
from jalon.causal.rowwise import RowwisePlan
from jalon.causal.sample import Sample, select_sample
from jalon.causal.wording import counted, plain

_UNRELIABLE_CRITICAL_VALUE = 7.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What an estimation needs whatever the outcome.

    Attributes
    ----------
    cohort_influence : float array (C, H)
        Weight of each estimated cohort in each cluster.
    """

    options: Options
    sample: Sample
    cells: Cells
    kernel: MeansPlan | AdjustedPlan | RowwisePlan
    fold: csr_array | None
    cohort_influence: Floats

    @property
    def n_units(self) -> int:
        """Units compared."""
        return self.sample.n_units

    @property
    def has_variance(self) -> bool:
        """Whether the comparison is with more than one unit: one says nothing of its noise."""
        rests_on_the_last = self.options.control == "never" or self.sample.n_estimated == 1
        return self.sample.n_compared_to > 1 or not rests_on_the_last


@dataclass(frozen=True, slots=True)
class _Run:
    """Effects and influence by cluster of one outcome."""

    att: Floats
    influence: Floats


def prepare(panel: Panel, options: Options, observed: Mask | None = None) -> Plan:
    """Build the plan of an estimation.

    Parameters
    ----------
    panel : Panel
        Checked data.
    options : Options
        Choices of the estimation.
    observed : bool array (n, T), optional
        Observations usable for the outcomes to come; by default the rows of the panel.

    Raises
    ------
    PanelError
        When nothing can be compared.
    """
    sample = select_sample(panel, options, observed)
    cells = list_cells(sample, options)
    kernel: MeansPlan | AdjustedPlan | RowwisePlan
    if not sample.covariates.shape[1]:
        kernel = MeansPlan.build(sample, cells)
    elif sample.observed is None:
        kernel = AdjustedPlan.build(sample, cells, options)
    else:
        kernel = RowwisePlan(sample, cells, options)
    fold = fold_by_cluster(sample)
    return Plan(options, sample, cells, kernel, fold, _cohort_influence(sample, fold))


def run(plan: Plan, outcomes: Mapping[str, Floats]) -> dict[str, ImpactResult]:
    """Estimate the effect on each outcome with one plan and one set of multipliers.

    Parameters
    ----------
    plan : Plan
        From `prepare`.
    outcomes : mapping of float arrays (n, T)
        By unit and period of the panel.

    Raises
    ------
    PanelError
        When an outcome lacks a value that the plan uses.
    """
    runs = {name: _estimate_cells(plan, name, outcome) for name, outcome in outcomes.items()}
    n_cohorts = plan.cohort_influence.shape[1]
    if not plan.options.draws:
        return {name: _conclude(plan, one, None) for name, one in runs.items()}
    columns = [plan.cohort_influence, *(one.influence for one in runs.values())]
    draws = draw_multipliers(np.hstack(columns), plan.options)
    results, start = {}, n_cohorts
    for name, one in runs.items():
        stop = start + len(one.att)
        mine = np.hstack([draws[:, start:stop], draws[:, :n_cohorts]])
        results[name] = _conclude(plan, one, mine)
        start = stop
    return results


def estimate(panel: Panel, outcome: str, options: Options | None = None) -> ImpactResult:
    """Estimate the effect on one outcome of a panel.

    Raises
    ------
    PanelError
        When nothing can be compared.
    """
    options = options or Options()
    observed = panel.usable & ~np.isnan(panel.outcomes[outcome])
    plan = prepare(panel, options, observed)
    return run(plan, {outcome: panel.outcomes[outcome]})[outcome]


def estimate_all(panel: Panel, options: Options | None = None) -> dict[str, ImpactResult]:
    """Estimate the effect on every outcome; those observed alike share one plan.

    Raises
    ------
    PanelError
        When nothing can be compared.
    """
    options = options or Options()
    alike: dict[bytes, tuple[Mask, list[str]]] = {}
    for name, values in panel.outcomes.items():
        observed = panel.usable & ~np.isnan(values)
        key = b"" if observed.all() else np.packbits(observed).tobytes()
        alike.setdefault(key, (observed, []))[1].append(name)
    results: dict[str, ImpactResult] = {}
    for observed, names in alike.values():
        plan = prepare(panel, options, observed)
        results |= run(plan, {name: panel.outcomes[name] for name in names})
    return {name: results[name] for name in panel.outcomes}


def _cohort_influence(sample: Sample, fold: csr_array | None) -> Floats:
    """Sum weights by cluster and estimated cohort (C, H)."""
    weights = np.add.reduceat(sample.weights, sample.pair_bounds[:-1])
    by_pair = np.zeros((len(weights), sample.n_estimated))
    for h in range(sample.n_estimated):
        pairs = slice(sample.pairs_of[h], sample.pairs_of[h + 1])
        by_pair[pairs, h] = weights[pairs]
    return by_pair if fold is None else np.asarray(fold @ by_pair)


def _estimate_cells(plan: Plan, name: str, outcome: Floats) -> _Run:
    sample = plan.sample
    values = np.take(outcome, sample.rows, axis=0)
    if len(sample.columns) < outcome.shape[1]:
        values = values[:, sample.columns]
    if sample.observed is not None:
        values = np.where(sample.observed, values, 0.0)
    if not np.isfinite(values.sum()):
        raise PanelError(
            f"L’indicateur « {name} » n’a pas de valeur pour toutes les unités du plan :"
            " préparez un plan avec ses propres observations."
        )
    att, influence = plan.kernel.estimate(values)
    return _Run(att, influence if plan.fold is None else np.asarray(plan.fold @ influence))


def _conclude(plan: Plan, one: _Run, draws: Floats | None) -> ImpactResult:
    """Aggregate, infer and gather the result of one outcome."""
    sample, cells, options = plan.sample, plan.cells, plan.options
    n_cells, n_cohorts = len(one.att), sample.n_estimated
    influence = np.hstack([one.influence, plan.cohort_influence])
    gram = influence.T @ influence
    aggregation = aggregate(
        one.att,
        cells,
        sample.cohort_weights[:n_cohorts],
        float(sample.periods[0]),
        options.balance_e,
    )

    operators = aggregation.operators()
    inference = (
        infer_analytically(gram, n_cells, operators)
        if draws is None
        else infer_by_bootstrap(draws, n_cells, operators)
    )
    if not plan.has_variance:
        inference = Inference(np.full_like(inference.se, np.nan), None)
    critical = inference.critical_value(slice(0, n_cells), options.alpha)
    families, start = [], n_cells + 1
    for family in (aggregation.dynamic, aggregation.group, aggregation.calendar):
        families.append(_family(family, inference, start, options.alpha))
        start += len(family.points) + 1
    wald = None
    if plan.has_variance:
        wald = wald_test(one.att, gram[:n_cells, :n_cells], cells.is_pre)
    return ImpactResult(
        n_units=sample.n_units,
        n_treated=sample.n_treated,
        n_clusters=sample.n_clusters,
        periods=(float(sample.periods[0]), float(sample.periods[-1])),
        control=options.control,
        method=options.method,
        base=options.base,
        anticipation=options.anticipation,
        alpha=options.alpha,
        se_kind="analytic" if draws is None else "bootstrap",
        band="pointwise" if draws is None else "simultaneous",
        critical_value=critical,
        att_gt=tuple(
            GroupTime(g, t, _interval(att, se, critical))
            for g, t, att, se in zip(
                *(column.tolist() for column in (cells.g, cells.t, one.att)),
                inference.se[:n_cells].tolist(),
                strict=True,
            )
        ),
        simple=_overall(aggregation.simple, inference.se[n_cells], options.alpha),
        dynamic=families[0],
        group=families[1],
        calendar=families[2],
        pretrends=wald,
        warnings=(*sample.warnings, *_late_warnings(plan, one, aggregation, critical)),
    )


def _family(family: Family, inference: Inference, start: int, alpha: float) -> FamilyResult:
    """Gather the estimates of a family, which stand together from `start`, overall last."""
    stop = start + len(family.points)
    critical = inference.critical_value(slice(start, stop), alpha)
    errors = inference.se[start:stop].tolist()
    return FamilyResult(
        overall=_overall(family.overall, inference.se[stop], alpha),
        points=tuple(
            Point(label, _interval(average.att, se, critical))
            for label, average, se in zip(
                family.labels.tolist(), family.points, errors, strict=True
            )
        ),
        critical_value=critical,
    )


def _overall(average: Average, se: float, alpha: float) -> Estimate:
    return _interval(average.att, float(se), pointwise(alpha))


def _interval(att: float, se: float, critical_value: float) -> Estimate:
    if math.isnan(att):
        return Estimate(None, None, None, None)
    if math.isnan(se):
        return Estimate(att, None, None, None)
    half = critical_value * se
    return Estimate(att, se, att - half, att + half)


def _late_warnings(plan: Plan, one: _Run, aggregation: Aggregation, critical: float) -> list[str]:
    """Say what the estimation itself showed to be missing or fragile."""
    cells, said = plan.cells, []
    missing = np.flatnonzero(np.isnan(one.att))
    if len(missing):
        names = [f"({plain(cells.g[k])}, {plain(cells.t[k])})" for k in missing]
        said.append(
            counted(
                len(missing),
                "effet (cohorte, période) n’est pas estimable et est laissé de côté :",
                "effets (cohorte, période) ne sont pas estimables et sont laissés de côté :",
            )
            + f" {', '.join(names)}."
        )
    said += plan.kernel.warnings
    if plan.options.balance_e is not None and not aggregation.dynamic.points:
        said.append(
            f"Aucune cohorte n’est observée {plan.options.balance_e} périodes après son"
            " traitement : l’étude par durée est vide."
        )
    if np.isnan(aggregation.simple.att):
        said.append("Aucun effet après traitement n’est estimable : les moyennes sont absentes.")
    if critical >= _UNRELIABLE_CRITICAL_VALUE:
        said.append(
            "La valeur critique simultanée est très grande : les groupes sont trop petits pour"
            " que la bande soit fiable."
        )
    return said
