"""Reads a panel from a CSV or Parquet file (the only part of the engine that uses DuckDB)."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from jalon.causal.errors import PanelError
from jalon.causal.panel import Columns, LineOf, Panel, not_a_number, require_columns

_MISSING = ("", "NA", "N/A", "NaN", "NULL", "None", ".")
_SEPARATORS = ",;\t|"
# Read as they are: a label of another type (DECIMAL, BLOB, UUID, LIST…) is compared as text.
_LABELS = (
    "VARCHAR", "DOUBLE", "FLOAT", "TINYINT", "SMALLINT", "INTEGER", "BIGINT",
    "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
)  # fmt: skip
_NUMERIC = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "BOOLEAN")


def read_panel(path: Path, columns: Columns) -> Panel:
    """Read and check a panel file.

    Parameters
    ----------
    path : Path
        A `.parquet` file, else a CSV in UTF-8 with a header (comma, semicolon, tab or bar). Empty
        cells and NA are missing values.
    columns : Columns
        Which column plays which part.

    Raises
    ------
    PanelError
        Unreadable file, missing column, or anything `Panel.from_table` refuses; rows are
        numbered as in the file, its header included.
    """
    if not path.is_file():
        raise PanelError(f"Le fichier « {path} » n’existe pas.")
    is_parquet = path.suffix.lower() in {".parquet", ".pq"}
    source = _Parquet(path) if is_parquet else _Csv(path)
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        try:
            relation = source.open(connection)
            types = {
                name: str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)
            }
            require_columns(columns, list(types))
            selected = [
                part
                for name in columns.names
                for part in _select(name, types[name], is_numeric=name in columns.numeric)
            ]
            fetched = relation.project(", ".join(selected)).fetchnumpy()
        except duckdb.Error as error:
            raise PanelError(source.explain(error)) from error
    table = {name: _column(fetched, name, source.line_of) for name in columns.names}
    return Panel.from_table(table, columns, line_of=source.line_of)


class _Parquet:
    """A Parquet file: its rows have no line, they are counted from one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        return connection.read_parquet(str(self.path))

    def line_of(self, index: int) -> int:
        return index + 1

    def explain(self, error: duckdb.Error) -> str:
        return f"Le fichier « {self.path.name} » ne se lit pas : {str(error).splitlines()[0]}"


class _Csv:
    """A CSV file: its separator is that of its header, and its lines are found when needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.separator = ","

    def open(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        header = self._header()
        return connection.read_csv(
            str(self.path),
            columns=dict.fromkeys(header, "VARCHAR"),
            delimiter=self.separator,
            quotechar='"',
            escapechar='"',
            header=True,
            auto_detect=False,
        )

    def line_of(self, index: int) -> int:
        """Give the line of a row: blank lines and line breaks inside quotes count."""
        for rank, (line, _) in enumerate(self._records()):
            if rank == index + 1:
                return line
        return index + 2

    def explain(self, error: duckdb.Error) -> str:
        """Say in French why the file cannot be read, with the line."""
        name = self.path.name
        if (line := self._line_not_in_utf8()) is not None:
            return (
                f"ligne {line} : le fichier « {name} » n’est pas en UTF-8 ; enregistrez-le dans"
                " cet encodage."
            )
        header = self._header()
        for line, record in self._records():
            if len(record) != len(header):
                return (
                    f"ligne {line} : {len(record)} valeurs pour {len(header)} colonnes ; le"
                    f" fichier « {name} » est coupé, ou un guillemet n’y est pas fermé."
                )
        if "state machine" in str(error):
            return (
                f"Le fichier « {name} » mêle des fins de ligne de Windows et d’Unix :"
                " enregistrez-le à nouveau en CSV."
            )
        return f"Le fichier « {name} » ne se lit pas : {str(error).splitlines()[0]}"

    def _header(self) -> list[str]:
        if (line := self._line_not_in_utf8()) == 1:
            raise PanelError(
                f"ligne {line} : le fichier « {self.path.name} » n’est pas en UTF-8 ;"
                " enregistrez-le dans cet encodage."
            )
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            first = file.readline()
        if not first.strip():
            raise PanelError(
                f"Le fichier « {self.path.name} » est vide, ou sa première ligne l’est."
            )
        self.separator = max(_SEPARATORS, key=first.count)
        names = next(csv.reader([first], delimiter=self.separator))
        if repeated := {name for name in names if names.count(name) > 1}:
            raise PanelError(
                f"ligne 1 : plusieurs colonnes portent le nom {', '.join(sorted(repeated))}."
            )
        return names

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Give each record that is not blank, with the line on which it begins."""
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file, delimiter=self.separator)
            start = 1
            for record in reader:
                if record:
                    yield start, record
                start = reader.line_num + 1

    def _line_not_in_utf8(self) -> int | None:
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    return number
        return None


def _select(name: str, kind: str, *, is_numeric: bool) -> list[str]:
    """Give what to select of a column: itself, or its number beside its text."""
    quoted = _quote(name)
    missing = ", ".join(f"'{word}'" for word in _MISSING)
    text = f"CASE WHEN trim({quoted}::VARCHAR) IN ({missing}) THEN NULL ELSE {quoted}::VARCHAR END"
    if not is_numeric:
        return [f"{quoted if kind in _LABELS and kind != 'VARCHAR' else text} AS {quoted}"]
    if any(part in kind for part in _NUMERIC):
        return [f"{quoted}::DOUBLE AS {quoted}"]
    return [f"TRY_CAST({text} AS DOUBLE) AS {quoted}", f"{text} AS {_quote(_text(name))}"]


def _column(fetched: dict[str, Any], name: str, line_of: LineOf) -> npt.NDArray[Any]:
    """Turn a fetched column into an array; refuse a text that is not a number."""
    values = fetched[name]
    missing = np.ma.getmaskarray(values)
    if _text(name) in fetched:
        refused = missing & ~np.ma.getmaskarray(fetched[_text(name)])
        if refused.any():
            index = int(np.argmax(refused))
            raise not_a_number(f"ligne {line_of(index)}", name, fetched[_text(name)][index])
    if values.dtype.kind == "f":
        return np.asarray(np.ma.filled(values, np.nan))
    if values.dtype.kind == "O":
        return np.where(missing, "", np.ma.getdata(values)).astype(str)
    if missing.any():
        return np.where(missing, "", np.ma.getdata(values).astype(str))
    return np.asarray(np.ma.getdata(values))


def _text(name: str) -> str:
    return f"{name} (texte)"


def _quote(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
