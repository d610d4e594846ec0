"""Plans as they are declared: read from `plans.toml`, checked, and given a fingerprint."""

import hashlib
import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from jalon.indicators import catalogue
from jalon.indicators.comparables import BY_CODE, indicators_read
from jalon.programmes.catalogue import all_programmes

from .rules import RULE_VERSION

PLANS_FILE = Path(__file__).parent / "plans.toml"
_ALPHA_OF_THE_RULE = 0.05


class BadPlanError(ValueError):
    """A plan does not say what it must; the message is in French."""


def canonical(content: Any) -> str:
    """Write JSON-able values in the one form whose fingerprint is taken."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PopulationRange(_Frozen):
    """Sizes kept, by the municipal population of a year before the programme."""

    period: int
    low: int = Field(ge=1)
    high: int

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low > self.high:
            raise ValueError(
                f"tailles de {self.low} à {self.high} : la première est la plus grande"
            )
        return self


class Covariate(_Frozen):
    """One characteristic of the communes, measured before the programme.

    The logarithm of an indicator at `period`; or, with `since`, its growth from that period on.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    label: str
    indicator: str
    period: int
    since: int | None = None

    @model_validator(mode="after")
    def _grows_from_the_past(self) -> Self:
        if self.since is not None and self.since >= self.period:
            raise ValueError(f"« {self.name} » : {self.since} ne précède pas {self.period}")
        return self


class Comparables(_Frozen):
    """A pool made of the untreated communes that resemble the treated ones the most.

    The union, over the treated communes of the sample, of the `neighbours` nearest untreated ones,
    on `variables` measured at `period` (latest figure of that year or before, never after).
    """

    variables: tuple[str, ...] = Field(min_length=1)
    neighbours: int = Field(ge=1, le=100)
    period: int

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators from which the variables are measured."""
        return indicators_read(self.variables)

    @model_validator(mode="after")
    def _variables_are_known_and_dated(self) -> Self:
        for code in self.variables:
            if code not in BY_CODE:
                raise ValueError(
                    f"variable de ressemblance inconnue : « {code} » "
                    f"(connues : {', '.join(BY_CODE)})"
                )
            if not BY_CODE[code].is_dated:
                raise ValueError(
                    f"la variable « {code} » n’a qu’un millésime, postérieur au programme : "
                    "choisir des variables mesurées à une date"
                )
        if len(set(self.variables)) < len(self.variables):
            raise ValueError("les variables de ressemblance sont à donner une fois chacune")
        return self


class Design(_Frozen):
    """Whom a programme's communes are compared to, and how; shared by several plans."""

    programme: str
    act: str
    starts_on: date
    control: Literal["never", "notyet"]
    pool: str
    why_this_pool: str
    outside: tuple[str, ...]
    treated_outside: tuple[str, ...] = ()
    population: PopulationRange
    centralities: tuple[str, ...] = ()
    covariates: tuple[Covariate, ...]
    centrality_as_covariate: bool = False
    clustering: Literal["EPCI"]
    anticipation: int = Field(ge=0)
    min_cohort: int = Field(ge=2)
    comparables: Comparables | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_used(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out a pool that is not asked: plans frozen before it existed keep their print."""
        fields: dict[str, Any] = write(self)
        if self.comparables is None:
            fields.pop("comparables", None)
        return fields

    @model_validator(mode="after")
    def _a_pool_is_of_untreated_communes(self) -> Self:
        if self.comparables is not None and self.control != "never":
            raise ValueError('comparables va avec control = "never"')
        return self

    @property
    def programmes(self) -> tuple[str, ...]:
        """Codes of every programme whose list is read, each once."""
        return tuple(dict.fromkeys((self.programme, *self.outside, *self.treated_outside)))

    @model_validator(mode="after")
    def _programmes_exist(self) -> Self:
        known = {card.code for card in all_programmes()}
        for code in self.programmes:
            if code not in known:
                raise ValueError(f"aucun programme n’a pour code « {code} »")
        return self


class Plan(_Frozen):
    """One question and the way it will be answered. What is frozen is this, whole."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    question: str
    indicator: str
    why_this_indicator: str
    expected: Literal["UP", "DOWN"]
    transform: Literal["LOG", "LEVEL"]
    periods: tuple[int, ...] = Field(min_length=2)
    horizon: int = Field(ge=0)
    min_before: float | None = None
    smallest_effect: float = Field(gt=0)
    why_smallest_effect: str
    method: Literal["dr"]
    base: Literal["varying"]
    target: Literal["group"]
    draws: int = Field(ge=99, le=100_000)
    alpha: float
    rule_version: str
    design: Design

    @model_validator(mode="after")
    def _measured_before_the_programme(self) -> Self:
        """Refuse a size or a covariate that the programme may have changed."""
        read = [("population", self.design.population.period)]
        read += [(covariate.indicator, covariate.period) for covariate in self.design.covariates]
        if (pool := self.design.comparables) is not None:
            read += [(indicator, _latest(indicator, pool.period)) for indicator in pool.indicators]
        for indicator, period in read:
            card = catalogue.get_card(indicator)
            # A figure smoothed over five years is centred: it holds the two years that follow.
            last_year = period + card.fitness.smoothed_over_years // 2
            if card.observed_on(period).replace(year=last_year) >= self.design.starts_on:
                raise ValueError(
                    f"{indicator} {period} est mesuré après le début du programme "
                    f"({self.design.starts_on}) : choisir une période antérieure"
                )
        return self

    @model_validator(mode="after")
    def _periods_are_comparable_and_in_order(self) -> Self:
        card = catalogue.get_card(self.indicator)
        if list(self.periods) != sorted(set(self.periods)):
            raise ValueError("les périodes sont à donner dans l’ordre, une fois chacune")
        for period in self.periods:
            card.observed_on(period)
            if reason := card.why_not_comparable(period):
                raise ValueError(f"la période {period} ne peut pas servir : {reason}")
        return self

    @model_validator(mode="after")
    def _is_judged_as_published(self) -> Self:
        """Refuse what the published rule was not written for."""
        if self.rule_version != RULE_VERSION:
            raise ValueError(
                f"la règle de verdict en vigueur est la version {RULE_VERSION}, pas "
                f"{self.rule_version}"
            )
        if self.alpha != _ALPHA_OF_THE_RULE:
            raise ValueError("la règle de verdict lit des intervalles à 95 % : alpha vaut 0.05")
        return self

    @property
    def reads(self) -> frozenset[tuple[str, int]]:
        """Every (indicator, period) that the plan needs."""
        design = self.design
        wanted = {(self.indicator, period) for period in self.periods}
        wanted.add(("population", design.population.period))
        for covariate in design.covariates:
            wanted |= {
                (covariate.indicator, period)
                for period in (covariate.period, covariate.since)
                if period is not None
            }
        return frozenset(wanted)

    @property
    def observed_once_a_year(self) -> bool:
        """Say whether periods follow each other by one year; else they are only ordered."""
        first, last = self.periods[0], self.periods[-1]
        return self.periods == tuple(range(first, last + 1))

    def canonical(self) -> str:
        """Write the plan as JSON in the one form whose fingerprint is taken."""
        return canonical(self.model_dump(mode="json"))

    @property
    def sha256(self) -> str:
        """Fingerprint of the canonical form, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @property
    def seed(self) -> int:
        """Seed of the bootstrap draws: fixed by the plan, so that nobody chooses it."""
        return int(self.sha256[:8], 16)


def _latest(indicator: str, period: int) -> int:
    """Give the period that is read as of a year: a vote has its own years, the others each year."""
    days = catalogue.get_card(indicator).observation_days
    if not days:
        return period
    if not (held := [year for year in days if year <= period]):
        raise ValueError(f"{indicator} n’a aucun scrutin en {period} ou avant")
    return max(held)


def read_plans(path: Path = PLANS_FILE) -> tuple[Plan, ...]:
    """Read and check every declared plan.

    Raises
    ------
    BadPlanError
        When the file is not TOML, when a plan is incomplete, names an unknown design or
        indicator, or reads something measured after the programme began.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPlanError(f"{path.name} n’est pas un fichier TOML : {error}") from error
    for section in ("estimation", "designs", "plans"):
        if section not in content:
            raise BadPlanError(f"{path.name} : la section « {section} » manque.")
    plans = tuple(_plan(declared, content) for declared in content["plans"])
    names = [plan.name for plan in plans]
    for name in names:
        if names.count(name) > 1:
            raise BadPlanError(f"Deux plans portent le nom « {name} ».")
    return plans


def _plan(declared: dict[str, Any], content: dict[str, Any]) -> Plan:
    name, design = declared.get("name", "sans nom"), declared.get("design")
    if design not in content["designs"]:
        raise BadPlanError(f"Plan « {name} » : le protocole « {design} » n’est pas décrit.")
    merged = {**content["estimation"], **declared, "design": content["designs"][design]}
    try:
        return Plan.model_validate(merged)
    except ValidationError as error:
        what = " ; ".join(_in_french(detail) for detail in error.errors())
        raise BadPlanError(f"Plan « {name} » : {what}.") from error
    except LookupError as error:
        raise BadPlanError(f"Plan « {name} » : {error}") from error


def _in_french(error: Any) -> str:
    field = ".".join(str(part) for part in error["loc"]) or "le plan"
    kinds = {"missing": "il manque", "extra_forbidden": "n’est pas un champ connu"}
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"« {field} » {kinds.get(error['type'], 'a une valeur refusée')}"
