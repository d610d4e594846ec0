"""How many programmes cover each territory, and the white spots that none covers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jalon.core import french
from jalon.interventions.models import Coverage
from jalon.territories.enums import TerritoryKind
from jalon.territories.models import Membership

from .grains import GRAINS, Grain


@dataclass(frozen=True)
class Overlap:
    """What covers one territory: programmes of a commune, white spots of a larger one."""

    programmes: tuple[str, ...]
    covered: int  # inhabitants, each counted once for each programme that covers it
    n_communes: int
    n_white: int
    population: int
    white_population: int
    is_commune: bool

    @property
    def value(self) -> float:
        """Give the figure of the map: the programmes of a commune, or of a mean inhabitant."""
        if self.is_commune:
            return float(len(self.programmes))
        return self.covered / self.population if self.population else 0.0

    @property
    def sentence(self) -> str:
        """Say what is in white, in words."""
        said = ngettext(
            "%(white)s commune en zone blanche sur %(all)s, %(people)s habitants",
            "%(white)s communes en zone blanche sur %(all)s, %(people)s habitants",
            self.n_white,
        )
        return said % {
            "white": french.number(self.n_white),
            "all": french.number(self.n_communes),
            "people": french.number(self.white_population),
        }


def overlaps_of(programmes: tuple[str, ...], grain: Grain, vintage: str) -> dict[str, Overlap]:
    """Describe every territory of a grain; two queries whatever the programmes.

    A commune is covered by a programme whose interventions touch it, or touch a larger territory
    that holds it today. The collectivités d’outre-mer, which the lists leave out, are not counted.
    """
    covering = covering_programmes(programmes, vintage)
    by_place: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for record in GRAINS["commune"].collection.records:
        place = record.get(grain.parent_key)
        is_counted = record.get("zone") != "com" and "codeParent" not in record
        if place is not None and is_counted:
            found = covering.get(record["code"], ())
            by_place[place].append((found, record.get("population") or 0))
    is_commune = grain.kind == TerritoryKind.COMMUNE
    return {code: _sum_up(held, is_commune=is_commune) for code, held in by_place.items()}


def _sum_up(held: Sequence[tuple[tuple[str, ...], int]], *, is_commune: bool) -> Overlap:
    white = [population for programmes, population in held if not programmes]
    return Overlap(
        programmes=tuple(sorted({code for programmes, _population in held for code in programmes})),
        covered=sum(len(programmes) * population for programmes, population in held),
        n_communes=len(held),
        n_white=len(white),
        population=sum(population for _programmes, population in held),
        white_population=sum(white),
        is_commune=is_commune,
    )


@lru_cache(maxsize=8)
def covering_programmes(
    programmes: tuple[str, ...],
    vintage: str,  # the state of the register
) -> Mapping[str, tuple[str, ...]]:
    """Give, for each commune covered, the codes of the programmes that cover it, in order."""
    covering: dict[str, set[str]] = defaultdict(set)
    of_groups: dict[int, set[str]] = defaultdict(set)
    coverages = Coverage.objects.filter(intervention__programme__code__in=programmes)
    rows = coverages.values_list(
        "intervention__programme__code", "territory_id", "territory__kind", "territory__code"
    ).distinct()
    for programme, pk, kind, code in rows:
        if kind == TerritoryKind.COMMUNE:
            covering[code].add(programme)
        else:
            of_groups[pk].add(programme)
    members = Membership.objects.filter(
        parent_id__in=of_groups, child__kind=TerritoryKind.COMMUNE, valid_to=None
    )
    for parent, code in members.values_list("parent_id", "child__code"):
        covering[code] |= of_groups[parent]
    return {code: tuple(sorted(found)) for code, found in covering.items()}


def summary(overlaps: Iterable[Overlap]) -> str:
    """Say in one sentence what no programme covers, over the whole country."""
    all_of_them = list(overlaps)
    n_white = sum(one.n_white for one in all_of_them)
    n_communes = sum(one.n_communes for one in all_of_them)
    people = sum(one.white_population for one in all_of_them)
    population = sum(one.population for one in all_of_them)
    if not n_communes:
        return ""
    if not n_white:
        return _("Aucune zone blanche : chacune des %(all)s communes est couverte.") % {
            "all": french.number(n_communes)
        }
    said = ngettext(
        "Zones blanches : %(white)s commune sur %(all)s, %(people)s habitants (%(share)s).",
        "Zones blanches : %(white)s communes sur %(all)s, %(people)s habitants (%(share)s).",
        n_white,
    )
    return said % {
        "white": french.number(n_white),
        "all": french.number(n_communes),
        "people": french.number(people),
        "share": french.percent(100 * people / population if population else 0.0),
    }
