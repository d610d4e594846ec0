"""What a reader asks the map to show, read from the address; a wrong value is said, not obeyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jalon.indicators import catalogue
from jalon.indicators.catalogue import IndicatorCard, UnknownIndicatorError
from jalon.indicators.enums import Aggregation
from jalon.interventions.models import Programme
from jalon.portal.lake_access import current_lake, lake_stamp

from .classes import FEWEST, MOST, N_CLASSES, Method
from .grains import AUTO, GRAINS, grains_shown

OVERLAPS = "recouvrements"


class Figure(TextChoices):
    """How a figure is drawn."""

    CIRCLES = "cercles", gettext_lazy("cercles proportionnels")
    AREAS = "aplats", gettext_lazy("aplats de couleur")


@dataclass(frozen=True, eq=False)
class MapChoice:
    """An indicator and a year, or no indicator: the map then counts interventions or programmes.

    `programmes` are those asked for, `known_programmes` all there are (names by code). Two choices
    that show the same figures are equal, so that what they show can be kept.
    """

    card: IndicatorCard | None
    year: int | None
    years: tuple[int, ...]
    programmes: Mapping[str, str]
    known_programmes: Mapping[str, str]
    is_overlaps: bool = False
    grain: str = AUTO
    offered: tuple[str, ...] = tuple(GRAINS)
    method: Method = Method.QUANTILES
    n_classes: int = N_CLASSES
    asked_figure: Figure | None = None
    faults: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Say what the map shows."""
        if self.is_overlaps and self.programmes:
            names = ", ".join(self.programmes.values())
            return _("Recouvrements : %(names)s") % {"names": names}
        if self.is_overlaps:
            return _("Recouvrements de tous les programmes")
        if self.card is not None and self.year is not None:
            return _("%(name)s en %(year)s") % {"name": self.card.name, "year": self.year}
        if self.card is not None:
            return self.card.name
        return _("Interventions : %(names)s") % {"names": ", ".join(self.programmes.values())}

    @property
    def shown(self) -> tuple[str, ...]:
        """List the grains that the map shows, from afar to near."""
        return grains_shown(self.grain, self.offered)

    @property
    def main(self) -> str:
        """Give the grain of the table and of the files: the one asked for, else the first."""
        if self.grain in GRAINS:
            return self.grain
        return next(iter(self.shown or self.offered), "departement")

    @property
    def is_count(self) -> bool:
        """Say whether figures are raw sums, which large territories always win."""
        if self.card is None:
            return not self.is_overlaps
        return self.card.scale != "percent" and self.card.aggregation == Aggregation.SUM

    @property
    def figure(self) -> Figure:
        """Say how figures are drawn: a count by circles, unless the reader asks otherwise."""
        if not self.is_count:
            return Figure.AREAS
        return self.asked_figure or Figure.CIRCLES

    @property
    def counted(self) -> tuple[str, ...]:
        """List the codes of the programmes that are counted."""
        if self.card is not None:
            return ()
        is_all = self.is_overlaps and not self.programmes
        return tuple(sorted(self.known_programmes if is_all else self.programmes))

    def unit(self, grain: str) -> str:
        """Name what is counted."""
        if self.is_overlaps:
            return (
                _("programmes") if grain == "commune" else _("programmes par habitant, en moyenne")
            )
        return self.card.unit if self.card else _("interventions")

    @property
    def without(self) -> str:
        """Say what a territory without a figure has."""
        return _("sans chiffre") if self.card or self.is_overlaps else _("aucune intervention")

    def decimals(self, grain: str) -> int:
        """How many decimals a figure has."""
        if self.is_overlaps:
            return 0 if grain == "commune" else 2
        return self.card.decimals if self.card else 0

    @property
    def _key(self) -> tuple[object, ...]:
        what = self.card.code if self.card else OVERLAPS if self.is_overlaps else ""
        return (what, self.year or 0, self.counted, self.method, self.n_classes, self.figure)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MapChoice) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def query(self, **more: str) -> str:
        """Write the choice as the query of an address; what is by default is left out."""
        pairs = [("couche", OVERLAPS)] if self.is_overlaps else []
        if not self.is_overlaps:
            pairs.append(("indicateur", self.card.code if self.card else ""))
        if self.year is not None:
            pairs.append(("annee", str(self.year)))
        pairs += [("programme", code) for code in self.programmes]
        if self.grain != AUTO and "maille" not in more:
            pairs.append(("maille", self.grain))
        if self.method is not Method.QUANTILES:
            pairs.append(("methode", self.method.value))
        if self.n_classes != N_CLASSES:
            pairs.append(("classes", str(self.n_classes)))
        if self.asked_figure:
            pairs.append(("figure", self.asked_figure.value))
        return urlencode([*pairs, *more.items()])


def read_choice(asked: QueryDict) -> MapChoice:
    """Read a choice; what is missing or wrong takes its default, and what was wrong is said."""
    faults: list[str] = []
    known = dict(Programme.objects.values_list("code", "name"))
    programmes = _read_programmes(asked.getlist("programme"), known, faults)
    is_overlaps = asked.get("couche") == OVERLAPS or asked.get("indicateur") == OVERLAPS
    card = None if is_overlaps else _read_card(asked.get("indicateur"), programmes, faults)
    offered = grains_offered(card)
    grain = _read_grain(asked.get("maille"), offered, faults)
    years = _years_of(card, grain, offered)
    return MapChoice(
        card=card,
        year=_read_year(asked.get("annee"), years, faults) if card else None,
        years=years,
        programmes=programmes,
        known_programmes=known,
        is_overlaps=is_overlaps,
        grain=grain,
        offered=offered,
        method=_read_option(Method, asked.get("methode"), faults) or Method.QUANTILES,
        n_classes=_read_number(asked.get("classes"), faults),
        asked_figure=_read_option(Figure, asked.get("figure"), faults),
        faults=tuple(faults),
    )


def _read_card(
    code: str | None, programmes: Mapping[str, str], faults: list[str]
) -> IndicatorCard | None:
    default = None if programmes else catalogue.all_cards()[0]
    if not code:
        return default
    try:
        return catalogue.get_card(code)
    except UnknownIndicatorError:
        faults.append(_("Indicateur inconnu : « %(code)s ».") % {"code": code})
        return default


def grains_offered(card: IndicatorCard | None) -> tuple[str, ...]:
    """List the grains that a card declares and the lake holds; all of them without a card."""
    if card is None:
        return tuple(GRAINS)
    stamp = lake_stamp()
    return tuple(
        grain.code
        for grain in GRAINS.values()
        if grain.kind.value in card.grains and _years(card.code, grain.kind, stamp)
    )


def _years_of(card: IndicatorCard | None, grain: str, offered: tuple[str, ...]) -> tuple[int, ...]:
    shown = (grain,) if grain in offered else grains_shown(grain, offered) or offered
    return _years(card.code, GRAINS[shown[0]].kind, lake_stamp()) if card and shown else ()


@lru_cache(maxsize=2048)
def _years(code: str, kind: str, stamp: int) -> tuple[int, ...]:
    """List the years of an indicator at a grain, once for each state of the lake."""
    return tuple(current_lake().periods(code, kind))


def _read_programmes(
    codes: Sequence[str], known: Mapping[str, str], faults: list[str]
) -> dict[str, str]:
    faults += [
        _("Programme inconnu : « %(code)s ».") % {"code": code}
        for code in codes
        if code not in known
    ]
    return {code: name for code, name in known.items() if code in codes}


def _read_grain(text: str | None, offered: Sequence[str], faults: list[str]) -> str:
    if not text or text == AUTO or text in offered:
        return text or AUTO
    faults.append(_("Pas de chiffre à la maille « %(grain)s ».") % {"grain": text})
    return AUTO


def _read_year(text: str | None, years: Sequence[int], faults: list[str]) -> int | None:
    if text:
        chosen = [year for year in years if str(year) == text]
        if chosen:
            return chosen[0]
        faults.append(_("Pas de chiffre pour l’année « %(year)s ».") % {"year": text})
    return years[-1] if years else None


def _read_number(text: str | None, faults: list[str]) -> int:
    if not text:
        return N_CLASSES
    if text.isascii() and text.isdigit() and FEWEST <= int(text[:3]) <= MOST:
        return int(text)
    faults.append(
        _("Le nombre de classes va de %(few)d à %(most)d.") % {"few": FEWEST, "most": MOST}
    )
    return N_CLASSES


Option = TypeVar("Option", bound=TextChoices)


def _read_option(options: type[Option], text: str | None, faults: list[str]) -> Option | None:
    if not text:
        return None
    if text in options.values:
        return options(text)
    faults.append(_("Choix inconnu : « %(text)s ».") % {"text": text})
    return None
