"""Figures of the larger territories, from those of the communes they hold today."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from .country import FRANCE, Country
from .report import Severity, ValidationReport

SMALLEST_COVERAGE = 0.9
_GRAINS = (
    *("EPCI", "DEPARTEMENT", "REGION"),
    *("BASSIN_DE_VIE", "UNITE_URBAINE", "AAV", "ZONE_EMPLOI"),
)


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Make a table from rows of Python, given the SQL type of each column.

    Going through numpy is 50 times faster than inserting rows one by one.
    """
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in columns}
    types = ", ".join(f"{quoted[name]} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE TABLE {table} ({types})")
    if rows:
        texts = [[None if cell is None else str(cell) for cell in row] for row in rows]
        arrays = dict(zip(columns, np.array(texts, dtype=object).T.copy(), strict=True))
        # DuckDB cannot tell the type of an array that holds nothing but None.
        given = {n: cells for n, cells in arrays.items() if any(c is not None for c in cells)}
        connection.register("arrays_of_rows", given)
        names = ", ".join(quoted[name] for name in given)
        connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM arrays_of_rows")  # noqa: S608
        connection.unregister("arrays_of_rows")


def load_country(connection: duckdb.DuckDBPyConnection, country: Country) -> None:
    """Make the tables `commune` (code, population) and `membership` (grain, parent, code).

    And two empty tables: `split_observations`, for what was observed in communes split since, and
    `rule`, for the indicators that are neither plain counts nor percentages.

    The communes of the collectivités d'outre-mer are communes but belong to no larger territory
    here: the total of France is that of its régions, as INSEE counts it.
    """
    communes = [(row.code, row.population or 0) for row in country.communes]
    load_rows(connection, "commune", {"code": "TEXT", "population": "BIGINT"}, communes)
    rows = [
        (m.parent_kind, m.parent_code, m.child_code)
        for m in country.memberships
        if m.child_kind == "COMMUNE" and m.parent_kind in _GRAINS
    ]
    columns = {"grain": "TEXT", "parent": "TEXT", "code": "TEXT"}
    rows += [(FRANCE, FRANCE, code) for grain, _, code in rows if grain == "REGION"]
    load_rows(connection, "membership", columns, rows)
    connection.execute(
        "CREATE TABLE split_observations (indicator TEXT, candidates TEXT, period INTEGER, "
        "value DOUBLE, numerator DOUBLE, denominator DOUBLE)"
    )
    connection.execute("CREATE TABLE rule (indicator TEXT, rule TEXT, factor DOUBLE)")


def add_larger_territories(connection: duckdb.DuckDBPyConnection, report: ValidationReport) -> int:
    """Add to `observations` the EPCI, study zones, départements, régions and France; count rows.

    Counts are added; ratios are the sum of numerators over the sum of denominators; the table
    `rule` may say otherwise (mean weighted by today's population, or no figure at all). A sum that
    lacks a hidden figure is itself hidden: what is suppressed is not taken for zero. A figure is
    given only where the communes observed hold at least `SMALLEST_COVERAGE` of today's population
    of the territory: what is missing is never taken for zero. The figure of a commune split since
    counts where every part of it lies in the same territory.
    """
    connection.execute(
        """
        CREATE TABLE larger AS
        WITH whole AS (
            SELECT grain, parent, sum(population) AS population
            FROM membership JOIN commune USING (code) GROUP BY ALL
        ), part AS (
            SELECT DISTINCT candidates, unnest(string_split(candidates, ', ')) AS code
            FROM split_observations
        ), holder AS (
            SELECT candidates, grain, any_value(parent) AS parent, sum(population) AS population
            FROM part JOIN membership USING (code) JOIN commune USING (code)
            GROUP BY candidates, grain
            HAVING count(DISTINCT parent) = 1
               AND count(*) = len(string_split(candidates, ', '))
        ), observed AS (
            SELECT o.indicator, m.grain, m.parent, o.period, o.value, o.numerator, o.denominator,
                   o.status, c.population
            FROM observations o JOIN membership m USING (code) JOIN commune c USING (code)
            WHERE o.grain = 'COMMUNE'
            UNION ALL
            SELECT s.indicator, h.grain, h.parent, s.period, s.value, s.numerator, s.denominator,
                   NULL, h.population
            FROM split_observations s JOIN holder h USING (candidates)
        ), ruled AS (
            SELECT observed.*, coalesce(rule.rule, '') AS rule, coalesce(factor, 100) AS factor
            FROM observed LEFT JOIN rule USING (indicator)
            WHERE coalesce(rule.rule, '') != 'NONE'
              AND NOT (coalesce(rule.rule, '') = 'WEIGHTED_MEAN' AND status IS NOT NULL)
        )
        SELECT indicator, grain, parent AS code, period,
               CASE WHEN count(status) > 0 THEN NULL
                    WHEN rule = 'WEIGHTED_MEAN'
                    THEN round(fsum(value * ruled.population)
                               / nullif(sum(ruled.population), 0), 9)
                    WHEN count(denominator) = 0 THEN sum(value)
                    ELSE factor * sum(numerator) / nullif(sum(denominator), 0) END AS value,
               CASE WHEN count(status) = 0 THEN sum(numerator) END AS numerator,
               CASE WHEN count(status) = 0 THEN sum(denominator) END AS denominator,
               any_value(status) AS status,
               sum(ruled.population) >= ? * any_value(whole.population) AS is_covered
        FROM ruled JOIN whole USING (grain, parent)
        GROUP BY indicator, grain, parent, period, rule, factor
        """,
        [SMALLEST_COVERAGE],
    )
    for indicator, grain, n in connection.execute(
        "SELECT indicator, grain, count(*) FROM larger WHERE NOT is_covered "
        "GROUP BY indicator, grain ORDER BY indicator, grain"
    ).fetchall():
        message = (
            f"{indicator}, {grain} : chiffre non donné, les communes observées font moins de "
            f"{100 * SMALLEST_COVERAGE:.0f} % de la population"
        )
        report.add(Severity.NOTE, "agregat-non-donne", message, times=n)
    connection.execute(
        "INSERT INTO observations SELECT * EXCLUDE (is_covered) FROM larger "
        "WHERE is_covered AND (value IS NOT NULL OR status IS NOT NULL)"
    )
    return int(connection.execute("SELECT count(*) FROM observations").fetchall()[0][0])
