"""Opening a Parquet source: it must be whole and have its columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import duckdb_extension_spatial

from .report import ValidationReport
from .rows import normalise

_LINE = "file_row_number"  # what DuckDB adds to the columns of the file


def connect() -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that loads nothing by itself."""
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "threads": 2,
        }
    )


@contextmanager
def refusing_damage(report: ValidationReport) -> Iterator[None]:
    """Refuse a file whose damage only shows while it is read.

    Raises
    ------
    SourceRefusedError
        When DuckDB cannot go on: a damaged page, a column of an unexpected type.
    """
    try:
        yield
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise report.refuse(
            "fichier-illisible",
            "Fichier Parquet abîmé, ou colonne d’un type inattendu : le télécharger à neuf "
            f"({said}).",
        ) from error


def connect_spatial() -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that knows geometries, from the package: nothing is downloaded."""
    connection = connect()
    folder = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    connection.load_extension(str(folder / f"v{duckdb.__version__}" / "spatial.duckdb_extension"))
    return connection


def open_parquet(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: tuple[str, ...],
    report: ValidationReport,
) -> None:
    """Make the view `file` of a Parquet file, with the wanted columns under their official names.

    The view has a column `line`: the rank of the row in the file, from 1.

    Raises
    ------
    SourceRefusedError
        When the file is cut short, is not Parquet, or lacks a column.
    """
    try:
        content = connection.read_parquet(str(path), file_row_number=True)
        report.n_rows = int(content.count("*").fetchall()[0][0])
    except duckdb.Error:
        raise report.refuse(
            "fichier-illisible", "Fichier Parquet coupé ou illisible : le télécharger à neuf."
        ) from None
    names = {normalise(name): name for name in content.columns if name != _LINE}
    if missing := [name for name in columns if normalise(name) not in names]:
        raise report.refuse(
            "colonne-absente",
            f"Il manque {', '.join(f'« {name} »' for name in missing)}. "
            f"Colonnes trouvées : {', '.join(names.values())}.",
        )
    wanted = [f'"{names[normalise(name)]}" AS "{name}"' for name in columns]
    content.project(", ".join([f"{_LINE} + 1 AS line", *wanted])).create_view("file")
