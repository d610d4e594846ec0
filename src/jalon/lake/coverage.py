"""Reading the digital coverage of communes: fibre and mobile, at the end of each year."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from .aggregate import load_country, load_rows
from .country import Country
from .coverage_rows import FibreRow, MobileRow
from .csvfile import read_rows
from .fetch import FetchedSource
from .parquetfile import connect
from .reading import Reading
from .report import Severity, ValidationReport
from .series import carry_declared
from .source import Source

_YEAR = re.compile(r"(?:19|20)\d{2}")
_QUARTER = re.compile(r"(?<!\d)(?:[TQ]\s?([1-4])|([1-4])\s?[TQ])(?!\d)", re.IGNORECASE)
_COLUMNS = {
    "line": "BIGINT", "declared": "TEXT", "indicator": "TEXT", "period": "INTEGER",
    "value": "DOUBLE", "numerator": "DOUBLE", "denominator": "DOUBLE", "fault": "TEXT",
    "used_on": "DATE",
}  # fmt: skip
_Declared = tuple[Any, ...]


def read_coverage(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read a file of coverage into observations at every grain; the last quarter of a year counts.

    Raises
    ------
    SourceRefusedError
        When the file is cut short, lacks a column, or has more rows in error than declared.
    """
    report = ValidationReport(source.slug)
    declare = _declare_fibre if source.row is FibreRow else _declare_mobile
    connection = connect()
    load_country(connection, country)
    rows = list(declare(source, fetched, country, report))
    report.check_total("lignes", report.n_rows, source.rows_between)
    n_set_apart = report.n_set_apart
    load_rows(connection, "loaded", _COLUMNS, rows)
    connection.execute(
        """
        CREATE TABLE declared AS SELECT * REPLACE (
            CASE WHEN fault IS NOT NULL
                 THEN {'kind': fault, 'column': NULL::TEXT, 'cell': NULL::TEXT} END AS fault
        ) FROM loaded
        """
    )
    reading = carry_declared(connection, source, fetched, country, report)
    report.n_rows += n_set_apart
    return reading


def _year_of(quarter: str, source: Source) -> int | None:
    """Give the year of a last quarter; None for another quarter."""
    found = _QUARTER.search(quarter)
    if found and "4" not in found.groups():
        return None
    year = _YEAR.search(quarter) or _YEAR.search(source.vintage)
    return int(year.group()) if year else None


def _note_quarter(report: ValidationReport, line: int) -> None:
    report.add(Severity.NOTE, "autre-trimestre", "trimestre laissé de côté", row=line)


def _declare_fibre(
    source: Source, fetched: FetchedSource, country: Country, report: ValidationReport
) -> Iterator[_Declared]:
    indicator = source.indicators[0]
    for line, row in read_rows(fetched.path, FibreRow, report):
        if (year := _year_of(row.quarter, source)) is None:
            _note_quarter(report, line)
            continue
        fault = _fault(row.reached, row.premises)
        yield (
            line, row.code, indicator, year, None, row.reached, row.premises, fault,
            source.in_use_on,
        )  # fmt: skip


def _declare_mobile(
    source: Source, fetched: FetchedSource, country: Country, report: ValidationReport
) -> Iterator[_Declared]:
    """Average the operators of a commune, then count inhabitants: a share alone does not add up."""
    population = {row.code: row.population or 0 for row in country.communes}
    shares: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    lines: dict[tuple[str, int], int] = {}
    for line, row in read_rows(fetched.path, MobileRow, report):
        if (year := _year_of(row.quarter, source)) is None:
            _note_quarter(report, line)
            continue
        key = (row.code, year)
        if fault := _fault(row.share, 100):
            message = "la part d’habitants couverts doit aller de 0 à 100"
            report.set_apart(fault, message, row=line, value=row.code)
        elif row.operator in shares[key]:
            message = f"{row.operator} revient pour la même commune"
            report.set_apart("doublon", message, row=line, value=row.code)
        else:
            shares[key][row.operator] = row.share or 0.0
            lines.setdefault(key, line)
    for (code, year), by_operator in shares.items():
        found = country.codes.resolve(code, on=source.in_use_on)
        people = population.get(code) or population.get(found.code or "") or 0
        if by_operator:
            covered = people * sum(by_operator.values()) / len(by_operator) / 100
            yield (
                lines[code, year], code, source.indicators[0], year, None, covered, people, None,
                source.in_use_on,
            )  # fmt: skip


def _fault(part: float | None, whole: float | None) -> str | None:
    if part is None or whole is None:
        return "valeur-absente"
    if part < 0 or whole < 0:
        return "valeur-negative"
    return "part-hors-bornes" if part > whole else None
