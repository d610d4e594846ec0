"""From a plan and what was read, the panel it asks for: who is in, who is set apart and why."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jalon.indicators.catalogue import IndicatorCard
from jalon.indicators.comparables import Measures, nearest_among, standardise

from .declarations import Plan

Series = Mapping[str, float]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What the register and the lake say, as plain mappings by commune code.

    `entries` gives, by programme, the day each of its communes entered (None: undated);
    `series` gives the values of an indicator at a period; `measures` what communes resemble each
    other in, as of the period of the plan's pool, when it asks for comparables.
    """

    entries: Mapping[str, Mapping[str, date | None]]
    series: Mapping[tuple[str, int], Series]
    centralities: Mapping[str, str]
    epcis: Mapping[str, str]
    measures: Measures | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The panel of one plan: n communes in the order of their codes, T periods in order.

    `cohorts` holds the first treated period as the engine counts it (`times`), 0 for a comparison
    commune; `outcomes` is (n, T); `set_apart` counts, by reason, the programme's communes left out.
    """

    codes: tuple[str, ...]
    periods: tuple[int, ...]
    times: tuple[int, ...]
    cohorts: Ints
    outcomes: Floats
    covariates: Floats
    covariate_names: tuple[str, ...]
    covariate_labels: tuple[str, ...]
    clusters: tuple[str, ...]
    set_apart: Mapping[str, int]
    entry_days: Mapping[int, date]

    @property
    def treated(self) -> Mask:
        """Mask (n,) of the communes that enter within the periods."""
        return self.cohorts > 0

    @property
    def n_treated(self) -> int:
        """Number of communes that enter within the periods."""
        return int(self.treated.sum())

    @property
    def n_controls(self) -> int:
        """Number of communes that do not enter within the periods."""
        return len(self.codes) - self.n_treated

    @property
    def n_clusters(self) -> int:
        """Number of intercommunalités, a commune without one counting for itself."""
        return len(set(self.clusters))

    @property
    def n_pre_periods(self) -> int:
        """Number of periods before the first entry; all of them when nobody enters."""
        first = min(self.cohort_sizes(), default=math.inf)
        return sum(time < first for time in self.times)

    def cohort_sizes(self) -> dict[int, int]:
        """Count the entered communes by first treated period, as the engine counts it."""
        cohorts, sizes = np.unique(self.cohorts[self.treated], return_counts=True)
        return dict(zip(cohorts.tolist(), sizes.tolist(), strict=True))

    def as_table(self) -> dict[str, npt.NDArray[np.generic]]:
        """Give the long panel, one row per commune and period, sorted by both."""
        n_periods = len(self.periods)
        table: dict[str, npt.NDArray[np.generic]] = {
            "code": np.repeat(np.array(self.codes, dtype=str), n_periods),
            "annee": np.tile(np.array(self.periods), len(self.codes)),
            "periode": np.tile(np.array(self.times), len(self.codes)),
            "cohorte": np.repeat(self.cohorts, n_periods),
            "valeur": self.outcomes.ravel(),
            "epci": np.repeat(np.array(self.clusters, dtype=str), n_periods),
        }
        for index, name in enumerate(self.covariate_names):
            table[name] = np.repeat(self.covariates[:, index], n_periods)
        return table

    def as_csv(self) -> bytes:
        """Write the long panel as CSV; figures keep every digit, so that a rerun is exact."""
        lines = [",".join(self.as_table())]
        dates = [f"{period},{time}" for period, time in zip(self.periods, self.times, strict=True)]
        constants = (self.codes, self.cohorts.tolist(), self.clusters, self.covariates.tolist())
        for code, cohort, cluster, covariates, outcomes in zip(
            *constants, self.outcomes.tolist(), strict=True
        ):
            end = ",".join([cluster, *map(str, covariates)])
            lines += [
                f"{code},{day},{cohort},{outcome},{end}"
                for day, outcome in zip(dates, outcomes, strict=True)
            ]
        return ("\n".join(lines) + "\n").encode()

    def context(self) -> bytes:
        """Write what the verdict depends on beside the panel: days of entry, those set apart."""
        days = {str(cohort): day.isoformat() for cohort, day in self.entry_days.items()}
        return json.dumps([days, dict(self.set_apart)], sort_keys=True).encode()


def fingerprint(content: bytes) -> str:
    """Take the sha256 of a panel as it is downloaded (`sha256sum` gives the same), or of a text."""
    return hashlib.sha256(content).hexdigest()


def build_sample(plan: Plan, readings: Readings, card: IndicatorCard) -> Sample:
    """Choose the communes of a plan and lay out its panel.

    No commune is chosen on the value of its outcome after the programme began; one whose outcome
    is not observed at every period of the plan is left out, and counted when it had entered.

    Parameters
    ----------
    plan : Plan
        The plan, whose rules are all applied here.
    readings : Readings
        What the register and the lake say.
    card : IndicatorCard
        The card of the plan's outcome.
    """
    return _Building(plan, readings, card).sample()


_OTHER_SIZE = gettext_noop("taille hors de la comparaison")
_OTHER_CENTRALITY = gettext_noop("centralité hors de la comparaison")
_BEFORE_THE_PROGRAMME = gettext_noop("entrée avant le début déclaré du programme")
_TOO_SMALL_BEFORE = gettext_noop("valeur trop faible avant le programme")
_AFTER_ALL = 9999  # entered after the last observation of the plan


class _Building:
    """One application of the rules of a plan; keeps the count of what they set apart."""

    def __init__(self, plan: Plan, readings: Readings, card: IndicatorCard) -> None:
        self.plan, self.design, self.readings, self.card = plan, plan.design, readings, card
        self.set_apart: Counter[str] = Counter()
        self.before = [p for p in plan.periods if card.observed_on(p) < plan.design.starts_on]
        self.times = plan.periods if plan.observed_once_a_year else _ranks(plan.periods)

    def sample(self) -> Sample:
        entries = self.readings.entries[self.design.programme]
        candidates = self._cohorts(entries)
        codes = [code for code in sorted(candidates) if self._is_kept(code, code in entries)]
        codes = self._with_comparables_only(codes, candidates)
        cohorts = np.array([candidates[code] for code in codes], dtype=np.int64)
        outcomes = self._outcomes(codes)
        names, labels, covariates = self._covariates(codes)
        missing = np.isnan(np.hstack([outcomes, covariates]))
        observed: Mask = ~np.logical_or.reduce(missing, axis=1)
        self._count(_("valeur ou caractéristique absente"), ~observed & (cohorts > 0))
        kept = observed & self._is_in_a_usable_cohort(cohorts, observed)
        n_periods = self._n_periods_within_horizon(cohorts[kept])
        kept &= ~self._enters_too_late(cohorts, self.times[n_periods - 1], kept)
        cohorts = np.where(cohorts > self.times[n_periods - 1], 0, cohorts)
        codes = [code for code, keep in zip(codes, kept, strict=True) if keep]
        return Sample(
            codes=tuple(codes),
            periods=self.plan.periods[:n_periods],
            times=self.times[:n_periods],
            cohorts=cohorts[kept],
            outcomes=outcomes[kept, :n_periods],
            covariates=covariates[kept],
            covariate_names=names,
            covariate_labels=labels,
            clusters=tuple(self.readings.epcis.get(code, code) for code in codes),
            set_apart={reason: n for reason, n in self.set_apart.items() if n},
            entry_days=_median_days(entries, dict(zip(codes, cohorts[kept].tolist(), strict=True))),
        )

    def _count(self, reason: str, mask: Mask) -> None:
        self.set_apart[reason] += int(mask.sum())

    def _cohorts(self, entries: Mapping[str, date | None]) -> dict[str, int]:
        """Give every candidate its first treated period; 0 for those to compare with."""
        outside = {code for programme in self.design.outside for code in self._members(programme)}
        not_treated = {
            code for other in self.design.treated_outside for code in self._members(other)
        }
        cohorts: dict[str, int] = {}
        if self.design.control == "never":
            size = self.readings.series["population", self.design.population.period]
            cohorts = {code: 0 for code in size if code not in outside and code not in entries}
        for code, day in entries.items():
            if code in not_treated:
                self.set_apart[_("aussi dans un autre programme écarté")] += 1
            elif day is None:
                self.set_apart[_("entrée non datée")] += 1
            elif day < self.design.starts_on:
                # What is measured "before" would be measured after this one entered.
                self.set_apart[_(_BEFORE_THE_PROGRAMME)] += 1
            else:
                cohorts[code] = self._first_period(day)
        return cohorts

    def _members(self, programme: str) -> Mapping[str, date | None]:
        return self.readings.entries[programme]

    def _first_period(self, day: date) -> int:
        """Give the first observation on or after the date of the act, as the engine counts it."""
        after = (
            time
            for time, period in zip(self.times, self.plan.periods, strict=True)
            if self.card.observed_on(period) >= day
        )
        return next(after, _AFTER_ALL)

    def _is_kept(self, code: str, entered: bool) -> bool:  # noqa: FBT001
        reason = self._why_left_out(code)
        if reason and entered:
            self.set_apart[_(reason)] += 1
        return not reason

    def _why_left_out(self, code: str) -> str:
        """Say why the rules of the sample, all measured before, leave a commune out."""
        size = self.design.population
        people = self.readings.series["population", size.period].get(code, math.nan)
        if not size.low <= people <= size.high:
            return _OTHER_SIZE
        allowed = self.design.centralities
        if allowed and self.readings.centralities.get(code) not in allowed:
            return _OTHER_CENTRALITY
        least = self.plan.min_before
        if least is not None and any(not self._value(code, p) >= least for p in self.before):
            return _TOO_SMALL_BEFORE
        return ""

    def _with_comparables_only(self, codes: list[str], cohorts: Mapping[str, int]) -> list[str]:
        """Keep, of the untreated, those that resemble a treated commune; count who has none."""
        pool = self.design.comparables
        if pool is None:
            return codes
        if self.readings.measures is None:
            raise ValueError("a plan with comparables is read with the measures of its period")
        space = standardise(self.readings.measures)
        place_of = space.place_of
        treated = [code for code in codes if cohorts[code]]
        known = [code for code in treated if code in place_of]
        untreated = [code for code in codes if not cohorts[code] and code in place_of]
        found = nearest_among(
            space,
            np.array([place_of[code] for code in known], dtype=np.int64),
            np.array([place_of[code] for code in untreated], dtype=np.int64),
            dict.fromkeys(pool.variables, 1.0),
            pool.neighbours,
        )
        alike = {str(space.codes[place]) for places in found for place in places.tolist()}
        compared = {code for code, places in zip(known, found, strict=True) if len(places)}
        self.set_apart[_("aucune commune comparable")] += len(treated) - len(compared)
        return [code for code in codes if code in alike or code in compared]

    def _value(self, code: str, period: int) -> float:
        absent = 0.0 if self.card.absent_is_zero else math.nan
        return self.readings.series[self.card.code, period].get(code, absent)

    def _is_in_a_usable_cohort(self, cohorts: Ints, observed: Mask) -> Mask:
        """Set apart the cohorts too small to be compared, and those with nothing before."""
        at_the_start = cohorts == self.times[0]
        entered = observed & (cohorts > 0) & (cohorts != _AFTER_ALL)
        sizes = Counter(cohorts[entered].tolist())
        tiny = [cohort for cohort, n in sizes.items() if n < self.design.min_cohort]
        is_tiny: Mask = np.isin(cohorts, tiny) & ~at_the_start
        self._count(_("entrée avant la première observation"), at_the_start & observed)
        self._count(_("entrée trop peu nombreuse à cette date"), is_tiny & observed)
        usable: Mask = ~at_the_start & ~is_tiny
        return usable

    def _enters_too_late(self, cohorts: Ints, last: int, kept: Mask) -> Mask:
        """Set apart those that enter after the last observation; in waves, they are compared to."""
        late: Mask = cohorts > last
        if self.design.control == "notyet":
            return np.zeros_like(late)
        self._count(_("entrée après la dernière observation"), late & kept)
        return late

    def _n_periods_within_horizon(self, cohorts: Ints) -> int:
        """Count the periods up to `horizon` after the first entry."""
        entered = cohorts[(cohorts > 0) & (cohorts != _AFTER_ALL)]
        if not len(entered):
            return len(self.plan.periods)
        first = self.times.index(int(entered.min()))
        return min(first + self.plan.horizon + 1, len(self.plan.periods))

    def _outcomes(self, codes: list[str]) -> Floats:
        periods = self.plan.periods
        values = np.array([[self._value(code, p) for p in periods] for code in codes], dtype=float)
        values = values.reshape(len(codes), len(periods))
        if self.plan.transform == "LEVEL":
            return values
        # A later zero has no logarithm; leaving it out would choose on the outcome. It stays, as
        # minus infinity, and the plan is then not evaluable.
        with np.errstate(divide="ignore"):
            logs: Floats = np.log(values)
        return logs

    def _covariates(self, codes: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
        declared = self.design.covariates
        columns = [self._covariate(codes, c.indicator, c.period, c.since) for c in declared]
        names = [c.name for c in declared]
        labels = [c.label for c in declared]
        if self.design.centrality_as_covariate:
            # The first class is the reference of the others.
            for rank, centrality in enumerate(self.design.centralities[1:], start=2):
                member = [self.readings.centralities.get(code) == centrality for code in codes]
                columns.append(np.array(member, dtype=float))
                names.append(f"centralite_{rank}")
                labels.append(centrality.replace("'", "’"))
        stacked = np.column_stack(columns) if columns else np.empty((len(codes), 0))
        return tuple(names), tuple(labels), stacked

    def _covariate(
        self, codes: list[str], indicator: str, period: int, since: int | None
    ) -> Floats:
        def logs(at: int) -> Floats:
            series = self.readings.series[indicator, at]
            values = np.array([series.get(code, math.nan) for code in codes], dtype=float)
            return np.log(np.where(values > 0, values, math.nan))

        return logs(period) if since is None else logs(period) - logs(since)


def _ranks(periods: tuple[int, ...]) -> tuple[int, ...]:
    """Give irregular rounds the numbers 1, 2, 3…: only their order counts."""
    return tuple(range(1, len(periods) + 1))


def _median_days(entries: Mapping[str, date | None], cohorts: Mapping[str, int]) -> dict[int, date]:
    """Give the median day of entry of each cohort."""
    days: dict[int, list[date]] = {}
    for code, cohort in cohorts.items():
        day = entries.get(code)
        if cohort and day:
            days.setdefault(cohort, []).append(day)
    return {cohort: sorted(found)[len(found) // 2] for cohort, found in sorted(days.items())}
