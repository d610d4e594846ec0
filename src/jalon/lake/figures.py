"""Reading the cells of a file of figures: a number out of bounds is a fault, never an exception."""

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from .report import ValidationReport

_FAULTS = {
    "valeur-absente": "la valeur est vide",
    "valeur-illisible": "ce n’est pas un nombre",
    "valeur-negative": "la valeur est négative",
    "valeur-hors-bornes": "la valeur n’est pas plausible",
    "part-hors-bornes": "la part dépasse le tout",
    "doublon": "la même commune revient la même année",
    "plus-de-votants-que-d-inscrits": "plus de votants que d’inscrits",
}


class Number(NamedTuple):
    """A column of numbers: its name, and the bounds of what is plausible."""

    column: str
    low: float
    high: float


def year(column: str) -> Number:
    """Declare a column of years."""
    return Number(column, 1900, 2100)


def people(column: str) -> Number:
    """Declare a column that counts people of one commune (Paris had 2.6 million in 1968)."""
    return Number(column, 0, 3_000_000)


def read_cells(
    connection: duckdb.DuckDBPyConnection,
    code: str,
    numbers: Sequence[Number],
    *,
    where: str = "TRUE",
    kept: Sequence[str] = (),
) -> None:
    """Make `cells` from `file`: the line, the code declared, the numbers, and what is wrong.

    Parameters
    ----------
    connection
        Holds the view `file`.
    code
        Column of the codes of communes, kept as text under the name `declared`.
    numbers
        Columns of numbers, kept as doubles: null when the cell is not a number.
    where
        SQL condition on `file`.
    kept
        Other columns, kept as text.

    Notes
    -----
    `fault` is null, or has a kind, a column and the text of the cell: the first thing wrong.
    """
    texts = "".join(f', CAST("{name}" AS TEXT) AS "{name}"' for name in kept)
    doubles = "".join(f', {_number(n.column)} AS "{n.column}"' for n in numbers)
    faults = " ".join(_faults(Number(code, 0, 0))[:1] + [f for n in numbers for f in _faults(n)])
    connection.execute(
        f'CREATE TABLE cells AS SELECT line, CAST("{code}" AS TEXT) AS declared{texts}{doubles}, '  # noqa: S608
        f"CASE {faults} END AS fault FROM file WHERE {where}"
    )


def as_fault(kind: str, column: str = "") -> str:
    """Write a fault in SQL; a column adds the text of its cell."""
    cell = f"'{column}', 'cell': CAST(\"{column}\" AS TEXT)" if column else "NULL, 'cell': NULL"
    return f"{{'kind': '{kind}', 'column': {cell}}}"


def _number(column: str) -> str:
    return f'TRY_CAST("{column}" AS DOUBLE)'


def _faults(number: Number) -> list[str]:
    """Write the cases of what may be wrong in a cell, the first that holds being told."""
    column, value = number.column, _number(number.column)
    found = {
        f'"{column}" IS NULL': "valeur-absente",
        f"{value} IS NULL OR NOT isfinite({value})": "valeur-illisible",
        f"{value} < 0": "valeur-negative",
        f"{value} NOT BETWEEN {number.low} AND {number.high}": "valeur-hors-bornes",
    }
    return [f"WHEN {condition} THEN {as_fault(kind, column)}" for condition, kind in found.items()]


def refuse_nothing(
    connection: duckdb.DuckDBPyConnection, column: str, what: str, report: ValidationReport
) -> None:
    """Refuse a file where `declared` found nothing, and say what its column holds instead.

    Raises
    ------
    SourceRefusedError
        When `declared` has no row.
    """
    if connection.execute("SELECT 1 FROM declared LIMIT 1").fetchall():
        return
    values = connection.execute(
        f'SELECT DISTINCT CAST("{column}" AS TEXT) AS found FROM file ORDER BY found LIMIT 9'  # noqa: S608
    ).fetchall()
    found = ", ".join(str(value) for (value,) in values) or "aucune"
    message = f"Aucune ligne {what}. Valeurs de « {column} » trouvées : {found}."
    raise report.refuse("aucune-ligne-utile", message, column=column)


def set_faults_apart(connection: duckdb.DuckDBPyConnection, report: ValidationReport) -> None:
    """Set apart the rows of `declared` that bear a fault, and every row of a duplicate key."""
    connection.execute(
        f"""
        UPDATE declared SET fault = {as_fault("doublon")} FROM (
            SELECT declared AS code, indicator AS name, period AS year FROM declared
            GROUP BY ALL HAVING count(*) > 1
        ) WHERE fault IS NULL AND declared = code AND indicator = name AND period = year
        """  # noqa: S608
    )
    report.n_rows = connection.execute("SELECT count(*) FROM declared").fetchall()[0][0]
    faults = connection.execute(
        "SELECT line, declared, period, fault.kind, fault.column, fault.cell "
        "FROM declared WHERE fault IS NOT NULL ORDER BY line"
    ).fetchall()
    for line, declared, period, kind, column, cell in faults:
        of_what = f"{period:.0f}" if period is not None else "année inconnue"
        if column:
            message = f"{_FAULTS[kind]} (commune {declared}, {of_what})"
            report.set_apart(kind, message, row=line, column=column, value=cell)
        else:
            report.set_apart(kind, f"{_FAULTS[kind]} ({of_what})", row=line, value=declared)


def check_national_totals(
    connection: duckdb.DuckDBPyConnection,
    between: tuple[int, int] | None,
    report: ValidationReport,
) -> None:
    """Refuse figures whose sum over the country, one year, is not plausible.

    Raises
    ------
    SourceRefusedError
        When the sum of a year is not between the two bounds.
    """
    if between is None:
        return
    for period, total in connection.execute(
        "SELECT period::INTEGER, sum(value)::BIGINT FROM declared WHERE fault IS NULL "
        "GROUP BY ALL ORDER BY 1"
    ).fetchall():
        report.check_total(f"total de {period}", total, between)
