"""On what territories are compared: each variable declared once, and the words of a difference."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.lake.series import get_indicator_of_round

# Differences in standard deviations (robust: see `nearest.standardise`).
SAME, DIFFERENT, MUCH = 0.25, 0.5, 1.5
MOST_SIMILARITIES, MOST_DIFFERENCES = 2, 3
GROWTH_YEARS = 10
MAX_WEIGHT = 5.0

POPULATION, JOBS = "population", "emploi-prive"
TURNOUT = get_indicator_of_round("pres")

# Classes of the typology of ruralités, as its file writes them; "hors champ" on the mainland is a
# class of its own (urban), overseas it is no class at all.
URBAN = "Hors champ : DOM ou commune urbaine"
RURALITIES = (
    URBAN,
    "Les petites polarités industrielles et artisanales",
    "Les petites polarités mixtes",
    "Les ruralités productives agricoles",
    "Les ruralités productives ouvrières",
    "Les ruralités résidentielles aisées",
    "Les ruralités résidentielles mixtes",
    "Les ruralités touristiques spécialisées",
    "Les ruralités touristiques à dominante résidentielle",
)
# From none to the highest.
CENTRALITIES = (
    "Communes non centre",
    "Centre local d'équipements et de services",
    "Centre intermédiaire d'équipements et de services",
    "Centre structurant d'équipements et de services",
    "Centre majeur d'équipements et de services",
)

Scale = Literal["log", "linear", "classes"]


class UnknownVariableError(LookupError):
    """No variable carries this code, or its weight is refused; the message is in French."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One thing on which territories may resemble each other.

    `scale` is how its figures are compared: "log" (of one plus the figure), "linear", or "classes"
    (shares of the population by class). `uses` are the files of the lake it is made from. A
    variable that `is_dated` can be measured as of any year; the others have a single vintage.
    """

    code: str
    label: str | Promise
    definition: str | Promise
    unit: str | Promise
    higher: str | Promise
    lower: str | Promise
    same: str | Promise
    scale: Scale
    uses: tuple[str, ...]
    decimals: int = 0
    is_dated: bool = True
    classes: tuple[str, ...] = ()


VARIABLES = (
    Variable(
        code="taille",
        label=gettext_lazy("Taille"),
        definition=gettext_lazy("population municipale"),
        unit=gettext_lazy("habitants"),
        higher=gettext_lazy("plus peuplé"),
        lower=gettext_lazy("moins peuplé"),
        same=gettext_lazy("même taille"),
        scale="log",
        uses=(f"series/{POPULATION}",),
    ),
    Variable(
        code="densite",
        label=gettext_lazy("Densité"),
        definition=gettext_lazy("habitants par km², la surface étant celle des contours"),
        unit=gettext_lazy("habitants par km²"),
        higher=gettext_lazy("plus urbain"),
        lower=gettext_lazy("plus rural"),
        same=gettext_lazy("même densité"),
        scale="log",
        uses=(f"series/{POPULATION}", "outlines"),
    ),
    Variable(
        code="ruralite",
        label=gettext_lazy("Type de ruralité"),
        definition=gettext_lazy(
            "classe de la typologie des ruralités ; pour un territoire plus grand qu’une commune, "
            "part de la population vivant dans chaque classe"
        ),
        unit="",
        higher=gettext_lazy("autre type de ruralité"),
        lower=gettext_lazy("autre type de ruralité"),
        same=gettext_lazy("même type de ruralité"),
        scale="classes",
        uses=("labels/ruralite", f"series/{POPULATION}"),
        is_dated=False,
        classes=RURALITIES,
    ),
    Variable(
        code="centralite",
        label=gettext_lazy("Centralité"),
        definition=gettext_lazy(
            "niveau d’équipements et de services, de 0 (non centre) à 4 (centre majeur) ; pour un "
            "territoire plus grand qu’une commune, moyenne pondérée par la population"
        ),
        unit=gettext_lazy("sur 4"),
        higher=gettext_lazy("plus de services"),
        lower=gettext_lazy("moins de services"),
        same=gettext_lazy("mêmes services"),
        scale="linear",
        uses=("labels/centralite", f"series/{POPULATION}"),
        decimals=1,
        is_dated=False,
    ),
    Variable(
        code="croissance",
        label=gettext_lazy("Croissance"),
        definition=gettext_lazy("évolution annuelle moyenne de la population, sur dix ans"),
        unit=gettext_lazy("% par an"),
        higher=gettext_lazy("population plus dynamique"),
        lower=gettext_lazy("population moins dynamique"),
        same=gettext_lazy("même croissance"),
        scale="linear",
        uses=(f"series/{POPULATION}",),
        decimals=1,
    ),
    Variable(
        code="emploi",
        label=gettext_lazy("Emploi"),
        definition=gettext_lazy("salariés du privé pour 100 habitants"),
        unit=gettext_lazy("salariés du privé pour 100 habitants"),
        higher=gettext_lazy("emploi plus dynamique"),
        lower=gettext_lazy("emploi moins dynamique"),
        same=gettext_lazy("autant d’emploi"),
        scale="log",
        uses=(f"series/{JOBS}", f"series/{POPULATION}"),
        decimals=1,
    ),
    Variable(
        code="participation",
        label=gettext_lazy("Participation"),
        definition=gettext_lazy("participation au premier tour de l’élection présidentielle"),
        unit=gettext_lazy("% des inscrits"),
        higher=gettext_lazy("participation plus forte"),
        lower=gettext_lazy("participation plus faible"),
        same=gettext_lazy("même participation"),
        scale="linear",
        uses=(f"series/{TURNOUT}",),
        decimals=1,
    ),
)
BY_CODE = {variable.code: variable for variable in VARIABLES}
EQUAL_WEIGHTS: Mapping[str, float] = dict.fromkeys(BY_CODE, 1.0)


def indicators_read(codes: Collection[str]) -> tuple[str, ...]:
    """Name the indicators from which these variables are measured."""
    uses = [use for code in codes for use in BY_CODE[code].uses]
    return tuple(dict.fromkeys(u.removeprefix("series/") for u in uses if u.startswith("series/")))


def read_weights(text: str) -> dict[str, float]:
    """Read weights as addresses write them: "taille:2,densite" (a weight not given is 1).

    Raises
    ------
    UnknownVariableError
        When a weight is not a number, or is refused by `check_weights`.
    """
    weights = {}
    for part in text.split(","):
        code, _colon, written = part.strip().partition(":")
        try:
            weights[code] = float(written) if written else 1.0
        except ValueError:
            message = _("Le poids de « %(code)s » n’est pas un nombre : « %(weight)s ».")
            raise UnknownVariableError(message % {"code": code, "weight": written}) from None
    return check_weights(weights)


def check_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Keep the weights above zero, in the order of the variables.

    Parameters
    ----------
    weights
        By code of variable; one that is not named does not count.

    Raises
    ------
    UnknownVariableError
        When a variable is unknown, a weight is negative, not finite or above `MAX_WEIGHT`, or
        nothing is left to compare.
    """
    if unknown := [code for code in weights if code not in BY_CODE]:
        raise UnknownVariableError(
            _("Variable inconnue : « %(code)s ». Connues : %(known)s.")
            % {"code": unknown[0], "known": ", ".join(BY_CODE)}
        )
    for code, weight in weights.items():
        if not 0 <= weight <= MAX_WEIGHT:
            raise UnknownVariableError(
                _("Le poids de « %(code)s » va de 0 à %(max)d.")
                % {"code": code, "max": int(MAX_WEIGHT)}
            )
    kept = {code: float(weights[code]) for code in BY_CODE if weights.get(code, 0) > 0}
    if not kept:
        raise UnknownVariableError(_("Garder au moins une variable, avec un poids supérieur à 0."))
    return kept


def reasons(differences: Mapping[str, float], compared: Collection[str] | None = None) -> list[str]:
    """Say in a few words in what a territory resembles another, and in what it differs.

    Parameters
    ----------
    differences
        By variable, the other territory's figure minus one's own, in standard deviations; for
        classes, the distance between 0 (same) and 1 (other); NaN where either is not known.
    compared
        Codes of the variables that counted; by default all of them.

    Returns
    -------
    list of str
        What is the same (two at most, in the order of the variables), then what differs (three at
        most, the largest first): "même taille", "plus rural", "emploi plus dynamique".
    """
    known = {
        variable: differences[variable.code]
        for variable in VARIABLES
        if (compared is None or variable.code in compared)
        and not isnan(differences.get(variable.code, float("nan")))
    }
    same = [str(variable.same) for variable, gap in known.items() if abs(gap) < SAME]
    apart = [(variable, gap) for variable, gap in known.items() if abs(gap) >= DIFFERENT]
    apart.sort(key=lambda pair: -abs(pair[1]))
    told = [*same[:MOST_SIMILARITIES], *(_say(*pair) for pair in apart[:MOST_DIFFERENCES])]
    return told or [_("proche en tout")]


def _say(variable: Variable, gap: float) -> str:
    words = str(variable.higher if gap > 0 else variable.lower)
    if abs(gap) < MUCH or variable.scale == "classes":
        return words
    for adverb in ("plus ", "moins "):
        words = words.replace(adverb, f"bien {adverb}")
    return words
