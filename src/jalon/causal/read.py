"""Reads a panel from a CSV or Parquet file (the only part of the engine that uses DuckDB)."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from jalon.causal.errors import PanelError
from jalon.causal.panel import Columns, Panel, not_a_number, require_columns

_MISSING = ("", "NA", "N/A", "NaN", "NULL", "None", ".")
_NUMERIC = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "BOOLEAN")


def read_panel(path: Path, columns: Columns) -> Panel:
    """Read and check a panel file.

    Parameters
    ----------
    path : Path
        A `.parquet` file, else a CSV with a header (separator found by DuckDB, UTF-8). Empty
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
    source = "read_parquet(?)"
    if not is_parquet:
        source = "read_csv(?, all_varchar=true, header=true, null_padding=false)"
    first_row = 1 if is_parquet else 2
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        try:
            relation = connection.execute(f"DESCRIBE SELECT * FROM {source}", [str(path)])  # noqa: S608
            types = {name: kind for name, kind, *_ in relation.fetchall()}
            require_columns(columns, list(types))
            selected = [
                _select(name, types[name], name in columns.numeric) for name in columns.names
            ]
            query = (
                f"SELECT {', '.join(part for parts in selected for part in parts)} FROM {source}"  # noqa: S608
            )
            fetched = connection.execute(query, [str(path)]).fetchnumpy()
        except duckdb.Error as error:
            raise PanelError(_explain(path, error)) from error
    table = {name: _column(fetched, name, first_row) for name in columns.names}
    return Panel.from_table(table, columns, first_row=first_row)


def _select(name: str, kind: str, numeric: bool) -> list[str]:  # noqa: FBT001
    """Give what to select of a column: itself, or its number beside its text."""
    quoted = _quote(name)
    if not numeric:
        return [quoted]
    if any(part in kind for part in _NUMERIC):
        return [f"{quoted}::DOUBLE AS {quoted}"]
    missing = ", ".join(f"'{word}'" for word in _MISSING)
    text = f"CASE WHEN trim({quoted}::VARCHAR) IN ({missing}) THEN NULL ELSE {quoted}::VARCHAR END"
    return [f"TRY_CAST({text} AS DOUBLE) AS {quoted}", f"{text} AS {_quote(_text(name))}"]


def _column(fetched: dict[str, Any], name: str, first_row: int) -> npt.NDArray[Any]:
    """Turn a fetched column into an array; refuse a text that is not a number."""
    values = fetched[name]
    missing = np.ma.getmaskarray(values)
    if _text(name) in fetched:
        refused = missing & ~np.ma.getmaskarray(fetched[_text(name)])
        if refused.any():
            index = int(np.argmax(refused))
            raise not_a_number(f"ligne {index + first_row}", name, fetched[_text(name)][index])
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


def _explain(path: Path, error: duckdb.Error) -> str:
    """Say in French why a file cannot be read."""
    message = str(error)
    if "encod" in message.lower() or "utf" in message.lower():
        return f"Le fichier « {path.name} » n’est pas en UTF-8 : enregistrez-le dans cet encodage."
    return f"Le fichier « {path.name} » ne se lit pas : {message.splitlines()[0]}"
