"""What a card says of an indicator: its fields, their checks, and reading one from a file."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from jalon.lake.series_cards import HiddenWhen, Rule, Scale, SeriesCard

from .card_tables import Fitness, Frozen, NotedPeriod, SeriesTable, SourceTable
from .enums import Aggregation, Direction, Frequency, Grain, ObservationDay

_ERRORS_IN_FRENCH = {
    "missing": "il manque",
    "extra_forbidden": "n’est pas un champ connu",
    "string_type": "doit être un texte",
    "int_type": "doit être un nombre entier",
    "bool_type": "doit valoir true ou false",
    "enum": "n’est pas une des valeurs permises",
    "literal_error": "n’est pas une des valeurs permises",
}


_LARGER = ("EPCI", "DEPARTEMENT", "REGION", "FRANCE")
_AGGREGATION_NOTES = {
    "SUM": "Le chiffre d’un territoire est la somme de ceux qui le composent.",
    "RATIO": "Le chiffre d’un territoire est le rapport des sommes de ceux qui le composent.",
    "WEIGHTED_MEAN": "Le chiffre d’un territoire est la moyenne de ceux qui le composent, pondérée "
    "par leur population d’aujourd’hui.",
    "NONE": "Le chiffre n’est donné qu’aux mailles que publie le producteur.",
}


def _default_grains(grain: str, rule: str) -> tuple[str, ...]:
    """Give the grains that a rule reaches from a grain."""
    if rule == "NONE":
        return (grain,)
    return (grain, *_LARGER) if grain == "COMMUNE" else (grain, "FRANCE")


class BadCardError(ValueError):
    """A card of the catalogue does not say what it must; the message is in French."""


class UnknownPeriodError(LookupError):
    """The card does not say on which day this period is observed."""


class IndicatorCard(Frozen):
    """One indicator: what it is, who makes it, how it adds up, and what it cannot say.

    What the other fields tell may be left out.

    A figure of scale "percent" lies between 0 and 100, one of scale "count" or "amount" is never
    negative. `publication_delay_days` is the shortest time known between the day observed and its
    publication. `absent_is_zero` says that a commune absent from the file has none. The page of a
    territory charts the `headline` indicators only.
    """

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    order: int = 900
    headline: bool = False
    theme: str = "Autres indicateurs"
    name: str
    short_name: str
    in_a_sentence: str = Field(pattern=r"^(l’|la |le |les )")
    definition: str = Field(min_length=40)
    unit: str = Field(min_length=1)
    grain: Grain
    grains: tuple[Grain, ...]
    aggregation: Aggregation
    aggregation_note: str
    direction: Direction = Direction.NEUTRAL
    decimals: int = Field(default=0, ge=0, le=3)
    producer: str
    source_slug: str
    licence: str = "Licence Ouverte 2.0"
    licence_url: str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    limits: tuple[str, ...] = Field(min_length=1)
    breaks: tuple[NotedPeriod, ...] = ()
    observation: ObservationDay = ObservationDay.LAST_OF_DECEMBER
    observation_days: dict[int, date] = {}
    frequency: Frequency = Frequency.YEARLY
    next_expected_on: date | None = None
    publication_delay_days: int = Field(default=0, ge=0)
    absent_is_zero: bool = False
    scale: Scale
    fitness: Fitness = Fitness(first_usable_period=1900)
    source: SourceTable | None = None
    series: SeriesTable | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill_what_follows(cls, content: Any) -> Any:
        """Fill what the other fields tell, so that a card need only say what is its own."""
        if not isinstance(content, Mapping):
            return content
        name, unit = content.get("name", ""), str(content.get("unit", ""))
        grain, rule = content.get("grain", "COMMUNE"), str(content.get("aggregation", ""))
        return {
            "short_name": name,
            "in_a_sentence": f"l’indicateur « {name} »",
            "grain": grain,
            "grains": _default_grains(grain, rule),
            "aggregation_note": _AGGREGATION_NOTES.get(rule, ""),
            "source_slug": content.get("code", ""),
            "scale": "percent" if unit.startswith("%") else "count",
            **content,
        }

    @model_validator(mode="after")
    def _declared_days_belong_to_their_year(self) -> Self:
        declared = self.observation is ObservationDay.DECLARED
        if declared != bool(self.observation_days):
            raise ValueError("observation_days va avec observation = DECLARED, et elle seule")
        for period, day in self.observation_days.items():
            if day.year != period:
                raise ValueError(f"le jour {day} n’est pas dans la période {period}")
        return self

    @model_validator(mode="after")
    def _unit_goes_with_scale(self) -> Self:
        if self.unit.startswith("%") != (self.scale is Scale.PERCENT):
            raise ValueError(
                f'l’unité « {self.unit} » ne va pas avec scale = "{self.scale}" : un pourcentage, '
                "et lui seul, a une unité qui commence par %"
            )
        return self

    @model_validator(mode="after")
    def _rule_goes_with_columns(self) -> Self:
        if self.series is not None:
            is_ratio = self.aggregation is Aggregation.RATIO
            if is_ratio != bool(self.series.numerator):
                raise ValueError(
                    'aggregation = "RATIO" va avec numerator et denominator, et elle seule'
                )
            if self.absent_is_zero:
                raise ValueError("absent_is_zero ne se déclare pas avec [series]")
        return self

    def as_series(self) -> SeriesCard | None:
        """Give the lake what it needs to read the figures; None when a reader of its own does."""
        if self.series is None:
            return None
        told = {name: getattr(self.series, name) for name in SeriesTable.model_fields}
        hidden = self.series.suppressed_when
        told["suppressed_when"] = HiddenWhen(**hidden.model_dump()) if hidden else None
        return SeriesCard(
            indicator=self.code,
            rule=Rule(self.aggregation.value),
            scale=self.scale,
            grain=self.grain.value,
            **told,
        )

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
        if self.observation in {ObservationDay.LAST_OF_DECEMBER, ObservationDay.DURING_YEAR}:
            return date(period, 12, 31)
        if period not in self.observation_days:
            raise UnknownPeriodError(
                f"La fiche « {self.code} » ne donne pas le jour d’observation de {period}."
            )
        return self.observation_days[period]

    def published_on(self, period: int) -> date:
        """Give the earliest day on which a period may have been public (see `observed_on`)."""
        return self.observed_on(period) + timedelta(days=self.publication_delay_days)

    def next_expected(self, last_period: int | None) -> date | None:
        """Give the earliest day on which figures newer than the last ones may come, if known."""
        if self.next_expected_on is not None:
            return self.next_expected_on
        if self.frequency is Frequency.YEARLY and last_period is not None:
            return self.published_on(last_period + 1)
        return None

    def why_not_comparable(self, period: int) -> str:
        """Say in French why a period may not be compared with the others; "" when it may."""
        if period < self.fitness.first_usable_period:
            return f"avant {self.fitness.first_usable_period}, la série n’est pas comparable"
        noted = (note.reason for note in self.fitness.not_comparable if note.period == period)
        return next(noted, "")

    def is_comparable(self, period: int) -> bool:
        """Say whether an evaluation may use this period."""
        return not self.why_not_comparable(period)


def read_card(path: Path) -> IndicatorCard:
    """Read and check one card.

    Raises
    ------
    BadCardError
        When the file is not TOML, misses a field, has an unknown one, or is not named by its code;
        the message tells the line and the field.
    """
    try:
        text = path.read_text(encoding="utf-8")
        card = IndicatorCard.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCardError(f"La fiche {path.name} n’est pas un fichier TOML : {error}") from error
    except ValidationError as error:
        what = " ; ".join(_in_french(detail, text) for detail in error.errors())
        raise BadCardError(f"La fiche {path.name} n’est pas valable : {what}.") from error
    if card.code != path.stem:
        raise BadCardError(f"La fiche {path.name} porte le code « {card.code} » : les accorder.")
    return card


def card_of(content: Mapping[str, Any]) -> IndicatorCard:
    """Check a card that a source describes itself.

    Raises
    ------
    BadCardError
        When it misses a field or has one that is not right.
    """
    try:
        return IndicatorCard.model_validate(content)
    except ValidationError as error:
        what = " ; ".join(_in_french(detail, "") for detail in error.errors())
        raise BadCardError(f"La fiche de « {content.get('code')} » : {what}.") from error


def _in_french(error: ErrorDetails, text: str) -> str:
    field = ".".join(str(part) for part in error["loc"]) or "la fiche"
    line = _line_of(text, [str(part) for part in error["loc"]])
    place = f"ligne {line}, " if line else ""
    if error["type"] == "value_error":
        return f"{place}{error['ctx']['error']}"
    shown = f" (« {error['input']} »)" if isinstance(error["input"], str | int | float) else ""
    said = _ERRORS_IN_FRENCH.get(error["type"], "a une valeur refusée")
    return f"{place}« {field} » {said}{shown if error['type'] != 'missing' else ''}"


def _line_of(text: str, place: Sequence[str]) -> int | None:
    """Find the line of a field in the text of a card, inside its table when it has one."""
    *tables, field = [part for part in place if not part.isdigit()] or [""]
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+([^\]]+)\]+", line):
            table = header.group(1).strip()
        elif re.match(rf"\s*{re.escape(field)}\s*=", line) and table == ".".join(tables):
            return number
    return None
