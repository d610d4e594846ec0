"""Reading the zonings: classes of communes, with the days between which they hold."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from .codes import Outcome
from .country import Country
from .csvfile import read_rows
from .fetch import FetchedSource
from .reading import Label, Reading
from .report import Severity, ValidationReport
from .rows import CommuneCode, RequiredText, Row, Text, column, normalise
from .source import Source

NOT_CLASSED = "non classée"
PARTLY_CLASSED = "partiellement classée"
_WITHOUT_CLASS = "undefined"
_RANK_OF_MASSIF = re.compile(r"^\d+ - ")
_CODE_OF_COMMUNE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
# What stands for a class in the files of ZRR and FRR, alone or before its words ("NC - Non
# classée"); an empty cell is not classed.
_STATUSES = {"c": "classée", "pc": PARTLY_CLASSED, "nc": NOT_CLASSED, "": NOT_CLASSED}
_END_OVERSEAS = {"qpv-2015": date(2025, 1, 1)}


class _ZoningRow(Row):
    code: CommuneCode = column("insee_com", "code_insee", "codgeo")
    label: Text


class _DensityRow(_ZoningRow):
    label: Text = column("niveau_densite", "libdens")


class _RuralityRow(_ZoningRow):
    label: Text = column("niveau_ruralite")


class _CentralityRow(_ZoningRow):
    label: Text = column("niveau_centralite")


class _MountainRow(_ZoningRow):
    label: Text = column("niveau_montagne", "massif")


class _ZrrRow(_ZoningRow):
    code: CommuneCode = column("insee_code", "codgeo", "code_insee", "insee_com")
    label: Text = column("status", "zrr_simp", "zonage_zrr")


class _FrrRow(_ZoningRow):
    code: CommuneCode = column("codgeo", "code_insee", "insee_com", "code insee")
    label: Text = column("codefrr", "classement", "classement frr", "niveau_frr")


class _QuartierRow(Row):
    quartier: RequiredText = column("code_qp", "code_quartier")
    name: Text = column("lib_qp", "nom_qp", "nom_quartier")
    communes: RequiredText = column("insee_com", "code_insee", "list_com_2014")


_ROWS: dict[str, type[_ZoningRow]] = {
    "densite": _DensityRow,
    "ruralite": _RuralityRow,
    "centralite": _CentralityRow,
    "montagne": _MountainRow,
    "zrr": _ZrrRow,
    "frr": _FrrRow,
}


def read_zoning(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read one zoning into dated labels for the communes of today.

    Stray spaces are taken off; a commune without class ("undefined") has no label. A zoning whose
    codes are of another day is carried to today: what a merger brought together must agree, or be
    called partly classed where that has a meaning.

    Raises
    ------
    SourceRefusedError
        When the file lacks a column, is cut short, or has more rows in error than declared.
    """
    report = ValidationReport(source.slug)
    reader = _ZoningReader(source, country, report)
    if source.slug == "qpv-2015":
        found = reader.read_quartiers(fetched)
    else:
        found = reader.read_classes(fetched)
    labels = [
        Label(source.slug, code, label, source.valid_from, _end_of(source, code))
        for code, classes in found.items()
        for label in classes
    ]
    report.check_share(source.max_rejected_share)
    n_read = report.n_kept + report.counts["sans-classe"]
    report.check_total("lignes", n_read, source.rows_between)
    return Reading(source, fetched, report, labels=tuple(labels))


def _end_of(source: Source, code: str) -> date | None:
    """Give the first day on which a class no longer holds: QPV lasted a year more overseas."""
    is_overseas = code.startswith(("97", "98"))
    return _END_OVERSEAS.get(source.slug, source.valid_to) if is_overseas else source.valid_to


class _ZoningReader:
    """Reads the lines of one zoning."""

    def __init__(self, source: Source, country: Country, report: ValidationReport) -> None:
        self.source, self.country, self.report = source, country, report
        self.known = {normalise(label): label for label in source.labels}

    def read_classes(self, fetched: FetchedSource) -> dict[str, list[str]]:
        """Give the class of each commune."""
        classes: dict[str, set[str]] = defaultdict(set)
        declared: set[str] = set()
        for line, row in read_rows(fetched.path, _ROWS[self.source.slug], self.report):
            label = self._write(row.label)
            if row.code in declared:
                message = "commune déjà classée"
                self.report.set_apart("doublon", message, row=line, value=row.code)
            elif not label or label.endswith(_WITHOUT_CLASS):
                message = "commune sans classe : manquante"
                self.report.add(Severity.NOTE, "sans-classe", message, row=line, value=row.code)
            elif not (places := self._carry(row.code, line)):
                continue
            elif self.known and normalise(label) not in self.known:
                self.report.set_apart(
                    "classe-inconnue", f"« {label} » n’est pas une classe de ce zonage",
                    row=line, column=self.source.columns[1], value=label,
                )  # fmt: skip
            else:
                label = self.known.get(normalise(label), label)
                declared.add(row.code)
                self.report.n_kept += 1
                for place in places:
                    classes[place].add(label)
        if self.source.slug == "montagne":
            self._deduce_absence(classes)
        return dict(self._agreed(classes))

    def read_quartiers(self, fetched: FetchedSource) -> dict[str, list[str]]:
        """Give the quartiers of each commune; a cell may name several communes."""
        names: dict[str, set[str]] = defaultdict(set)
        for line, row in read_rows(fetched.path, _QuartierRow, self.report):
            codes = _CODE_OF_COMMUNE.findall(row.communes)
            places = [place for code in codes for place in self._carry(code, line)]
            if not codes:
                message = f"« {row.communes} » ne nomme aucune commune"
                self.report.set_apart("code-inconnu", message, row=line, value=row.quartier)
            elif places:
                self.report.n_kept += 1
            for place in places:
                names[place].add(f"{row.name} ({row.quartier})" if row.name else row.quartier)
        return {place: sorted(found) for place, found in names.items()}

    def _write(self, label: str) -> str:
        """Write a class in French words, without the rank that some files put before it."""
        if self.source.slug in ("zrr", "frr"):
            return _STATUSES.get(label.split(" - ")[0].lower(), label)
        return _RANK_OF_MASSIF.sub("", label)

    def _carry(self, code: str, line: int) -> tuple[str, ...]:
        """Give the communes of today that hold a commune; those of a split lie where it lay."""
        found = self.country.codes.resolve(code, on=self.source.in_use_on)
        if found.outcome is Outcome.CURRENT:
            return (code,)
        places = found.candidates or tuple(filter(None, [found.code]))
        if self.source.in_use_on is None or not places:
            message = f"commune qui n’existe plus (devenue {found.code or 'inconnue'})"
            self.report.set_apart("code-inconnu", message, row=line, value=code)
            return ()
        message = f"commune devenue {', '.join(places)}"
        self.report.add(Severity.NOTE, "code-reporte", message, row=line, value=code)
        return places

    def _deduce_absence(self, classes: dict[str, set[str]]) -> None:
        absent = [
            c.code for c in self.country.communes if c.code not in classes and c.zone != "com"
        ]
        classes.update({code: {NOT_CLASSED} for code in absent})
        message = "commune absente de la liste : non classée"
        self.report.add(Severity.NOTE, "absence-deduite", message, times=len(absent))

    def _agreed(self, classes: dict[str, set[str]]) -> Iterator[tuple[str, list[str]]]:
        for code, found in classes.items():
            if len(found) == 1:
                yield code, list(found)
            elif self.source.slug in ("zrr", "frr"):
                yield code, [PARTLY_CLASSED]
            else:
                message = f"classes différentes réunies depuis : {', '.join(sorted(found))}"
                self.report.add(Severity.NOTE, "sans-classe", message, value=code)
