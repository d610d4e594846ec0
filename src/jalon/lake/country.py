"""Reading the official list of territories: who exists, who belongs to whom, former codes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from . import catalogue
from .codes import CodeBook, FormerCodeRow, Movement, Outcome
from .csvfile import read_rows
from .fetch import FetchedSource
from .reading import Reading
from .report import Severity, ValidationReport
from .rows import OldDay, Row, Text, column

FRANCE = "FRANCE"
# The two forms of a former commune that keeps its name and code inside another one.
DELEGATED = ("commune-deleguee", "commune-associee")
_COMMUNES_BETWEEN = (30_000, 40_000)


class TerritoryRow(NamedTuple):
    """One territory of today; `population` is None when the official list does not say it."""

    kind: str
    code: str
    name: str
    siren: str = ""
    legal_form: str = ""
    zone: str = ""
    population: int | None = None
    postal_codes: tuple[str, ...] = ()
    seat_code: str = ""


class MembershipRow(NamedTuple):
    """One territory of today belongs to a larger one."""

    child_kind: str
    child_code: str
    parent_kind: str
    parent_code: str


class MovementRow(Row):
    """One line of INSEE's movements of communes."""

    effective_on: OldDay = column("DATE_EFF")
    kind_before: Text = column("TYPECOM_AV")
    before: Text = column("COM_AV")
    kind_after: Text = column("TYPECOM_AP")
    after: Text = column("COM_AP")


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
        and a check digit: that of a commune since merged still tells its code.
        """
        if siren in self._by_siren:
            return (*self._by_siren[siren], False)
        if siren.startswith("21"):
            found = self.codes.resolve(siren[2:4] + siren[5:8])
            if found.outcome is Outcome.MOVED and found.code is not None:
                return ("COMMUNE", found.code, True)
        return None


def read_country(fetched: Mapping[str, FetchedSource]) -> Country:
    """Read the territories, and INSEE's codes and movements when they are given.

    Parameters
    ----------
    fetched
        Sources by slug: `territoires` is required, `cog-communes` and `cog-mouvements` are not.

    Raises
    ------
    SourceRefusedError
        When one of the files is not what its source declares.
    """
    source = catalogue.get_source("territoires")
    report = ValidationReport("territoires")
    lists = {name: _read_list(path, report) for name, path in fetched["territoires"].paths.items()}
    actual = [c for c in lists["communes"] if c["type"] == "commune-actuelle"]
    report.check_total("communes", len(actual), _COMMUNES_BETWEEN)
    territories = tuple(_territories(lists, actual))
    memberships = tuple(_memberships(lists, actual))
    report.n_rows = report.n_kept = len(territories)
    readings = [Reading(source, fetched["territoires"], report)]
    movements: tuple[Movement, ...] = ()
    if "cog-mouvements" in fetched:
        reading, movements = _read_movements(fetched["cog-mouvements"])
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
    versions = [(r.source.slug, r.fetched.sha256, r.source.reader) for r in readings]
    return Country(
        territories,
        memberships,
        codes,
        hashlib.sha256(json.dumps(versions).encode()).hexdigest(),
        tuple(readings),
    )


def _read_list(path: Path, report: ValidationReport) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        is_list = isinstance(content, list) and all("code" in item for item in content)
    except (ValueError, TypeError):
        is_list = False
    if not is_list:
        raise report.refuse(
            "fichier-illisible",
            f"{path.name} n’est pas une liste JSON de territoires : réinstaller le paquet "
            "(`npm ci`).",
        )
    return content  # type: ignore[no-any-return]


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
        elif item["type"] in DELEGATED:
            yield _territory("COMMUNE_DELEGUEE", item, item.get("population"))


def _territory(kind: str, item: dict[str, Any], population: int | None) -> TerritoryRow:
    return TerritoryRow(
        kind,
        item["code"],
        item["nom"],
        item.get("siren", ""),
        item.get("type", "") if kind in ("EPCI", "GROUPEMENT", "COMMUNE_DELEGUEE") else "",
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
    for kind in DELEGATED:
        for code, commune_code in _inside(lists["communes"], kind, "chefLieu").items():
            yield MembershipRow("COMMUNE_DELEGUEE", code, "COMMUNE", commune_code)


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


def _read_movements(fetched: FetchedSource) -> tuple[Reading, tuple[Movement, ...]]:
    source = catalogue.get_source("cog-mouvements")
    report = ValidationReport(source.slug)
    rows = read_rows(fetched.path, MovementRow, report)
    report.check_total("mouvements", len(rows), source.rows_between)
    movements = tuple(
        Movement(row.effective_on, row.before, row.after)
        for _, row in rows
        if row.kind_before == row.kind_after == "COM"
    )
    report.n_kept = len(rows)
    return Reading(source, fetched, report), movements


def _check_communes(fetched: FetchedSource, codes: CodeBook) -> Reading:
    """Compare INSEE's list with the list of territories: every difference is noted."""
    source = catalogue.get_source("cog-communes")
    report = ValidationReport(source.slug)
    rows = read_rows(fetched.path, CommuneRow, report)
    listed = {row.code for _, row in rows if row.kind == "COM"}
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
