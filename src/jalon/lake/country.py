"""Reading the official list of territories: who exists, who belongs to whom, former codes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from . import catalogue, complements
from .codes import CodeBook, FormerCodeRow
from .csvfile import read_rows
from .events import Movement
from .fetch import FetchedSource
from .movements import read_movements
from .reading import Reading
from .report import Severity, ValidationReport
from .rows import Row, Text, column, has_check_digit
from .territory_rows import MembershipRow as MembershipRow
from .territory_rows import TerritoryRow as TerritoryRow

FRANCE = "FRANCE"
_DELEGATED = ("commune-deleguee", "commune-associee")
_WITH_A_FORM = ("EPCI", "GROUPEMENT", "COMMUNE_DELEGUEE")
_MOST_PEOPLE = 20_000_000  # no commune, EPCI or département of France holds as many
# Texts without which an item of a list cannot be read.
_TEXTS: dict[str, tuple[str, ...]] = {
    "communes": ("code", "nom", "type"),
    "epci": ("code", "nom", "type"),
    "ept": ("code", "nom"),
    "departements": ("code", "nom", "region", "zone"),
    "regions": ("code", "nom", "zone"),
}


class CommuneRow(Row):
    """One line of INSEE's list of communes."""

    kind: Text = column("TYPECOM")
    code: Text = column("COM")
    parent: Text = column("COMPARENT")


@dataclass(frozen=True)
class Country:
    """Every territory of today, how they nest, and how older codes are carried to them.

    `fingerprint` changes whenever a figure by territory could: it goes with what the lake holds.
    """

    territories: tuple[TerritoryRow, ...]
    memberships: tuple[MembershipRow, ...]
    codes: CodeBook
    fingerprint: str
    readings: tuple[Reading, ...] = field(default=(), repr=False)

    @cached_property
    def former_codes(self) -> tuple[FormerCodeRow, ...]:
        """Former codes of communes, each with the commune of today (several when split)."""
        return self.codes.former_codes()

    @cached_property
    def by_key(self) -> dict[tuple[str, str], TerritoryRow]:
        """Territories by kind and code."""
        return {(row.kind, row.code): row for row in self.territories}

    @cached_property
    def communes(self) -> tuple[TerritoryRow, ...]:
        """Communes of today, those of the collectivités d'outre-mer included."""
        return tuple(row for row in self.territories if row.kind == "COMMUNE")

    @cached_property
    def _by_siren(self) -> dict[str, tuple[str, str]]:
        communes = {row.siren: (row.kind, row.code) for row in self.communes if row.siren}
        groups = {
            row.code: (row.kind, row.code)
            for row in self.territories
            if row.kind in ("EPCI", "GROUPEMENT")
        }
        return communes | groups

    def find_siren(self, siren: str) -> tuple[str, str, bool] | None:
        """Give kind and code of the holder of a SIREN, and whether it was a former commune.

        The SIREN of a commune of the mainland is 21, its département, its number on four digits
        and a check digit: that of a commune since merged, or that took another SIREN when it
        merged under the same code, still tells its code.
        """
        if siren in self._by_siren:
            return (*self._by_siren[siren], False)
        if siren.startswith("21") and has_check_digit(siren):
            found = self.codes.resolve(siren[2:4] + siren[5:8])
            if found.code is not None:
                return ("COMMUNE", found.code, True)
        return None


def read_country(fetched: Mapping[str, FetchedSource]) -> Country:
    """Read the territories, and INSEE's codes and movements when they are given.

    Parameters
    ----------
    fetched
        Sources by slug: `territoires` is required; `cog-communes`, `cog-mouvements` and what
        completes the country (study zones, QPV, other groupings) are not.

    Raises
    ------
    SourceRefusedError
        When one of these files is not what its source declares. One that only completes the
        country is then left out: `readers.read_source` refuses it when its turn comes.
    """
    source = catalogue.get_source("territoires")
    report = ValidationReport("territoires")
    lists = {
        name: _read_list(name, path, report) for name, path in fetched["territoires"].paths.items()
    }
    actual = [c for c in lists["communes"] if c["type"] == "commune-actuelle"]
    report.check_total("communes", len(actual), source.rows_between)
    territories = tuple(_territories(lists, actual))
    memberships = tuple(_memberships(lists, actual))
    report.n_rows = report.n_kept = len(territories)
    readings = [Reading(source, fetched["territoires"], report)]
    movements: tuple[Movement, ...] = ()
    if "cog-mouvements" in fetched:
        reading, movements = read_movements(fetched["cog-mouvements"])
        readings.append(reading)
    codes = CodeBook(
        frozenset(c["code"] for c in actual),
        _inside(lists["communes"], "arrondissement-municipal", "commune"),
        _inside(lists["communes"], "commune-deleguee", "chefLieu")
        | _inside(lists["communes"], "commune-associee", "chefLieu"),
        {old: c["code"] for c in actual for old in c.get("anciensCodes", ())},
        movements,
    )
    if "cog-communes" in fetched:
        readings.append(_check_communes(fetched["cog-communes"], codes))
    for found in complements.read_all(fetched, complements.Ground(codes, territories, memberships)):
        readings.append(found.reading)
        territories += found.territories
        memberships += found.memberships
    versions = [(r.source.slug, r.fetched.sha256, r.source.reader) for r in readings]
    return Country(
        territories,
        memberships,
        codes,
        hashlib.sha256(json.dumps(versions).encode()).hexdigest(),
        tuple(readings),
    )


def _read_list(name: str, path: Path, report: ValidationReport) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise report.refuse(
            "fichier-illisible",
            f"{path.name} n’est pas une liste JSON de territoires : réinstaller le paquet "
            "(`npm ci`).",
        )
    seen: set[tuple[str, str]] = set()
    for rank, item in enumerate(content, start=1):
        if wrong := _find_wrong(name, item, seen):
            raise report.refuse(
                "territoire-illisible",
                f"{path.name}, élément {rank} ({item.get('code', 'sans code')}) : {wrong}.",
                row=rank,
            )
    return content


def _find_wrong(name: str, item: dict[str, Any], seen: set[tuple[str, str]]) -> str:
    """Say what is wrong in an item of a list of territories; empty when nothing is."""
    needed = _TEXTS[name]
    if item.get("type") == "commune-actuelle":
        needed += ("departement", "region", "zone")
    for key in needed:
        if not isinstance(item.get(key), str) or not item[key]:
            return f"« {key} » est absent ou n’est pas un texte"
    identity = (item["type"] if name == "communes" else "", item["code"])
    if identity in seen:
        return "ce code revient"
    seen.add(identity)
    for key in ("population", "populationMunicipale"):
        count = item.get(key) or 0
        if type(count) is not int or not 0 <= count <= _MOST_PEOPLE:
            return f"« {key} » n’est pas un nombre d’habitants"
    for key in ("codesPostaux", "anciensCodes"):
        if not isinstance(item.get(key, []), list):
            return f"« {key} » n’est pas une liste"
    members = item.get("membres", [] if name not in ("epci", "ept") else None)
    if not isinstance(members, list) or not all(
        isinstance(member, dict) and "code" in member for member in members
    ):
        return "« membres » n’est pas une liste de communes"
    return ""


def _territories(
    lists: dict[str, list[dict[str, Any]]], actual: list[dict[str, Any]]
) -> Iterator[TerritoryRow]:
    population = {c["code"]: c.get("population") for c in actual}
    by_departement: dict[str, int] = {}
    for commune in actual:
        code = commune["departement"]
        by_departement[code] = by_departement.get(code, 0) + (commune.get("population") or 0)
    by_region: dict[str, int] = {}
    for item in lists["departements"]:
        code = item["region"]
        by_region[code] = by_region.get(code, 0) + by_departement.get(item["code"], 0)
    overseas = [d for d in lists["departements"] if d["zone"] == "com"]
    total = sum(by_region.values()) - sum(by_departement.get(d["code"], 0) for d in overseas)
    yield TerritoryRow(FRANCE, FRANCE, "France", population=total)
    for item in lists["regions"]:
        if item["zone"] != "com":
            yield _territory("REGION", item, by_region.get(item["code"]))
    for item in lists["departements"]:
        kind = "COLLECTIVITE_OUTRE_MER" if item["zone"] == "com" else "DEPARTEMENT"
        yield _territory(kind, item, by_departement.get(item["code"]) or None)
    for kind, name in (("EPCI", "epci"), ("GROUPEMENT", "ept")):
        for item in lists[name]:
            members = sum(population.get(member["code"]) or 0 for member in item["membres"])
            published = item.get("populationMunicipale") or members  # absent for an EPT
            yield _territory(kind, {**item, "siren": item["code"]}, published)
    for item in actual:
        yield _territory("COMMUNE", item, item.get("population"))
    for item in lists["communes"]:
        if item["type"] == "arrondissement-municipal":
            yield _territory("ARRONDISSEMENT_MUNICIPAL", item, item.get("population"))
        elif item["type"] in _DELEGATED and item.get("chefLieu"):
            yield _territory("COMMUNE_DELEGUEE", item, item.get("population"))


def _territory(kind: str, item: dict[str, Any], population: int | None) -> TerritoryRow:
    return TerritoryRow(
        kind,
        item["code"],
        item["nom"],
        item.get("siren", ""),
        item.get("type", "") if kind in _WITH_A_FORM else "",
        item.get("zone", ""),
        population,
        tuple(item.get("codesPostaux", ())),
        item.get("chefLieu", ""),
    )


def _memberships(
    lists: dict[str, list[dict[str, Any]]], actual: list[dict[str, Any]]
) -> Iterator[MembershipRow]:
    places = {c["code"]: (c["departement"], c["region"]) for c in actual}
    for commune in actual:
        code, departement = commune["code"], commune["departement"]
        if commune["zone"] == "com":
            yield MembershipRow("COMMUNE", code, "COLLECTIVITE_OUTRE_MER", departement)
        else:
            yield MembershipRow("COMMUNE", code, "DEPARTEMENT", departement)
            yield MembershipRow("COMMUNE", code, "REGION", commune["region"])
    for kind, name in (("EPCI", "epci"), ("GROUPEMENT", "ept")):
        for group in lists[name]:
            yield from _group_memberships(kind, group, places)
    for item in lists["departements"]:
        if item["zone"] == "com":
            yield MembershipRow("COLLECTIVITE_OUTRE_MER", item["code"], FRANCE, FRANCE)
        else:
            yield MembershipRow("DEPARTEMENT", item["code"], "REGION", item["region"])
    for item in lists["regions"]:
        if item["zone"] != "com":
            yield MembershipRow("REGION", item["code"], FRANCE, FRANCE)
    inside = _inside(lists["communes"], "arrondissement-municipal", "commune")
    for code, commune_code in inside.items():
        yield MembershipRow("ARRONDISSEMENT_MUNICIPAL", code, "COMMUNE", commune_code)
    yield from _delegated_memberships(lists["communes"], places)


def _delegated_memberships(
    communes: list[dict[str, Any]], places: dict[str, tuple[str, str]]
) -> Iterator[MembershipRow]:
    kind = "COMMUNE_DELEGUEE"
    for item in communes:
        holder = item.get("chefLieu") if item["type"] in _DELEGATED else None
        if holder:
            yield MembershipRow(kind, item["code"], "COMMUNE", holder)
        if holder in places:
            departement, region = places[holder]
            yield MembershipRow(kind, item["code"], "DEPARTEMENT", departement)
            yield MembershipRow(kind, item["code"], "REGION", region)


def _group_memberships(
    kind: str, group: dict[str, Any], places: dict[str, tuple[str, str]]
) -> Iterator[MembershipRow]:
    members = [m["code"] for m in group["membres"] if m["code"] in places]
    for code in members:
        yield MembershipRow("COMMUNE", code, kind, group["code"])
    for departement in sorted({places[code][0] for code in members}):
        yield MembershipRow(kind, group["code"], "DEPARTEMENT", departement)
    for region in sorted({places[code][1] for code in members}):
        yield MembershipRow(kind, group["code"], "REGION", region)


def _inside(communes: list[dict[str, Any]], kind: str, holder: str) -> dict[str, str]:
    """Give what lies inside a commune of today and bears a code of its own, with that commune."""
    return {c["code"]: c[holder] for c in communes if c["type"] == kind and c.get(holder)}


def _check_communes(fetched: FetchedSource, codes: CodeBook) -> Reading:
    """Compare INSEE's list with the list of territories: every difference is noted."""
    source = catalogue.get_source("cog-communes")
    report = ValidationReport(source.slug)
    rows = read_rows(fetched.path, CommuneRow, report)
    listed = {row.code for _, row in rows if row.kind == "COM"}
    report.check_share(source.max_rejected_share)
    report.check_total("communes", len(listed), source.rows_between)
    for line, row in rows:
        if row.kind == "COM" and row.code not in codes.current:
            found = codes.resolve(row.code)
            report.add(
                Severity.NOTE,
                "commune-hors-liste",
                f"{row.code} n’est pas une commune de la liste des territoires "
                f"(devenue {found.code or 'inconnue'})",
                row=line,
                column="COM",
                value=row.code,
            )
    report.n_kept = len(rows) - report.n_set_apart
    return Reading(source, fetched, report)
