"""A small country of forty-eight communes, written by hand, that plans can be tried on."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from jalon.evaluations.declarations import Design, Plan, read_plans
from jalon.evaluations.samples import Readings

PERIODS = tuple(range(2014, 2021))


def small_plan(**changes: Any) -> Plan:
    """Give the ACV plan on jobs cut to the size of the small country, but for what changes.

    A change named as a field of the design applies to it.
    """
    acv = next(plan for plan in read_plans() if plan.name == "acv-emploi-prive")
    fields = acv.model_dump(mode="json")
    fields.update(periods=PERIODS, horizon=2, draws=99)
    fields["design"].update(min_cohort=20, covariates=[])
    for name, value in changes.items():
        target = fields["design"] if name in Design.model_fields else fields
        target[name] = value
    return Plan.model_validate(fields)


def codes(n: int, first: int = 1) -> list[str]:
    """Give n commune codes in a row."""
    return [f"{60000 + number}" for number in range(first, first + n)]


TREATED = codes(22)
COMPARED = codes(26, first=101)
ENTERED_ON = date(2018, 9, 28)
EFFECT = 0.08
NOISE = np.random.default_rng(2018).normal(0, 0.004, (48, len(PERIODS)))


def small_country(**changes: Mapping[Any, Any]) -> Readings:
    """Give twenty-two communes that entered in 2018, gaining 8 %, and twenty-six that did not.

    Every commune has its own level, drifts a little, and lies in an intercommunalité of two.
    """
    series: dict[tuple[str, int], dict[str, float]] = {
        ("population", 2015): dict.fromkeys(TREATED + COMPARED, 20_000.0)
    }
    for period in PERIODS:
        gained = EFFECT if period >= 2018 else 0.0
        series["emploi-prive", period] = {
            code: math.exp(
                5 + rank / 10 + 0.01 * (period - 2014) + gained * (code in TREATED)
                + NOISE[rank, period - 2014]
            )
            for rank, code in enumerate(TREATED + COMPARED)
        }  # fmt: skip
    readings: dict[str, Any] = {
        "entries": {"acv": dict.fromkeys(TREATED, ENTERED_ON), "pvd": {}},
        "series": series,
        "centralities": {},
        "epcis": {code: f"2000{rank // 2:05}" for rank, code in enumerate(TREATED + COMPARED)},
    }
    return Readings(**{**readings, **changes})


def with_entries(**entries: Mapping[str, date | None]) -> Readings:
    """Give the small country where these communes of the programme entered otherwise."""
    acv = {**small_country().entries["acv"], **entries.pop("acv", {})}
    return small_country(entries={"acv": acv, "pvd": {}, **entries})


def with_value(indicator: str, period: int, **values: float | None) -> Readings:
    """Give the small country where some communes have another value, or none (None)."""
    series = dict(small_country().series)
    changed = dict(series[indicator, period])
    for code, value in values.items():
        if value is None:
            del changed[code.lstrip("c")]
        else:
            changed[code.lstrip("c")] = value
    series[indicator, period] = changed
    return small_country(series=series)
