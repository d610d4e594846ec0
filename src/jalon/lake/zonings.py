"""Reading the zonings: one class for each commune."""

from .codes import Outcome
from .country import Country
from .csvfile import read_rows
from .fetch import FetchedSource
from .reading import Label, Reading
from .report import Severity, ValidationReport
from .rows import CommuneCode, Row, Text, column, normalise
from .source import Source

_WITHOUT_CLASS = "undefined"


class _ZoningRow(Row):
    code: CommuneCode = column("insee_com", "code_insee", "codgeo")
    label: Text


class _DensityRow(_ZoningRow):
    label: Text = column("niveau_densite", "libdens")


class _RuralityRow(_ZoningRow):
    label: Text = column("niveau_ruralite")


class _CentralityRow(_ZoningRow):
    label: Text = column("niveau_centralite")


_ROWS: dict[str, type[_ZoningRow]] = {
    "densite": _DensityRow,
    "ruralite": _RuralityRow,
    "centralite": _CentralityRow,
}


def read_zoning(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read one zoning into a label for each commune of today.

    Stray spaces are taken off; a commune without class ("undefined") has no label.

    Raises
    ------
    SourceRefusedError
        When the file lacks a column, is cut short, or has more rows in error than declared.
    """
    report = ValidationReport(source.slug)
    known = {normalise(label): label for label in source.labels}
    labels: dict[str, Label] = {}
    for line, row in read_rows(fetched.path, _ROWS[source.slug], report):
        found = country.codes.resolve(row.code)
        if found.outcome is not Outcome.CURRENT:
            message = f"commune qui n’existe plus (devenue {found.code or 'inconnue'})"
            report.set_apart("code-inconnu", message, row=line, value=row.code)
        elif row.code in labels:
            report.set_apart("doublon", "commune déjà classée", row=line, value=row.code)
        elif not row.label or row.label.endswith(_WITHOUT_CLASS):
            message = "commune sans classe : manquante"
            report.add(Severity.NOTE, "sans-classe", message, row=line, value=row.code)
        elif (label := known.get(normalise(row.label))) is None:
            report.set_apart(
                "classe-inconnue", f"« {row.label} » n’est pas une classe de ce zonage",
                row=line, column=source.columns[1], value=row.label,
            )  # fmt: skip
        else:
            labels[row.code] = Label(source.slug, row.code, label)
            report.n_kept += 1
    report.check_share(source.max_rejected_share)
    n_read = report.n_kept + report.counts["sans-classe"]
    report.check_total("communes", n_read, source.rows_between)
    return Reading(source, fetched, report, labels=tuple(labels.values()))
