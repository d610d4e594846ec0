"""What can be chosen in an estimation, with the defaults of record."""

from dataclasses import dataclass
from typing import Literal, get_args

from jalon.causal.errors import OptionError

Control = Literal["never", "notyet"]
Method = Literal["dr", "ipw", "reg"]
Base = Literal["varying", "universal"]
Unbalanced = Literal["drop", "keep"]
Multipliers = Literal["rademacher", "mammen", "gaussian"]

MOST_DRAWS = 100_000
SMALLEST_ALPHA = 1e-6
_CHOICES = {
    "control": get_args(Control),
    "method": get_args(Method),
    "base": get_args(Base),
    "unbalanced": get_args(Unbalanced),
    "multipliers": get_args(Multipliers),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Choices of one Callaway–Sant'Anna estimation.

    Attributes
    ----------
    control : {"never", "notyet"}
        Comparison units: never treated, or also those not treated yet at the period compared.
    method : {"dr", "ipw", "reg"}
        Doubly robust, inverse probability weighting or outcome regression. Without
        covariates the three are the same difference of means.
    base : {"varying", "universal"}
        Reference of pre-treatment periods: the period before, or the last before treatment.
    anticipation : int
        Number of periods (in units of time) before treatment when units may already react.
    balance_e : int or None
        Keep in the event study the cohorts observed at least this long after treatment.
    unbalanced : {"drop", "keep"}
        Units not observed in every period are left out, or compared cell by cell with the
        observations they have (`allow_unbalanced_panel` of R's `did`).
    draws : int
        Multiplier bootstrap draws; 0 keeps the analytic standard errors and pointwise bands.
    seed : int
        Seed of the draws: two runs give the same digits.
    alpha : float
        One minus the level of intervals and bands.
    multipliers : {"rademacher", "mammen", "gaussian"}
        Law of the multipliers.

    Raises
    ------
    OptionError
        When a value is not allowed.
    """

    control: Control = "never"
    method: Method = "dr"
    base: Base = "varying"
    anticipation: int = 0
    balance_e: int | None = None
    unbalanced: Unbalanced = "drop"
    draws: int = 999
    seed: int = 2018
    alpha: float = 0.05
    multipliers: Multipliers = "rademacher"

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            value = getattr(self, name)
            if value not in allowed:
                raise OptionError(f"{name} : « {value} » n’est pas l’un de {', '.join(allowed)}.")
        for name in ("anticipation", "balance_e", "draws", "seed"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < 0):
                raise OptionError(
                    f"{name} : un entier positif ou nul est attendu, pas « {value} »."
                )
        if self.draws == 1 or self.draws > MOST_DRAWS:
            raise OptionError(
                f"draws : 0 (erreurs analytiques), ou de 2 à {MOST_DRAWS} tirages,"
                f" pas « {self.draws} »."
            )
        if not SMALLEST_ALPHA <= self.alpha < 1:
            raise OptionError(
                f"alpha : un nombre entre 0 et 1 ({SMALLEST_ALPHA:g} au moins) est attendu,"
                f" pas « {self.alpha} »."
            )
