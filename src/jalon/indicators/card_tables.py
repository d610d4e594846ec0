"""The parts of a card: noted periods, fitness, the file of its source, where its figures are."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Frozen(BaseModel):
    """A part of a card: nothing unknown in it, nothing changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NotedPeriod(Frozen):
    """A period and what a reader must know of it."""

    period: int
    reason: str = Field(min_length=10)


class Fitness(Frozen):
    """Whether, and from when, an effect may be read in this indicator.

    An observation counts as "after" from `settling_days` after the act; an evaluation needs
    `min_post_periods` of them.
    """

    smoothed_over_years: int = Field(default=1, ge=1)
    reason: str = ""
    first_usable_period: int
    settling_days: int = Field(default=0, ge=0)
    min_post_periods: int = Field(default=1, ge=1)
    not_comparable: tuple[NotedPeriod, ...] = ()

    @model_validator(mode="after")
    def _smoothing_is_explained(self) -> Self:
        if self.smoothed_over_years > 1 and not self.reason:
            raise ValueError("un indicateur lissé dit pourquoi il ne peut pas répondre (reason)")
        return self

    @property
    def is_smoothed(self) -> bool:
        """Say whether each figure averages several years, so that no yearly effect shows."""
        return self.smoothed_over_years > 1


class SourceTable(Frozen):
    """The file of a source that the lake does not declare itself; cards may share it.

    `file` is its place in the mirror, `url` an address that answers it, `publisher` who gathered
    figures of several producers.
    """

    title: str = ""
    page_url: str = Field(pattern=r"^https://")
    vintage: str = "non précisé"
    file: str
    publisher: str = ""
    url: str = ""
    rows_between: tuple[int, int] = (1, 10**9)
    max_rejected_share: float = Field(default=0.0, ge=0, le=0.5)
    notes: tuple[str, ...] = ()


class HiddenWhenTable(Frozen):
    """An empty figure is suppressed, not missing, when this column lies between two bounds."""

    column: str
    low: float
    high: float


class SeriesTable(Frozen):
    """Where the figures are in the file; see `jalon.lake.series_cards.SeriesCard`."""

    code: str
    period: str = ""
    fixed_period: int | None = Field(default=None, ge=1900, le=2100)
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    factor: float = Field(default=100.0, gt=0)
    times: float | None = Field(default=None, gt=0)
    where: dict[str, str] = {}
    codes_on: date | None = None
    ignored_codes: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    suppressed_when: HiddenWhenTable | None = None
    missing: tuple[str, ...] = ("",)
    zero_throughout_is_missing: bool = False
    unit_column: str = ""
    unit: str = ""

    @model_validator(mode="after")
    def _says_where_figures_are(self) -> Self:
        if bool(self.period) == (self.fixed_period is not None):
            raise ValueError("[series] donne period (une colonne) ou fixed_period (une année)")
        if bool(self.numerator) != bool(self.denominator):
            raise ValueError("[series] donne numerator et denominator ensemble")
        if bool(self.value) == bool(self.numerator):
            raise ValueError("[series] donne value, ou numerator et denominator")
        if bool(self.unit_column) != bool(self.unit):
            raise ValueError("[series] donne unit_column et unit ensemble")
        return self
