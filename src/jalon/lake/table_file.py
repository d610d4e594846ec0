"""Opening a table of any usual form (CSV, Parquet, a JSON list) as columns of text."""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from .aggregate import load_rows
from .csvfile import read_table
from .parquetfile import open_parquet
from .report import ValidationReport
from .rows import normalise


def open_table(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Sequence[str],
    report: ValidationReport,
) -> None:
    """Make the table `file`: these columns as text, and `line`, as a spreadsheet counts them.

    The form is told by the content, not by the name of the file.

    Raises
    ------
    SourceRefusedError
        When the file cannot be read, is cut short, or lacks a column.
    """
    with path.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"PAR1"):
        _open_parquet(connection, path, columns, report)
        return
    header, rows = _read_json(path, report) if start[:1] == b"[" else read_table(path, report)
    places = _places(header, columns, report)
    report.n_rows = len(rows)
    types = {"line": "BIGINT", **dict.fromkeys(columns, "TEXT")}
    cells = [(line, *(row[place].strip() for place in places)) for line, row in rows]
    load_rows(connection, "file", types, cells)


def _open_parquet(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Sequence[str],
    report: ValidationReport,
) -> None:
    open_parquet(connection, path, tuple(columns), report)
    quoted = ['"' + name.replace('"', '""') + '"' for name in columns]
    texts = ", ".join(f"coalesce(trim({name}::TEXT), '') AS {name}" for name in quoted)
    connection.execute("ALTER VIEW file RENAME TO typed")
    connection.execute(f"CREATE TABLE file AS SELECT line, {texts} FROM typed ORDER BY line")  # noqa: S608


def _read_json(
    path: Path, report: ValidationReport
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise report.refuse(
            "fichier-illisible", "Le fichier JSON est coupé ou abîmé : le télécharger à neuf."
        ) from None
    if not (isinstance(content, list) and all(isinstance(row, dict) for row in content)):
        raise report.refuse("fichier-illisible", "Le fichier JSON n’est pas une liste d’objets.")
    header = list(dict.fromkeys(name for row in content for name in row))
    return header, [
        (rank, ["" if row.get(name) is None else str(row[name]) for name in header])
        for rank, row in enumerate(content, start=1)
    ]


def _places(header: Sequence[str], columns: Sequence[str], report: ValidationReport) -> list[int]:
    """Find each column by its name, without case nor accents."""
    known = {normalise(name): place for place, name in reversed(list(enumerate(header)))}
    if missing := [name for name in columns if normalise(name) not in known]:
        raise report.refuse(
            "colonne-absente",
            f"Il manque {', '.join(f'« {name} »' for name in missing)}. "
            f"Colonnes trouvées : {', '.join(header) or 'aucune'}.",
            row=1,
            column=missing[0],
        )
    return [known[normalise(name)] for name in columns]
