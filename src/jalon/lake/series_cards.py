"""What a card declares of its figures: columns, grain, markers of what is hidden; plain data."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

SUPPRESSED = "SECRET"  # the status of a figure that exists and that its producer does not publish


class Rule(StrEnum):
    """How the figure of a larger territory is made from those of the smaller ones."""

    SUM = "SUM"
    RATIO = "RATIO"
    WEIGHTED_MEAN = "WEIGHTED_MEAN"
    NONE = "NONE"


class Scale(StrEnum):
    """What a figure may be: a count, a share of 100, an amount (never negative), any number."""

    COUNT = "count"
    PERCENT = "percent"
    AMOUNT = "amount"
    NUMBER = "number"


@dataclass(frozen=True)
class HiddenWhen:
    """A figure left empty is suppressed, not missing, when this column lies between two bounds."""

    column: str
    low: float
    high: float


@dataclass(frozen=True)
class SeriesCard:
    """Where the figures of one indicator are, in the file of its source.

    A figure is a `value`, or `factor` times a `numerator` over a `denominator`; each names a
    column. `where` keeps the rows whose columns hold these texts. `period` names a column, unless
    every row is of `fixed_period`. `suppressed` and `missing` are the texts that stand for a
    figure hidden by its producer, and for no figure at all. `codes_on` is a day on which the codes
    of communes were in use (none: today). `times` is what a figure is multiplied by. With
    `zero_throughout_is_missing`, a territory at zero every year is one that the file ignores.
    """

    indicator: str
    rule: Rule
    scale: Scale
    grain: str
    code: str
    period: str = ""
    fixed_period: int | None = None
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    factor: float = 100.0
    times: float | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    codes_on: date | None = None
    ignored_codes: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    suppressed_when: HiddenWhen | None = None
    missing: tuple[str, ...] = ("",)
    zero_throughout_is_missing: bool = False
    unit_column: str = ""
    unit: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Name every column of the file that the declaration needs."""
        hidden = self.suppressed_when.column if self.suppressed_when else ""
        named = (
            self.code, self.period, self.value, self.numerator, self.denominator, self.unit_column,
            hidden, *self.where,
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in named if name))


def fingerprint(cards: tuple[SeriesCard, ...]) -> str:
    """Give what changes whenever the same file would be read differently."""
    text = json.dumps([asdict(card) for card in cards], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
