"""Who is compared: the units and periods kept from a panel, sorted by cohort and cluster."""

from dataclasses import dataclass

import numpy as np

from jalon.causal.errors import PanelError
from jalon.causal.layout import Floats, Ints, Mask, factorize
from jalon.causal.options import Options
from jalon.causal.panel import Panel
from jalon.causal.wording import counted, plain

SMALL_COHORT = 20
SMALL_COMPARISON = 20
FEW_CLUSTERS = 30
FEW_TREATED_CLUSTERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Units sorted by cohort then cluster, so that a cohort or a pair is a slice.

    A *pair* is the set of units of one cohort in one cluster: sums by pair are all that the
    estimation needs from the data.

    Attributes
    ----------
    rows : int array (n,)
        Rows of the panel kept, in order.
    columns : int array (T,)
        Periods of the panel kept.
    periods : float array (T,)
        Their values.
    cohorts : float array (H,)
        First treated periods; infinity last when some units are never treated.
    n_estimated : int
        Number of cohorts, from the first, whose effect is estimated.
    units_of, pairs_of : int arrays (H + 1,)
        Bounds of the units and of the pairs of each cohort.
    weights : float array (n,)
        Mean one.
    covariates : float array (n, p)
        Standardised, without constant.
    pair_bounds : int array (R + 1,)
        Bounds of the units of each pair.
    pair_cluster : int array (R,) or None
        Cluster of each pair; None when a unit is its own cluster.
    n_clusters : int
        Number of clusters.
    observed : bool array (n, T) or None
        Observations present; None for a balanced panel.
    warnings : tuple of str
        What was left out or is fragile, in French.
    """

    rows: Ints
    columns: Ints
    periods: Floats
    cohorts: Floats
    n_estimated: int
    units_of: Ints
    pairs_of: Ints
    weights: Floats
    covariates: Floats
    pair_bounds: Ints
    pair_cluster: Ints | None
    n_clusters: int
    observed: Mask | None
    warnings: tuple[str, ...]

    @property
    def n_units(self) -> int:
        """Units kept."""
        return len(self.rows)

    @property
    def n_treated(self) -> int:
        """Units of the cohorts whose effect is estimated."""
        return int(self.units_of[self.n_estimated])

    @property
    def n_compared_to(self) -> int:
        """Units still untreated once every estimated cohort is treated."""
        return self.n_units - self.n_treated

    @property
    def cohort_weights(self) -> Floats:
        """Total weight of each cohort (H,)."""
        return np.add.reduceat(self.weights, self.units_of[:-1])


def select_sample(panel: Panel, options: Options, observed: Mask | None = None) -> Sample:
    """Keep the units and periods that can be compared, as R's `did` does.

    Units treated by the first period are left out; cohorts later than the last period are
    untreated; without any never-treated unit the last cohort serves as comparison only and the
    periods from its treatment on are left out.

    Parameters
    ----------
    panel : Panel
        Checked data.
    options : Options
        Comparison group, anticipation and treatment of unbalanced panels.
    observed : bool array (n, T), optional
        Observations usable for the outcomes at hand; by default those of the panel.

    Raises
    ------
    PanelError
        Nobody to compare with, nobody treated, or no complete unit.
    """
    return _Selection(panel, options, panel.usable if observed is None else observed).sample()


class _Selection:
    """State of one selection: a mask of units, the periods, and what to say."""

    def __init__(self, panel: Panel, options: Options, observed: Mask) -> None:
        self.panel, self.options, self.observed = panel, options, observed
        self.warnings: list[str] = []
        self.complete = bool(observed.all())
        self.columns = np.flatnonzero(observed.any(axis=0))
        if len(self.columns) < 2:
            raise PanelError(self._too_few_periods())
        horizon = panel.periods[self.columns[-1]] + options.anticipation
        self.cohort = np.where(panel.cohort > horizon, np.inf, panel.cohort)
        self.keep = np.ones(len(self.cohort), dtype=np.bool_)
        self.comparison_cohort = np.inf
        self._drop_unusable()

    def sample(self) -> Sample:
        """Apply the rules in turn, then sort."""
        self._require_comparison()
        self._drop_already_treated()
        if not self.complete and self.options.unbalanced == "drop":
            self._drop_incomplete()
            self._require_comparison()
        return self._sorted()

    def _too_few_periods(self) -> str:
        columns = self.panel.columns
        if self.panel.usable.any(axis=0).sum() < 2:
            return f"colonne « {columns.period} » : il faut au moins deux périodes observées."
        outcomes = ", ".join(f"« {name} »" for name in columns.outcomes)
        return f"colonne {outcomes} : il faut des valeurs à deux périodes au moins."

    def _drop_unusable(self) -> None:
        """Leave out, and say, the units that have no weight or not one complete row."""
        panel, columns = self.panel, self.panel.columns
        if panel.weights is not None:
            is_weightless = panel.weights == 0
            self._drop(
                is_weightless, "unité de poids nul est écartée", "unités de poids nul sont écartées"
            )
        constants = ", ".join(name for name in columns.constant if name != columns.cohort)
        self._drop(
            ~np.logical_or.reduce(panel.usable, axis=1),
            f"unité sans valeur pour {constants} est écartée",
            f"unités sans valeur pour {constants} sont écartées",
        )
        outcomes = ", ".join(columns.outcomes)
        self._drop(
            ~np.logical_or.reduce(self.observed, axis=1),
            f"unité sans aucune valeur de {outcomes} est écartée",
            f"unités sans aucune valeur de {outcomes} sont écartées",
        )

    def _drop(self, which: Mask, one: str, many: str) -> None:
        lost: Mask = which & self.keep
        if lost.any():
            self.warnings.append(
                counted(int(lost.sum()), one, many) + self._whole_cohorts(lost) + "."
            )
            self.keep &= ~lost

    def _whole_cohorts(self, lost: Mask) -> str:
        """Name the cohorts that disappear altogether."""
        gone = np.setdiff1d(self.cohort[self.keep], self.cohort[self.keep & ~lost])
        names = [plain(cohort) if np.isfinite(cohort) else "jamais traitées" for cohort in gone]
        return f", dont toute la cohorte {', '.join(names)}" if names else ""

    def _require_comparison(self) -> None:
        """Make sure somebody is untreated, or truncate at the last cohort."""
        cohort = self.cohort[self.keep]
        column = f"colonne « {self.panel.columns.cohort} » : "
        why = f" {' '.join(self.warnings)}" if self.warnings else ""
        if not len(cohort):
            raise PanelError(f"Aucune unité n’est utilisable.{why}")
        if not np.isfinite(cohort).any():
            raise PanelError(
                f"{column}aucune unité traitée ; elle doit donner la première période de"
                f" traitement (0 ou vide = jamais traitée).{why}"
            )
        if np.isinf(cohort).any():
            return
        if self.options.control == "never":
            raise PanelError(
                f"{column}aucune unité n’est jamais traitée, il n’y a pas de groupe de"
                f" comparaison. Utilisez --control notyet pour comparer aux unités pas encore"
                f" traitées.{why}"
            )
        latest = float(cohort.max())
        if latest == self.comparison_cohort:
            return
        self.comparison_cohort = latest
        before = self.panel.periods[self.columns] < latest - self.options.anticipation
        self.columns = self.columns[before]
        if len(self.columns) < 2:
            raise PanelError(
                f"Aucune unité n’est jamais traitée et il reste moins de deux périodes avant la"
                f" dernière cohorte ({plain(latest)}) : aucune comparaison n’est possible."
            )
        self.warnings.append(
            f"Aucune unité jamais traitée : la cohorte {plain(latest)} sert seulement de"
            f" comparaison et les périodes à partir de"
            f" {plain(latest - self.options.anticipation)} sont écartées."
        )

    def _drop_already_treated(self) -> None:
        first = self.panel.periods[self.columns[0]]
        treated = self.keep & (self.cohort <= first + self.options.anticipation)
        if treated.any():
            self.warnings.append(
                counted(
                    int(treated.sum()),
                    f"unité déjà traitée à la première période ({plain(first)}) est écartée.",
                    f"unités déjà traitées à la première période ({plain(first)}) sont écartées.",
                )
            )
            self.keep &= ~treated

    def _drop_incomplete(self) -> None:
        complete = self.observed[:, self.columns].all(axis=1)
        incomplete = self.keep & ~complete
        if incomplete.any():
            whole = self._whole_cohorts(incomplete)
            self.warnings.append(
                counted(
                    int(incomplete.sum()),
                    f"unité sans valeur à toutes les périodes est écartée{whole}",
                    f"unités sans valeur à toutes les périodes sont écartées{whole}",
                )
                + " (--unbalanced keep compare chaque unité aux périodes où elle est observée)."
            )
            self.keep &= complete

    def _sorted(self) -> Sample:
        panel, rows = self.panel, np.flatnonzero(self.keep)
        cohorts, cohort = _codes_of_cohorts(self.cohort[rows])
        estimated = cohorts < self.comparison_cohort
        if not estimated.any():
            raise PanelError(
                "Aucune cohorte n’est à la fois observée avant son traitement et comparable"
                " à des unités non traitées."
            )
        order, bounds, pair_cohort, pair_cluster, n_clusters = _pairs(
            cohort, None if panel.cluster is None else panel.cluster[rows], len(cohorts)
        )
        rows = rows[order]
        observed = None if self.complete else self.observed[np.ix_(rows, self.columns)]
        if observed is not None and observed.all():
            observed = None
        weights = np.ones(len(rows)) if panel.weights is None else panel.weights[rows]
        sizes = np.bincount(cohort, minlength=len(cohorts))
        n_estimated = int(estimated.sum())
        self._warn_small(cohorts[:n_estimated], sizes)
        self._warn_small_comparison(int(sizes[n_estimated:].sum()))
        if pair_cluster is not None:
            self._warn_clusters(n_clusters, pair_cluster[pair_cohort < n_estimated])
        return Sample(
            rows=rows,
            columns=self.columns,
            periods=panel.periods[self.columns],
            cohorts=cohorts,
            n_estimated=n_estimated,
            units_of=np.append(0, np.cumsum(sizes)),
            pairs_of=np.append(0, np.cumsum(np.bincount(pair_cohort, minlength=len(cohorts)))),
            weights=weights / weights.mean(),
            covariates=_standardised(panel.covariates[rows]),
            pair_bounds=bounds,
            pair_cluster=pair_cluster,
            n_clusters=n_clusters,
            observed=observed,
            warnings=tuple(self.warnings),
        )

    def _warn_small(self, cohorts: Floats, sizes: Ints) -> None:
        small = [
            f"{plain(cohort)} ({size})"
            for cohort, size in zip(cohorts, sizes, strict=False)
            if size < SMALL_COHORT
        ]
        if small:
            self.warnings.append(
                f"Cohortes de moins de {SMALL_COHORT} unités, aux erreurs-types peu fiables :"
                f" {', '.join(small)}."
            )

    def _warn_small_comparison(self, size: int) -> None:
        """Say that the units compared to, once every cohort is treated, are few."""
        if size == 1:
            self.warnings.append(
                "Une seule unité de comparaison à la fin : l’incertitude d’une comparaison à une"
                " seule unité ne peut pas être mesurée."
            )
        elif size < SMALL_COMPARISON:
            self.warnings.append(
                f"Seulement {size} unités de comparaison à la fin : les erreurs-types peuvent"
                " être trop petites."
            )

    def _warn_clusters(self, n_clusters: int, treated: Ints) -> None:
        n_treated = len(np.unique(treated))
        if n_clusters < FEW_CLUSTERS or n_treated < FEW_TREATED_CLUSTERS:
            self.warnings.append(
                f"Peu de grappes ({n_clusters}, dont {n_treated} avec des unités traitées) :"
                " les erreurs-types peuvent être trop petites."
            )


def _codes_of_cohorts(cohort: Floats) -> tuple[Floats, Ints]:
    """Code cohorts in order of date, never treated last."""
    never = np.isinf(cohort)
    dates, codes = factorize(cohort[~never])
    cohorts = np.append(dates, np.inf) if never.any() else dates
    full = np.full(len(cohort), len(dates), dtype=np.intp)
    full[~never] = codes
    return cohorts, full


def _pairs(
    cohort: Ints, cluster: Ints | None, n_cohorts: int
) -> tuple[Ints, Ints, Ints, Ints | None, int]:
    """Sort units by cohort and cluster; give order, bounds, cohort and cluster of pairs."""
    if cluster is None:
        order = _sort(cohort, n_cohorts)
        return order, np.arange(len(cohort) + 1), cohort[order], None, len(cohort)
    labels, codes = factorize(cluster)
    key = cohort * len(labels) + codes
    order = _sort(key, n_cohorts * len(labels))
    key = key[order]
    heads = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    pair_cohort, pair_cluster = np.divmod(key[heads], len(labels))
    return order, np.append(heads, len(key)), pair_cohort, pair_cluster, len(labels)


def _sort(key: Ints, bound: int) -> Ints:
    """Sort stably; short integers are sorted by radix, in linear time."""
    short = key.astype(np.uint16) if bound <= np.iinfo(np.uint16).max else key
    return np.argsort(short, kind="stable")


def _standardised(covariates: Floats) -> Floats:
    """Centre and scale: the estimates do not change, the arithmetic is safer."""
    if not covariates.shape[1]:
        return covariates
    centred = covariates - covariates.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))
