"""What completes the official list of territories: study zones, QPV, other groupings."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from . import catalogue
from .codes import CodeBook, Outcome
from .csvfile import read_rows
from .errors import SourceRefusedError
from .fetch import FetchedSource
from .reading import Reading
from .report import Severity, ValidationReport
from .rows import CommuneCode, RequiredText, Row, Siren, Text, column
from .source import Source
from .territory_rows import MembershipRow, TerritoryRow

# What a territory smaller than a département inherits from the communes it lies in.
_WIDER = ("EPCI", "DEPARTEMENT", "REGION", "COLLECTIVITE_OUTRE_MER")
_ACROSS = ("DEPARTEMENT", "REGION")
_QPV_IN_FORCE = date(2024, 1, 1)  # décret n° 2023-1314 du 28 décembre 2023
_QPV_IN_FORCE_OVERSEAS = date(2025, 1, 1)  # décret n° 2024-1212 du 27 décembre 2024
_QPV_CODE = re.compile(r"QN\w{6}")
_ABBREVIATION = re.compile(r"\(([^()]+)\)\s*$")
_LONGEST_FORM = 20


@dataclass(frozen=True)
class Ground:
    """The country to be completed: its codes, its territories, and what its communes are in."""

    codes: CodeBook
    territories: tuple[TerritoryRow, ...]
    memberships: tuple[MembershipRow, ...]

    @cached_property
    def population(self) -> dict[str, int]:
        """Population of each commune."""
        return {r.code: r.population or 0 for r in self.territories if r.kind == "COMMUNE"}

    @cached_property
    def by_siren(self) -> dict[str, str]:
        """Code of each commune, by its SIREN."""
        return {r.siren: r.code for r in self.territories if r.kind == "COMMUNE" and r.siren}

    @cached_property
    def groupings(self) -> frozenset[str]:
        """SIREN of the groupings of communes already known."""
        kinds = ("EPCI", "GROUPEMENT")
        return frozenset(row.code for row in self.territories if row.kind in kinds)

    @cached_property
    def _wider(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self.memberships:
            if row.child_kind == "COMMUNE" and row.parent_kind in _WIDER:
                found[row.child_code].append((row.parent_kind, row.parent_code))
        return found

    def wider_than(
        self, communes: Iterable[str], kinds: tuple[str, ...] = _WIDER
    ) -> set[tuple[str, str]]:
        """Give kind and code of what these communes are in."""
        found = {parent for code in communes for parent in self._wider.get(code, ())}
        return {(kind, code) for kind, code in found if kind in kinds}


@dataclass(frozen=True)
class Complement:
    """What one source adds to the country."""

    reading: Reading
    territories: tuple[TerritoryRow, ...] = field(repr=False)
    memberships: tuple[MembershipRow, ...] = field(repr=False)


class StudyZonesRow(Row):
    """One commune of INSEE's table of study zones."""

    code: CommuneCode = column("DEPCOM", "CODGEO")
    ze: Text = column("ZE2020")
    ze_name: Text = column("LIB_ZE2020")
    uu: Text = column("UU2020")
    uu_name: Text = column("LIB_UU2020")
    aav: Text = column("AAV2020")
    aav_name: Text = column("LIB_AAV2020")
    bv: Text = column("BV2022")
    bv_name: Text = column("LIB_BV2022")


class GroupingRow(Row):
    """One member of one grouping, as BANATIC exports them."""

    siren: Siren = column("N° SIREN", "siren")
    name: RequiredText = column("Nom du groupement", "nom")
    form: RequiredText = column("Nature juridique")
    member: Siren = column("Siren membre")
    member_kind: Text = column("Catégorie des membres du groupement", "Type", default="")


# Kind, fields of the row, day of the zoning, and what a code that means "outside" looks like.
_STUDY_ZONES = (
    ("ZONE_EMPLOI", "ze", date(2020, 1, 1), "0000"),
    ("UNITE_URBAINE", "uu", date(2020, 1, 1), "000"),
    ("AAV", "aav", date(2020, 1, 1), "000"),
    ("BASSIN_DE_VIE", "bv", date(2022, 1, 1), "00000"),
)


def read_all(fetched: Mapping[str, FetchedSource], ground: Ground) -> Iterator[Complement]:
    """Read what completes the country, among the sources that were found.

    A file that is refused is left out here; `read_alone` refuses it again, to whom it may concern.
    """
    for slug, read in _READ.items():
        if slug in fetched:
            try:
                yield read(catalogue.get_source(slug), fetched[slug], ground)
            except SourceRefusedError:
                continue


def read_alone(source: Source, fetched: FetchedSource, ground: Ground) -> Reading:
    """Read one source that completes the country, for its report.

    Raises
    ------
    SourceRefusedError
        When the file lacks a column, is cut short, or has more rows in error than declared.
    """
    return _READ[source.slug](source, fetched, ground).reading


def _read_study_zones(source: Source, fetched: FetchedSource, ground: Ground) -> Complement:
    """Read zones d'emploi, unités urbaines, aires d'attraction and bassins de vie.

    A commune merged since takes the zones of the one whose code it kept. The parts of a commune
    split since lie where it lay.
    """
    report = ValidationReport(source.slug)
    rows: dict[str, tuple[bool, StudyZonesRow]] = {}
    for line, row in read_rows(fetched.path, StudyZonesRow, report):
        found = ground.codes.resolve(row.code, on=source.in_use_on)
        places = found.candidates or tuple(filter(None, [found.code]))
        if not places:
            message = "commune qui n’existe plus, devenue inconnue"
            report.set_apart("code-inconnu", message, row=line, value=row.code)
            continue
        if found.outcome is not Outcome.CURRENT:
            report.add(
                Severity.NOTE, "code-reporte", f"commune devenue {', '.join(places)}",
                row=line, value=row.code,
            )  # fmt: skip
        report.n_kept += 1
        for place in places:
            is_itself = place == row.code
            if place not in rows or (is_itself and not rows[place][0]):
                rows[place] = (is_itself, row)
    report.check_total("communes", report.n_rows, source.rows_between)
    report.check_share(source.max_rejected_share)
    territories: list[TerritoryRow] = []
    memberships: list[MembershipRow] = []
    for kind, name, day, outside in _STUDY_ZONES:
        members: dict[str, list[str]] = defaultdict(list)
        names: dict[str, str] = {}
        for place, (_, row) in rows.items():
            code = getattr(row, name)
            if code and not code.endswith(outside):
                members[code].append(place)
                names[code] = getattr(row, f"{name}_name")
        for code, inside in sorted(members.items()):
            total = sum(ground.population.get(place, 0) for place in inside)
            territories.append(
                TerritoryRow(kind, code, names[code], population=total, valid_from=day)
            )
            memberships += [MembershipRow("COMMUNE", p, kind, code, day) for p in sorted(inside)]
            wider = ground.wider_than(inside, _ACROSS)
            memberships += [MembershipRow(kind, code, *where, day) for where in sorted(wider)]
    reading = Reading(source, fetched, report)
    return Complement(reading, tuple(territories), tuple(memberships))


def _read_quartiers(source: Source, fetched: FetchedSource, ground: Ground) -> Complement:
    """Read the QPV: one feature a commune, its codes and their names separated by commas."""
    report = ValidationReport(source.slug)
    names: dict[str, str] = {}
    communes: dict[str, set[str]] = defaultdict(set)
    for rank, commune, codes, labels in _quartiers_by_commune(fetched, report):
        found = ground.codes.resolve(commune, on=source.in_use_on)
        if found.code is None:
            message = "commune inconnue, ou partagée depuis entre plusieurs"
            report.set_apart("code-inconnu", message, row=rank, value=commune)
            continue
        report.n_kept += 1
        if len(codes) != len(labels):
            message = f"{len(codes)} codes pour {len(labels)} noms : noms non attribués"
            report.add(Severity.NOTE, "noms-sans-code", message, row=rank, value=commune)
            labels = codes
        for code, label in zip(codes, labels, strict=True):
            if not _QPV_CODE.fullmatch(code):
                message = f"« {code} » n’est pas un code de quartier prioritaire (QN00101M)"
                report.set_apart("code-inconnu", message, row=rank, column="code_qp", value=code)
                continue
            names.setdefault(code, label)
            communes[code].add(found.code)
    report.check_total("quartiers prioritaires", len(names), source.rows_between)
    report.check_share(source.max_rejected_share)
    territories, memberships = [], []
    for code in sorted(names):
        is_overseas = any(place.startswith(("97", "98")) for place in communes[code])
        day = _QPV_IN_FORCE_OVERSEAS if is_overseas else _QPV_IN_FORCE
        territories.append(TerritoryRow("QPV", code, names[code], valid_from=day))
        parents = {("COMMUNE", place) for place in communes[code]}
        parents |= ground.wider_than(communes[code])
        memberships += [MembershipRow("QPV", code, *where, day) for where in sorted(parents)]
    return Complement(Reading(source, fetched, report), tuple(territories), tuple(memberships))


def _quartiers_by_commune(
    fetched: FetchedSource, report: ValidationReport
) -> Iterator[tuple[int, str, list[str], list[str]]]:
    """Give rank, commune, codes and names of each feature."""
    try:
        features = json.loads(fetched.path.read_text(encoding="utf-8"))["features"]
    except (ValueError, KeyError, TypeError):
        raise report.refuse(
            "fichier-illisible", "Le fichier est coupé ou n’est pas du GeoJSON."
        ) from None
    for rank, feature in enumerate(features, start=1):
        report.n_rows += 1
        values = feature.get("properties") or {}
        if missing := [name for name in ("insee_com", "code_qp", "lib_qp") if name not in values]:
            raise report.refuse(
                "colonne-absente",
                f"Il manque {', '.join(f'« {name} »' for name in missing)}. "
                f"Colonnes trouvées : {', '.join(values) or 'aucune'}.",
                row=rank,
            )
        codes, names = (
            [part.strip() for part in str(values[name]).split(",")]
            for name in ("code_qp", "lib_qp")
        )
        yield rank, str(values["insee_com"]).strip(), codes, names


def _read_groupings(source: Source, fetched: FetchedSource, ground: Ground) -> Complement:
    """Read BANATIC's groupings other than those of the list: PETR, syndicats, poles.

    A grouping that lies in another (a syndicat of EPCI) is kept for its members that are communes.
    """
    report = ValidationReport(source.slug)
    known: dict[str, GroupingRow] = {}
    members: dict[str, set[str]] = defaultdict(set)
    for line, row in read_rows(fetched.path, GroupingRow, report):
        if row.siren in ground.groupings:
            report.add(Severity.NOTE, "deja-connu", "déjà dans la liste des territoires", row=line)
            continue
        known.setdefault(row.siren, row)
        report.n_kept += 1
        if (commune := ground.by_siren.get(row.member)) is not None:
            members[row.siren].add(commune)
        elif row.member_kind.lower().startswith("commune"):
            report.add(
                Severity.NOTE, "membre-inconnu", "commune membre inconnue de la liste",
                row=line, value=row.member,
            )  # fmt: skip
    report.check_total("lignes", report.n_rows, source.rows_between)
    report.check_share(source.max_rejected_share)
    territories, memberships = [], []
    for siren, row in sorted(known.items()):
        short = _ABBREVIATION.search(row.form)
        form = (short.group(1) if short else row.form)[:_LONGEST_FORM]
        total = sum(ground.population.get(place, 0) for place in members[siren]) or None
        territories.append(TerritoryRow("GROUPEMENT", siren, row.name, siren, form, "", total))
        places = sorted(members[siren])
        memberships += [MembershipRow("COMMUNE", place, "GROUPEMENT", siren) for place in places]
        wider = ground.wider_than(places, _ACROSS)
        memberships += [MembershipRow("GROUPEMENT", siren, *where) for where in sorted(wider)]
    return Complement(Reading(source, fetched, report), tuple(territories), tuple(memberships))


_READ: dict[str, Callable[[Source, FetchedSource, Ground], Complement]] = {
    "zonages-etude": _read_study_zones,
    "qpv-2024": _read_quartiers,
    "banatic": _read_groupings,
}
