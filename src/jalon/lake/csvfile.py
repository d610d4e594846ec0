"""Reading a CSV list: encoding, separator, columns by name, then row by row."""

import csv
import io
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from .report import Severity, ValidationReport
from .rows import Row, column_names, normalise

R = TypeVar("R", bound=Row)
_SEPARATORS = ",;\t"


class Line(NamedTuple):
    """One data line: its number as a spreadsheet shows it (the header is 1), and its cells."""

    number: int
    cells: list[str]


def read_rows(path: Path, model: type[R], report: ValidationReport) -> list[tuple[int, R]]:
    """Read a CSV file into rows, counting what is repaired and setting apart what is wrong.

    Parameters
    ----------
    path
        The file; comma, semicolon or tab; UTF-8, else Windows-1252 (a repair, counted).
    model
        The row wanted: its fields name the columns and their types.
    report
        Filled with the problems found and the number of rows read.

    Returns
    -------
    list of (int, Row)
        The line number and the row of each line that is right.

    Raises
    ------
    SourceRefusedError
        When the file cannot be read, is cut short, or lacks a required column.
    """
    text = _decode(path, report)
    header, lines = _split(text, report)
    if lines and not text.endswith(("\n", "\r")):
        report.open_line = lines[-1].number
    wanted = _match_columns(header, model, report)
    rows = []
    for line in lines:
        report.n_rows += 1
        if len(line.cells) != len(header):
            report.set_apart(
                "nombre-de-colonnes",
                f"{len(line.cells)} colonnes au lieu de {len(header)}",
                row=line.number,
            )
        elif (row := _read_row(line, header, wanted, model, report)) is not None:
            rows.append((line.number, row))
    return rows


def read_table(
    path: Path, report: ValidationReport
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read the header of a CSV file, and each whole line with its number.

    Raises
    ------
    SourceRefusedError
        When the file cannot be read or is cut short.
    """
    header, lines = _split(_decode(path, report), report)
    for line in lines:
        if len(line.cells) != len(header):
            raise report.refuse(
                "nombre-de-colonnes",
                f"{len(line.cells)} colonnes au lieu de {len(header)}",
                row=line.number,
            )
    return header, [(line.number, line.cells) for line in lines]


def _decode(path: Path, report: ValidationReport) -> str:
    content = path.read_bytes()
    if not content.strip():
        raise report.refuse("fichier-vide", "Le fichier est vide.")
    if b"\0" in content[:4096] or content[:2] == b"PK":
        raise report.refuse(
            "fichier-illisible",
            "Ce n’est pas un fichier CSV (contenu binaire) : l’exporter en CSV.",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    report.add(
        Severity.REPAIR,
        "encodage",
        "Le fichier n’est pas en UTF-8 : lu en Windows-1252.",
        row=line,
    )
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise report.refuse(
            "fichier-illisible", "Ni UTF-8 ni Windows-1252 : l’enregistrer en UTF-8.", row=line
        ) from None


def _split(text: str, report: ValidationReport) -> tuple[list[str], list[Line]]:
    """Separate the header from the lines, and refuse a file cut in the middle of a line."""
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [name.strip() for name in next(records, [])]
        lines = [Line(n, cells) for n, cells in enumerate(records, start=2) if any(cells)]
    except csv.Error:
        raise report.refuse(
            "fichier-tronque",
            "Le fichier est coupé ou abîmé : un guillemet ouvert n’est jamais fermé.",
            row=records.line_num,
        ) from None
    if lines and len(lines[-1].cells) < len(header):
        raise report.refuse(
            "fichier-tronque",
            f"Le fichier est coupé : sa dernière ligne n’a que {len(lines[-1].cells)} colonnes "
            f"sur {len(header)}.",
            row=lines[-1].number,
        )
    return header, lines


def _match_columns(header: list[str], model: type[Row], report: ValidationReport) -> dict[str, int]:
    """Find the place of each field's column, by its names without case nor accents."""
    places = {normalise(name): place for place, name in reversed(list(enumerate(header)))}
    wanted, missing = {}, []
    for field, info in model.model_fields.items():
        names = column_names(model, field)
        found = [places[key] for name in names if (key := normalise(name)) in places]
        if found:
            wanted[field] = found[0]
        elif info.is_required():
            missing.append(" ou ".join(f"« {name} »" for name in names))
    if missing:
        raise report.refuse(
            "colonne-absente",
            f"Il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} "
            f"{', '.join(missing)}. Colonnes trouvées : {', '.join(header) or 'aucune'}.",
            row=1,
        )
    return wanted


def _read_row(
    line: Line, header: list[str], wanted: dict[str, int], model: type[R], report: ValidationReport
) -> R | None:
    cells = {field: line.cells[place] for field, place in wanted.items()}
    repairs: list[tuple[str, str, str]] = []
    try:
        row = model.model_validate(cells, context=repairs)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        report.set_apart(
            f"valeur-{normalise(header[wanted[field]])}",
            str(first.get("ctx", {}).get("error", first["msg"])),
            row=line.number,
            column=header[wanted[field]],
            value=cells[field],
        )
        return None
    for field, kind, message in repairs:
        report.add(
            Severity.REPAIR, kind, message,
            row=line.number, column=header[wanted[field]], value=cells[field],
        )  # fmt: skip
    return row
