"""The catalogue: one declarative card per indicator, read and checked once."""

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from jalon.territories.enums import TerritoryKind

from .enums import Aggregation, Direction, ObservationDay

CARDS_FOLDER = Path(__file__).parent / "cards"

_ERRORS_IN_FRENCH = {
    "missing": "il manque",
    "extra_forbidden": "n’est pas un champ connu",
    "string_type": "doit être un texte",
    "int_type": "doit être un nombre entier",
    "bool_type": "doit valoir true ou false",
    "enum": "n’est pas une des valeurs permises",
    "literal_error": "n’est pas une des valeurs permises",
}


class BadCardError(ValueError):
    """A card of the catalogue does not say what it must; the message is in French."""


class UnknownIndicatorError(LookupError):
    """No card carries this code; the message is in French and names the known ones."""


class UnknownPeriodError(LookupError):
    """The card does not say on which day this period is observed."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NotedPeriod(_Frozen):
    """A period and what a reader must know of it."""

    period: int
    reason: str = Field(min_length=10)


class Fitness(_Frozen):
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


class IndicatorCard(_Frozen):
    """One indicator: what it is, who makes it, how it adds up, and what it cannot say.

    A figure of scale "percent" lies between 0 and 100. `publication_delay_days` is the shortest
    time known between the day observed and its publication. `absent_is_zero` says that a commune
    absent from the file has none.
    """

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    order: int
    name: str
    short_name: str
    in_a_sentence: str = Field(pattern=r"^(l’|la |le |les )")
    definition: str = Field(min_length=40)
    unit: str
    grain: TerritoryKind
    grains: tuple[TerritoryKind, ...]
    aggregation: Aggregation
    aggregation_note: str
    direction: Direction
    decimals: int = Field(ge=0, le=3)
    producer: str
    source_slug: str
    licence: str
    licence_url: str
    limits: tuple[str, ...] = Field(min_length=1)
    breaks: tuple[NotedPeriod, ...] = ()
    observation: ObservationDay
    observation_days: dict[int, date] = {}
    publication_delay_days: int = Field(ge=0)
    absent_is_zero: bool = False
    scale: Literal["count", "percent"]
    fitness: Fitness

    @model_validator(mode="after")
    def _declared_days_belong_to_their_year(self) -> Self:
        declared = self.observation is ObservationDay.DECLARED
        if declared != bool(self.observation_days):
            raise ValueError("observation_days va avec observation = DECLARED, et elle seule")
        for period, day in self.observation_days.items():
            if day.year != period:
                raise ValueError(f"le jour {day} n’est pas dans la période {period}")
        return self

    def observed_on(self, period: int) -> date:
        """Give the day on which a period is observed.

        Parameters
        ----------
        period : int
            Year of the observation.

        Raises
        ------
        UnknownPeriodError
            When the card declares its days one by one and this period is not among them.
        """
        if self.observation is ObservationDay.FIRST_OF_JANUARY:
            return date(period, 1, 1)
        if self.observation is ObservationDay.LAST_OF_DECEMBER:
            return date(period, 12, 31)
        if period not in self.observation_days:
            raise UnknownPeriodError(
                f"La fiche « {self.code} » ne donne pas le jour d’observation de {period}."
            )
        return self.observation_days[period]

    def published_on(self, period: int) -> date:
        """Give the earliest day on which a period may have been public (see `observed_on`)."""
        return self.observed_on(period) + timedelta(days=self.publication_delay_days)

    def why_not_comparable(self, period: int) -> str:
        """Say in French why a period may not be compared with the others; "" when it may."""
        if period < self.fitness.first_usable_period:
            return f"avant {self.fitness.first_usable_period}, la série n’est pas comparable"
        noted = (note.reason for note in self.fitness.not_comparable if note.period == period)
        return next(noted, "")

    def is_comparable(self, period: int) -> bool:
        """Say whether an evaluation may use this period."""
        return not self.why_not_comparable(period)


def _in_french(error: ErrorDetails) -> str:
    field = ".".join(str(part) for part in error["loc"]) or "la fiche"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"« {field} » {_ERRORS_IN_FRENCH.get(error['type'], 'a une valeur refusée')}"


def read_card(path: Path) -> IndicatorCard:
    """Read and check one card.

    Raises
    ------
    BadCardError
        When the file is not TOML, misses a field, has an unknown one, or is not named by its code.
    """
    try:
        card = IndicatorCard.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCardError(f"La fiche {path.name} n’est pas un fichier TOML : {error}") from error
    except ValidationError as error:
        what = " ; ".join(_in_french(detail) for detail in error.errors())
        raise BadCardError(f"La fiche {path.name} n’est pas valable : {what}.") from error
    if card.code != path.stem:
        raise BadCardError(f"La fiche {path.name} porte le code « {card.code} » : les accorder.")
    return card


@cache
def all_cards() -> tuple[IndicatorCard, ...]:
    """Give every card, in the order of display.

    Raises
    ------
    BadCardError
        When any card is not valid.
    """
    cards = [read_card(path) for path in sorted(CARDS_FOLDER.glob("*.toml"))]
    return tuple(sorted(cards, key=lambda card: card.order))


def get_card(code: str) -> IndicatorCard:
    """Give one card by its code.

    Raises
    ------
    UnknownIndicatorError
        When no card carries this code.
    """
    for card in all_cards():
        if card.code == code:
            return card
    known = ", ".join(card.code for card in all_cards())
    raise UnknownIndicatorError(f"Indicateur inconnu : « {code} ». Connus : {known}.")
