"""Reading the yearly series: communes of today first, then the larger territories."""

from collections import defaultdict
from datetime import date

import duckdb

from .aggregate import add_larger_territories, load_country, load_rows
from .country import Country
from .fetch import FetchedSource
from .figures import (
    Number,
    as_fault,
    check_national_totals,
    people,
    read_cells,
    refuse_nothing,
    set_faults_apart,
    year,
)
from .parquetfile import connect, open_parquet, refusing_damage
from .reading import Observations, Reading
from .report import Severity, ValidationReport
from .source import Source

# First round of each general election: in metropolitan France, that day.
ROUNDS = {
    ("pres", 2002): date(2002, 4, 21),
    ("pres", 2007): date(2007, 4, 22),
    ("pres", 2012): date(2012, 4, 22),
    ("pres", 2017): date(2017, 4, 23),
    ("pres", 2022): date(2022, 4, 10),
    ("legi", 2002): date(2002, 6, 9),
    ("legi", 2007): date(2007, 6, 10),
    ("legi", 2012): date(2012, 6, 10),
    ("legi", 2017): date(2017, 6, 11),
    ("legi", 2022): date(2022, 6, 12),
    ("legi", 2024): date(2024, 6, 30),
    ("euro", 1999): date(1999, 6, 13),
    ("euro", 2004): date(2004, 6, 13),
    ("euro", 2009): date(2009, 6, 7),
    ("euro", 2014): date(2014, 5, 25),
    ("euro", 2019): date(2019, 5, 26),
    ("euro", 2024): date(2024, 6, 9),
    ("muni", 2008): date(2008, 3, 9),
    ("muni", 2014): date(2014, 3, 23),
    ("muni", 2020): date(2020, 3, 15),
    ("muni", 2026): date(2026, 3, 15),
    ("regi", 2004): date(2004, 3, 21),
    ("regi", 2010): date(2010, 3, 14),
    ("regi", 2015): date(2015, 12, 6),
    ("regi", 2021): date(2021, 6, 20),
    ("cant", 2001): date(2001, 3, 11),
    ("cant", 2004): date(2004, 3, 21),
    ("cant", 2008): date(2008, 3, 9),
    ("cant", 2011): date(2011, 3, 20),
    ("dpmt", 2015): date(2015, 3, 22),
    ("dpmt", 2021): date(2021, 6, 20),
}
_INDICATOR_OF_ROUND = {
    "pres": "participation-presidentielle",
    "legi": "participation-legislative",
    "euro": "participation-europeenne",
    "muni": "participation-municipale",
    "regi": "participation-regionale",
    "cant": "participation-departementale",
    "dpmt": "participation-departementale",
}


def get_indicator_of_round(kind: str) -> str:
    """Give the indicator to which a kind of round belongs (cantonales go with départementales)."""
    return _INDICATOR_OF_ROUND[kind]


def read_series(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read a source of yearly figures into observations at every grain.

    Raises
    ------
    SourceRefusedError
        When the file is cut short, lacks a column, or has more rows in error than declared.
    """
    report = ValidationReport(source.slug)
    with refusing_damage(report):
        return _read(source, fetched, country, report)


def _read(
    source: Source, fetched: FetchedSource, country: Country, report: ValidationReport
) -> Reading:
    connection = connect()
    open_parquet(connection, fetched.path, source.columns, report)
    load_country(connection, country)
    _DECLARE[source.slug](connection, source, report)
    return carry_declared(connection, source, fetched, country, report)


def carry_declared(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    fetched: FetchedSource,
    country: Country,
    report: ValidationReport,
) -> Reading:
    """Bring the rows of the table `declared` to the communes of today, then to every grain.

    Parameters
    ----------
    connection
        Holds `declared` (line, declared, indicator, period, value, numerator, denominator, fault,
        used_on) and what `load_country` makes.

    Raises
    ------
    SourceRefusedError
        When more rows are in error than the source allows.
    """
    set_faults_apart(connection, report)
    match_codes(connection, country)
    _carry_figures(connection)
    report_codes(connection, report)
    report.check_share(source.max_rejected_share)
    report.check_total("lignes retenues", report.n_kept, source.rows_between)
    check_national_totals(connection, source.total_between, report)
    if source.slug == "emploi-prive-urssaf":
        _add_zeros(connection, report)
    n_rows = add_larger_territories(connection, report)
    return Reading(
        source, fetched, report, observations=Observations(connection, "observations", n_rows)
    )


def _declare_population(
    connection: duckdb.DuckDBPyConnection, source: Source, report: ValidationReport
) -> None:
    """Make `declared` from populations, already in the communes of 2025."""
    read_cells(connection, "code_commune_2025", [year("annee"), people("population")])
    connection.execute(
        """
        CREATE TABLE declared AS
        SELECT line, declared, 'population' AS indicator, annee AS period, population AS value,
               NULL::DOUBLE AS numerator, NULL::DOUBLE AS denominator, fault, NULL::DATE AS used_on
        FROM cells
        """
    )


def _declare_jobs(
    connection: duckdb.DuckDBPyConnection, source: Source, report: ValidationReport
) -> None:
    """Make `declared` from the communes of Urssaf's file (other levels are its own sums)."""
    numbers = [year("year"), people("eff_total")]
    read_cells(connection, "code", numbers, where="CAST(echelon AS TEXT) = 'communes'")
    connection.execute(
        """
        CREATE TABLE declared AS
        SELECT line, declared, 'emploi-prive' AS indicator, year AS period, eff_total AS value,
               NULL::DOUBLE AS numerator, NULL::DOUBLE AS denominator, fault, ?::DATE AS used_on
        FROM cells
        """,
        [source.in_use_on],
    )
    refuse_nothing(connection, "echelon", "d’échelon « communes »", report)


def _declare_turnout(
    connection: duckdb.DuckDBPyConnection, source: Source, report: ValidationReport
) -> None:
    """Make `declared` from the first round of each general election, in use on its own day."""
    columns = {"type": "TEXT", "annee": "INTEGER", "indicator": "TEXT", "day": "DATE"}
    rounds = [(k, y, _INDICATOR_OF_ROUND[k], day) for (k, y), day in ROUNDS.items()]
    load_rows(connection, "round", columns, rounds)
    numbers = [Number("tour", 1, 9), year("annee"), people("inscrits"), people("votants")]
    is_first = "coalesce(TRY_CAST(tour AS DOUBLE), 1) = 1"
    read_cells(connection, "code_commune", numbers, where=is_first, kept=["type"])
    for kind, period in connection.execute(
        "SELECT DISTINCT type, annee::INTEGER FROM cells ANTI JOIN round USING (type, annee) "
        "WHERE fault IS NULL ORDER BY ALL"
    ).fetchall():
        message = f"scrutin « {kind} » de {period}, sans date connue : laissé de côté"
        report.add(Severity.NOTE, "scrutin-inconnu", message, column="type", value=kind)
    connection.execute(
        f"""
        CREATE TABLE declared AS
        SELECT line, declared, indicator, annee AS period, NULL::DOUBLE AS value,
               votants AS numerator, inscrits AS denominator,
               CASE WHEN fault IS NULL AND votants > inscrits
                    THEN {as_fault("plus-de-votants-que-d-inscrits")} ELSE fault END AS fault,
               day AS used_on
        FROM cells LEFT JOIN round USING (type, annee) WHERE fault IS NOT NULL OR day IS NOT NULL
        """  # noqa: S608
    )
    refuse_nothing(connection, "type", "d’un scrutin connu", report)


_DECLARE = {
    "population-communes": _declare_population,
    "emploi-prive-urssaf": _declare_jobs,
    "participation-elections": _declare_turnout,
}


def match_codes(connection: duckdb.DuckDBPyConnection, country: Country) -> None:
    """Make `matched`: the rows of `declared` without fault, each with its commune of today.

    Codes are read as of `used_on`, the day on which they were in use (null: as of today). A row of
    a commune split since has no code, but the `candidates` between which it was.
    """
    codes_of_day: dict[date | None, set[str]] = defaultdict(set)
    used = connection.execute("SELECT DISTINCT used_on, declared FROM declared").fetchall()
    for day, code in used:
        codes_of_day[day].add(code)
    fates = [
        (day, code, found.code, ", ".join(found.candidates) or None)
        for day, codes in codes_of_day.items()
        for code, found in country.codes.changed_since(day).items()
        if code in codes
    ]
    columns = {"used_on": "DATE", "declared": "TEXT", "code": "TEXT", "candidates": "TEXT"}
    load_rows(connection, "fate", columns, fates)
    connection.execute(
        """
        CREATE TABLE matched AS
        SELECT declared.* EXCLUDE (used_on, fault), fate.candidates,
               fate.declared IS NOT NULL AS is_moved,
               CASE WHEN fate.declared IS NULL THEN commune.code ELSE fate.code END AS code
        FROM declared
        LEFT JOIN fate ON fate.declared = declared.declared
                      AND fate.used_on IS NOT DISTINCT FROM declared.used_on
        LEFT JOIN commune ON commune.code = declared.declared
        WHERE declared.fault IS NULL
        """
    )


def _carry_figures(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `observations` at the grain of communes, and fill `split_observations`.

    What was observed in a commune split since is nobody's figure among the communes of today, but
    still counts in a territory that holds all of them.
    """
    connection.execute(
        """
        CREATE TABLE observations AS
        SELECT indicator, 'COMMUNE' AS grain, code, period::INTEGER AS period,
               CASE WHEN count(denominator) = 0 THEN sum(value)
                    ELSE 100 * sum(numerator) / sum(denominator) END::DOUBLE AS value,
               sum(numerator)::DOUBLE AS numerator, sum(denominator)::DOUBLE AS denominator,
               NULL::TEXT AS status
        FROM matched WHERE code IS NOT NULL
        GROUP BY indicator, code, period
        HAVING count(denominator) = 0 OR sum(denominator) > 0;

        INSERT INTO split_observations
        SELECT indicator, candidates, period, sum(value), sum(numerator), sum(denominator)
        FROM matched WHERE candidates IS NOT NULL GROUP BY indicator, candidates, period
        """
    )


def _add_zeros(connection: duckdb.DuckDBPyConnection, report: ValidationReport) -> None:
    """Give zero to each commune without figure, in a département that has some that year.

    A commune that results from a split is left missing: its figure is inside another's.
    """
    ((before,),) = connection.execute("SELECT count(*) FROM observations").fetchall()
    connection.execute(
        """
        INSERT INTO observations
        WITH departement AS (
            SELECT parent, code FROM membership WHERE grain = 'DEPARTEMENT'
        ), covered AS (
            SELECT DISTINCT indicator, parent, period
            FROM observations JOIN departement USING (code)
        )
        SELECT indicator, 'COMMUNE', departement.code, period, 0, NULL, NULL, NULL
        FROM covered JOIN departement USING (parent)
        ANTI JOIN observations USING (indicator, code, period)
        WHERE departement.code NOT IN (
            SELECT unnest(string_split(candidates, ', ')) FROM split_observations
        )
        """
    )
    ((after,),) = connection.execute("SELECT count(*) FROM observations").fetchall()
    message = "commune absente d’un département couvert : zéro"
    report.add(Severity.NOTE, "zero-deduit", message, times=after - before)


def report_codes(connection: duckdb.DuckDBPyConnection, report: ValidationReport) -> None:
    """Count what became of the codes: carried, moved, ambiguous, unknown."""
    ((report.n_kept, moved),) = connection.execute(
        "SELECT count(*), count(*) FILTER (is_moved) FROM matched WHERE code IS NOT NULL"
    ).fetchall()
    if moved:
        message = "lignes d’anciens codes, reportées sur les communes d’aujourd’hui"
        report.add(Severity.NOTE, "code-reporte", message, times=moved)
    for declared, candidates, line, n, first, last in connection.execute(
        """
        SELECT declared, candidates, min(line), count(*), min(period)::INTEGER, max(period)::INTEGER
        FROM matched WHERE code IS NULL GROUP BY declared, candidates ORDER BY declared
        """
    ).fetchall():
        years = f"{first}" if first == last else f"de {first} à {last}"
        kind, message = (
            (
                "code-ambigu",
                f"commune depuis partagée entre {candidates}, "
                "comptée seulement dans les territoires qui les contiennent toutes",
            )
            if candidates
            else ("code-inconnu", "aucune commune n’a ni n’a eu ce code")
        )
        message = f"{message} ({n} lignes, {years})"
        report.set_apart(kind, message, row=line, value=declared, times=n)
