"""Totals that the data must give: those known of the official lists, those of the scenario."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from jalon.core import french
from jalon.core.models import SourceImport
from jalon.interventions.models import Coverage
from jalon.interventions.services import counts_by_programme
from jalon.lake.catalogue import PROGRAMMES
from jalon.lake.store import Lake
from jalon.territories.enums import TerritoryKind
from jalon.territories.services import counts_by_kind

# A list downloaded since is not the one that was counted: it may differ by as much.
_NEWER_LIST = 0.10
_FRANCE = "FRANCE"


@dataclass(frozen=True)
class Check:
    """One thing looked at: its name, whether it is as it should be, and a French sentence."""

    name: str
    ok: bool
    message: str


@dataclass(frozen=True)
class Held:
    """What is counted: the imports, the lake, and the register, read once."""

    imports: Mapping[str, SourceImport]
    lake: Lake
    territories: Mapping[str, int] = field(default_factory=counts_by_kind)
    interventions: Mapping[str, int] = field(default_factory=counts_by_programme)

    def declared_communes(self, programme: str) -> int:
        """Count the codes of communes that a list names, arrondissements apart."""
        places = Coverage.objects.of_programme(programme).filter(
            territory__kind=TerritoryKind.COMMUNE
        )
        return len(
            {code for codes in places.values_list("declared_codes", flat=True) for code in codes}
        )

    def national(self, indicator: str, period: int) -> float:
        """Give the figure of France; 0 when there is none."""
        return self.lake.snapshot(indicator, _FRANCE, period).get(_FRANCE, 0.0)


@dataclass(frozen=True)
class Total:
    """A known total: how it is counted, what it must be, to how much."""

    name: str
    source: str
    what: str
    count: Callable[[Held], float]
    expected: float
    margin: float = 0.0
    decimals: int = 0

    def check(self, held: Held) -> Check:
        """Count, and compare."""
        margin = self.margin
        if not held.imports[self.source].origin.startswith(("miroir", "paquet")):
            margin = max(margin, _NEWER_LIST * self.expected)
        found = self.count(held)
        values = {
            "found": french.number(found, self.decimals),
            "what": self.what,
            "expected": french.number(self.expected, self.decimals),
        }
        is_right = abs(found - self.expected) <= margin
        message = (
            _("%(found)s %(what)s") if is_right else _("%(found)s %(what)s, %(expected)s attendus")
        )
        return Check(f"total:{self.name}", is_right, message % values)


def _territories(kind: TerritoryKind) -> Callable[[Held], float]:
    return lambda held: held.territories[kind]


def _interventions(programme: str) -> Callable[[Held], float]:
    return lambda held: held.interventions.get(programme, 0)


def _communes(programme: str) -> Callable[[Held], float]:
    return lambda held: held.declared_communes(programme)


def _national(indicator: str, period: int) -> Callable[[Held], float]:
    return lambda held: held.national(indicator, period)


_TERRITORIES = (
    Total(
        "departements", "territoires", "départements", _territories(TerritoryKind.DEPARTEMENT), 101
    ),
    Total("regions", "territoires", "régions", _territories(TerritoryKind.REGION), 18),
    Total("epci", "territoires", "intercommunalités", _territories(TerritoryKind.EPCI), 1_255, 15),
    Total("communes", "territoires", "communes", _territories(TerritoryKind.COMMUNE), 34_969, 400),
    Total("france", "territoires", "France", _territories(TerritoryKind.FRANCE), 1),
    Total(
        "communes-deleguees",
        "territoires",
        "communes déléguées ou associées",
        _territories(TerritoryKind.COMMUNE_DELEGUEE),
        2_576,
        300,
    ),
    Total(
        "zones-emploi",
        "zonages-etude",
        "zones d’emploi",
        _territories(TerritoryKind.ZONE_EMPLOI),
        306,
    ),
    Total(
        "bassins-de-vie",
        "zonages-etude",
        "bassins de vie",
        _territories(TerritoryKind.BASSIN_DE_VIE),
        1_707,
    ),
    Total(
        "aires-attraction",
        "zonages-etude",
        "aires d’attraction des villes",
        _territories(TerritoryKind.AAV),
        699,
    ),
    Total(
        "unites-urbaines",
        "zonages-etude",
        "unités urbaines",
        _territories(TerritoryKind.UNITE_URBAINE),
        2_472,
    ),
    Total("qpv", "qpv-2024", "quartiers prioritaires", _territories(TerritoryKind.QPV), 1_493),
)
_REAL = (
    Total("acv", "acv", "sites Action cœur de ville", _interventions("acv"), 231),
    Total("acv-communes", "acv", "communes Action cœur de ville", _communes("acv"), 244),
    Total("pvd", "pvd", "Petites villes de demain", _interventions("pvd"), 1_645),
    Total("va", "va", "Villages d’avenir", _interventions("va"), 2_498),
    Total("ti-2018", "ti-2018", "Territoires d’industrie (2018)", _interventions("ti-2018"), 149),
    Total("ti-2023", "ti-2023", "Territoires d’industrie (2023)", _interventions("ti-2023"), 183),
    Total(
        "france-services",
        "france-services",
        "France services",
        _interventions("france-services"),
        2_845,
    ),
    Total(
        "france-services-communes",
        "france-services",
        "communes et arrondissements ayant une France services",
        _communes("france-services"),
        2_619,
    ),
    Total("ort", "ort", "opérations de revitalisation signées", _interventions("ort"), 1_896),
    *(
        Total(code, "autres-dispositifs", f"interventions « {code} »", _interventions(code), known)
        for code, known in (
            ("cites-educatives", 189),
            ("cites-emploi", 91),
            ("fabriques-territoire", 342),
            ("manufactures-proximite", 98),
            ("avenir-montagnes-ingenierie", 61),
            ("avenir-montagnes-mobilites", 98),
            ("fabriques-prospectives", 19),
            ("frla", 70),
            ("pao", 99),
            ("acv2", 45),
        )
    ),
    Total("crte", "crte", "CRTE", _interventions("crte"), 853),
    Total("crte-communes", "crte", "communes couvertes par un CRTE", _communes("crte"), 34_944),
    Total(
        "emploi-prive-2014",
        "emploi-prive-urssaf",
        "salariés du privé en 2014",
        _national("emploi-prive", 2014),
        17_600_000,
        50_000,
    ),
    Total(
        "emploi-prive-2024",
        "emploi-prive-urssaf",
        "salariés du privé en 2024",
        _national("emploi-prive", 2024),
        20_000_000,
        50_000,
    ),
    *(
        Total(
            f"presidentielle-{year}",
            "participation-elections",
            f"% de participation à la présidentielle de {year}",
            _national("participation-presidentielle", year),
            turnout,
            0.01,
            2,
        )
        for year, turnout in (
            (2002, 72.84),
            (2007, 85.33),
            (2012, 81.37),
            (2017, 80.02),
            (2022, 76.19),
        )
    ),
)


def check_totals(held: Held) -> Iterator[Check]:
    """Compare what was imported with what is known of it; an absent source has no total."""
    for total in _TERRITORIES:
        if total.source in held.imports:
            yield total.check(held)
    if any(one.is_simulated for one in held.imports.values()):
        yield from _check_scenario(held)
        return
    for total in _REAL:
        if total.source in held.imports and total.name not in _left_out(held.imports[total.source]):
            yield total.check(held)


def _left_out(one: SourceImport) -> set[str]:
    """Name the programmes that the files last read said nothing of."""
    found = one.report.get("constats", ())
    return {each["valeur"] for each in found if each["nature"] == "programme-laisse"}


def _check_scenario(held: Held) -> Iterator[Check]:
    """Compare the register with what the scenario drew: a row gave a place, and one only."""
    for source in PROGRAMMES:
        if source.slug not in held.imports:
            continue
        expected = held.imports[source.slug].n_rows
        found = Coverage.objects.filter(intervention__programme__code__in=source.programmes).count()
        message = (
            _("%(found)s territoires simulés")
            if found == expected
            else _("%(found)s territoires simulés, %(expected)s tirés")
        )
        values = {"found": french.number(found), "expected": french.number(expected)}
        yield Check(f"total:{source.slug}", found == expected, message % values)
