"""Simulated panels with a known effect, as long tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jalon.causal import Columns, Panel

FIRST_YEAR = 2010


@dataclass(frozen=True, kw_only=True)
class Design:
    """A staggered roll-out; the effect grows by `slope` each year after treatment.

    Trends differ with the first covariate when `selection` is not zero: only an adjusted
    estimation is then right.
    """

    n_units: int = 300
    n_periods: int = 6
    cohorts: tuple[int, ...] = (2012, 2014)
    treated_share: float = 0.3
    effect: float = 1.0
    slope: float = 0.5
    n_clusters: int | None = None
    cluster_noise: float = 0.0
    n_covariates: int = 0
    selection: float = 0.0
    never_treated: bool = True

    def true_effect(self, event_time: float) -> float:
        """Effect on the treated, so long after treatment."""
        return self.effect + self.slope * event_time if event_time >= 0 else 0.0

    def table(self, seed: int) -> dict[str, npt.NDArray[Any]]:
        """Draw one long table, sorted by unit and year."""
        rng = np.random.default_rng(seed)
        n, years = self.n_units, FIRST_YEAR + np.arange(self.n_periods)
        x = rng.standard_normal((n, max(self.n_covariates, 1)))
        cohort = self._cohort(rng, x[:, 0])
        cluster = rng.integers(0, self.n_clusters or n, n)
        shocks = rng.standard_normal((self.n_clusters or n, len(years))) * self.cluster_noise
        elapsed = years - np.where(cohort > 0, cohort, np.inf)[:, None]
        effect = np.where(elapsed >= 0, self.effect + self.slope * elapsed, 0.0)
        trend = (0.3 + self.selection * x[:, :1]) * (years - FIRST_YEAR)
        level = 5 + rng.standard_normal((n, 1)) + x[:, :1]
        noise = rng.standard_normal((n, len(years))) + shocks[cluster]
        table = {
            "commune": np.repeat(np.arange(1001, 1001 + n), len(years)),
            "annee": np.tile(years, n),
            "cohorte": np.repeat(cohort, len(years)),
            "emploi": (level + trend + effect * (elapsed >= 0) + noise).ravel(),
            "poids": np.repeat(rng.uniform(0.5, 2.0, n), len(years)),
            "epci": np.repeat(cluster, len(years)),
        }
        for j in range(self.n_covariates):
            table[f"x{j + 1}"] = np.repeat(x[:, j], len(years))
        return table

    def _cohort(self, rng: np.random.Generator, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Treat more often where the first covariate is high."""
        if not self.never_treated:
            return rng.choice(self.cohorts, len(x))
        odds = self.treated_share / (1 - self.treated_share) * np.exp(np.sign(self.selection) * x)
        treated = rng.random(len(x)) < odds / (1 + odds)
        return np.where(treated, rng.choice(self.cohorts, len(x)), 0)


def with_holes(table: dict[str, npt.NDArray[Any]], seed: int) -> dict[str, npt.NDArray[Any]]:
    """Drop 8 % of the rows and shuffle the others."""
    rng = np.random.default_rng(seed)
    kept = rng.permutation(np.flatnonzero(rng.random(len(table["annee"])) > 0.08))
    return {name: values[kept] for name, values in table.items()}


def panel_of(table: dict[str, npt.NDArray[Any]], **columns: Any) -> Panel:
    """Read a table, with covariates, weights or cluster named."""
    named = {"unit": "commune", "period": "annee", "cohort": "cohorte", "outcomes": ("emploi",)}
    return Panel.from_table(table, Columns(**{**named, **columns}))
