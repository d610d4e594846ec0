"""What a reader asks the map to show, read from the address; a wrong value is said, not obeyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from jalon.indicators import catalogue
from jalon.indicators.catalogue import IndicatorCard, UnknownIndicatorError
from jalon.interventions.models import Programme
from jalon.portal.lake_access import current_lake, lake_stamp

GRAINS = ("departement", "commune")


@dataclass(frozen=True, eq=False)
class MapChoice:
    """An indicator and a year, or no indicator: the map then counts the interventions.

    Two choices that show the same figures are equal, so that what they show can be kept.
    """

    card: IndicatorCard | None
    year: int | None
    years: tuple[int, ...]
    programmes: Mapping[str, str]
    faults: tuple[str, ...]

    @property
    def title(self) -> str:
        """Say what the map shows."""
        if self.card is not None and self.year is not None:
            return _("%(name)s en %(year)s") % {"name": self.card.name, "year": self.year}
        if self.card is not None:
            return self.card.name
        return _("Interventions : %(names)s") % {"names": ", ".join(self.programmes.values())}

    @property
    def unit(self) -> str:
        """Name what is counted."""
        return self.card.unit if self.card else _("interventions")

    @property
    def without(self) -> str:
        """Say what a territory without a figure has."""
        return _("sans chiffre") if self.card else _("aucune intervention")

    @property
    def decimals(self) -> int:
        """How many decimals a figure has."""
        return self.card.decimals if self.card else 0

    @property
    def _key(self) -> tuple[str, int, tuple[str, ...]]:
        programmes = () if self.card else tuple(self.programmes)
        return (self.card.code if self.card else "", self.year or 0, programmes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MapChoice) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def query(self, **more: str) -> str:
        """Write the choice as the query of an address."""
        pairs = [("indicateur", self.card.code if self.card else "")]
        if self.year is not None:
            pairs.append(("annee", str(self.year)))
        pairs += [("programme", code) for code in self.programmes]
        return urlencode([*pairs, *more.items()])


def read_choice(asked: QueryDict) -> MapChoice:
    """Read a choice; what is missing or wrong takes its default, and what was wrong is said."""
    faults: list[str] = []
    programmes = _read_programmes(asked.getlist("programme"), faults)
    code = asked.get("indicateur")
    default = None if programmes else catalogue.all_cards()[0]
    card = default
    if code:
        try:
            card = catalogue.get_card(code)
        except UnknownIndicatorError as error:
            faults.append(str(error))
    if card is None:
        return MapChoice(None, None, (), programmes, tuple(faults))
    years = _years(card.code, lake_stamp())
    return MapChoice(
        card, _read_year(asked.get("annee"), years, faults), years, programmes, tuple(faults)
    )


@lru_cache(maxsize=256)
def _years(code: str, stamp: int) -> tuple[int, ...]:
    """List the years of an indicator, once for each state of the lake."""
    return tuple(current_lake().periods(code, "DEPARTEMENT"))


def _read_programmes(codes: Sequence[str], faults: list[str]) -> dict[str, str]:
    if not codes:
        return {}
    known = dict(Programme.objects.filter(code__in=codes).values_list("code", "name"))
    faults += [
        _("Programme inconnu : « %(code)s ».") % {"code": code}
        for code in codes
        if code not in known
    ]
    return known


def _read_year(text: str | None, years: Sequence[int], faults: list[str]) -> int | None:
    if text:
        chosen = [year for year in years if str(year) == text]
        if chosen:
            return chosen[0]
        faults.append(_("Pas de chiffre pour l’année « %(year)s ».") % {"year": text})
    return years[-1] if years else None
