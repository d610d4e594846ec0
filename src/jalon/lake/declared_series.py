"""Reading a table of figures as the cards of its indicators declare it, with no code of its own."""

import duckdb

from .aggregate import SMALLEST_COVERAGE, add_larger_territories, load_country, load_rows
from .country import FRANCE, Country
from .fetch import FetchedSource
from .parquetfile import connect
from .reading import Observations, Reading
from .report import Severity, ValidationReport
from .series import match_codes, report_codes
from .series_cards import SUPPRESSED, Rule, Scale, SeriesCard
from .source import Source
from .table_file import open_table

_ENOUGH_TO_DOUBT = 10  # figures, all of them between 0 and 1, where percentages are declared

_FAULTS = {
    "periode-illisible": "« {shown} » n’est pas une année",
    "valeur-illisible": "« {shown} » n’est pas un nombre",
    "valeur-demesuree": "« {shown} » dépasse toute grandeur plausible (1e15)",
    "valeur-negative": "« {shown} » : une quantité ne peut pas être négative",
    "pourcentage-hors-bornes": "« {shown} » n’est pas un pourcentage (entre 0 et 100)",
    "plus-que-le-tout": "« {shown} » : la partie dépasse le tout",
    "unite-inattendue": "l’unité est « {shown} », la fiche attend « {unit} »",
    "code-vide": "le code du territoire est vide",
    "code-inconnu": "« {shown} » n’est pas un code connu de la maille {grain}",
    "doublon": "« {shown} » : le même territoire revient la même année ({period})",
}


def read_declared(source: Source, fetched: FetchedSource, country: Country) -> Reading:
    """Read a table of figures into observations, by the `series` of its source.

    Raises
    ------
    SourceRefusedError
        When the file cannot be read, lacks a column, holds another unit than declared, or has more
        wrong rows than the source allows; the message tells the row and the column.
    """
    report = ValidationReport(source.slug)
    connection = connect()
    columns = dict.fromkeys(name for card in source.series for name in card.columns)
    open_table(connection, fetched.path, list(columns), report)
    report.check_total("lignes", report.n_rows, source.rows_between)
    load_country(connection, country)
    _load_known_codes(connection, country, source)
    connection.execute(_TABLES)
    for card in source.series:
        _declare(connection, card)
        if card.zero_throughout_is_missing:
            connection.execute(_FORGET_ZEROS, {"indicator": card.indicator})
    _judge_codes(connection)
    _report_faults(connection, source, report)
    _refuse_shares(connection, source, report)
    report.check_share(source.max_rejected_share)
    match_codes(connection, country)
    connection.execute(_OBSERVE)
    _note_unweighted(connection, report)
    report_codes(connection, report)
    report.check_share(source.max_rejected_share)
    _add_own_grains(connection, report)
    n_rows = add_larger_territories(connection, report)
    return Reading(
        source, fetched, report, observations=Observations(connection, "observations", n_rows)
    )


_TABLES = """
    CREATE TABLE judged (
        line BIGINT, declared TEXT, indicator TEXT, grain TEXT, period INTEGER, value DOUBLE,
        numerator DOUBLE, denominator DOUBLE, status TEXT, used_on DATE, fault TEXT,
        fault_column TEXT, shown TEXT, code_column TEXT, unit TEXT, is_empty BOOLEAN
    );
    CREATE MACRO number(text) AS
        try_cast(replace(regexp_replace(text, '[\\s\u00a0\u202f]', '', 'g'), ',', '.') AS DOUBLE);
    CREATE MACRO is_wild(figure) AS isinf(figure) OR abs(figure) > 1e15;
"""

_FORGET_ZEROS = """
    UPDATE judged SET is_empty = true FROM (
        SELECT declared AS place FROM judged WHERE indicator = $indicator AND fault IS NULL
        GROUP BY declared HAVING max(value) = 0
    ) WHERE indicator = $indicator AND declared = place
"""


def _load_known_codes(
    connection: duckdb.DuckDBPyConnection, country: Country, source: Source
) -> None:
    """Make `known` (grain, code, population), of the grains declared that the country holds."""
    grains = {card.grain for card in source.series} - {"COMMUNE"}
    rows = [(t.kind, t.code, t.population) for t in country.territories if t.kind in grains]
    columns = {"grain": "TEXT", "code": "TEXT", "population": "BIGINT"}
    load_rows(connection, "known", columns, rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(name: str) -> str:
    """Name a column, or an empty text when the card has none."""
    return _quoted(name) if name else "''"


def _declare(connection: duckdb.DuckDBPyConnection, card: SeriesCard) -> None:
    """Add the rows of one indicator to `judged`, each with its first fault and where it is."""
    connection.execute(
        "INSERT INTO rule VALUES (?, ?, ?)", [card.indicator, card.rule.value, card.factor]
    )
    kept = " AND ".join(
        [f"{_quoted(name)} = $where_{rank}" for rank, name in enumerate(card.where)] or ["true"]
    )
    hidden = card.suppressed_when
    is_hidden = (
        f"number({_quoted(hidden.column)}) BETWEEN {hidden.low!r} AND {hidden.high!r}"
        if hidden
        else "false"
    )
    main = card.value or card.numerator
    connection.execute(
        f"""
        INSERT INTO judged
        WITH cell AS (
            SELECT line, {_quoted(card.code)} AS declared,
                   {_cell(card.period) if card.period else repr(str(card.fixed_period))} AS year,
                   {_cell(main)} AS main, {_cell(card.denominator)} AS whole,
                   {_cell(card.unit_column)} AS unit, {is_hidden} AS is_hidden
            FROM file WHERE {kept}
        ), told AS (
            SELECT *, list_contains($missing, main)
                      OR ($is_ratio AND list_contains($missing, whole)) AS is_empty,
                   try_cast(year AS INTEGER) AS period, number(main) AS figure,
                   number(whole) AS base
            FROM cell WHERE NOT list_contains($ignored, declared)
        ), read AS (
            SELECT *,
                   list_contains($suppressed, main) OR (is_empty AND coalesce(is_hidden, false))
                       AS is_secret
            FROM told
        ), faulted AS (
            SELECT *, CASE
                WHEN declared = '' THEN 'code-vide'
                WHEN period IS NULL OR period NOT BETWEEN 1900 AND 2100 THEN 'periode-illisible'
                WHEN is_secret OR is_empty THEN NULL
                WHEN $unit != '' AND unit != $unit THEN 'unite-inattendue'
                WHEN figure IS NULL OR isnan(figure) THEN 'valeur-illisible'
                WHEN is_wild(figure) THEN 'valeur-demesuree'
                WHEN $is_ratio AND (base IS NULL OR isnan(base)) THEN 'valeur-illisible'
                WHEN $is_ratio AND is_wild(base) THEN 'valeur-demesuree'
                WHEN $scale != 'number' AND (figure < 0 OR base < 0)
                    AND ($scale != 'percent' OR $is_ratio) THEN 'valeur-negative'
                WHEN $is_ratio AND $scale = 'percent' AND figure > base THEN 'plus-que-le-tout'
                WHEN $scale = 'percent' AND NOT $is_ratio
                    AND (figure * $times < 0 OR figure * $times > 100)
                    THEN 'pourcentage-hors-bornes'
                END AS fault
            FROM read
        )
        SELECT line, declared, $indicator, $grain, period,
               CASE WHEN NOT $is_ratio AND NOT is_secret THEN figure * $times END,
               CASE WHEN $is_ratio AND NOT is_secret THEN figure END,
               CASE WHEN $is_ratio AND NOT is_secret THEN base END,
               CASE WHEN is_secret THEN $secret END, $codes_on::DATE, fault,
               CASE fault WHEN 'code-vide' THEN $code WHEN 'periode-illisible' THEN $period
                    WHEN 'unite-inattendue' THEN $unit_column
                    ELSE CASE WHEN $is_ratio AND (base IS NULL OR isnan(base) OR is_wild(base)
                                                  OR base < 0)
                              THEN $denominator ELSE $main END END,
               CASE fault WHEN 'periode-illisible' THEN year WHEN 'unite-inattendue' THEN unit
                    ELSE CASE WHEN $is_ratio AND (base IS NULL OR isnan(base) OR is_wild(base)
                                                  OR base < 0) THEN whole ELSE main END END,
               $code, $unit, is_empty AND NOT is_secret
        FROM faulted
        """,  # noqa: S608  (names of columns are quoted, values are bound)
        {
            **{f"where_{rank}": text for rank, text in enumerate(card.where.values())},
            "missing": list(card.missing), "suppressed": list(card.suppressed),
            "ignored": list(card.ignored_codes), "is_ratio": card.rule is Rule.RATIO,
            "unit": card.unit if card.unit_column else "", "scale": card.scale.value,
            "times": 1.0 if card.times is None else card.times, "indicator": card.indicator,
            "grain": card.grain, "secret": SUPPRESSED,
            "codes_on": None if card.codes_on is None else card.codes_on.isoformat(),
            "code": card.code, "period": card.period, "unit_column": card.unit_column,
            "denominator": card.denominator, "main": main,
        },
    )  # fmt: skip


def _judge_codes(connection: duckdb.DuckDBPyConnection) -> None:
    """Find the codes of no territory and the duplicates; make `declared`, of what has a figure.

    A grain that the country does not hold cannot be checked: its codes stand as they are. Those of
    communes are followed through time further on.
    """
    connection.execute(
        """
        UPDATE judged SET fault = 'code-inconnu', fault_column = code_column, shown = declared
        WHERE fault IS NULL AND grain IN (SELECT grain FROM known)
          AND (grain, declared) NOT IN (SELECT (grain, code) FROM known);

        UPDATE judged SET fault = 'doublon', fault_column = code_column, shown = declared
        FROM (SELECT indicator AS name, declared AS place, period AS year FROM judged
              WHERE fault IS NULL GROUP BY ALL HAVING count(*) > 1)
        WHERE fault IS NULL AND indicator = name AND declared = place AND period = year;

        CREATE TABLE declared AS
        SELECT line, declared, indicator, grain, period, value, numerator, denominator, status,
               used_on, fault
        FROM judged WHERE grain = 'COMMUNE' AND NOT is_empty
        """
    )


def _report_faults(
    connection: duckdb.DuckDBPyConnection, source: Source, report: ValidationReport
) -> None:
    """Set the wrong rows apart, each with its row and column; count what is empty or hidden."""
    ((report.n_rows, n_empty, n_hidden),) = connection.execute(
        "SELECT count(*), count(*) FILTER (is_empty AND fault IS NULL), "
        "count(*) FILTER (status IS NOT NULL AND fault IS NULL) FROM judged"
    ).fetchall()
    if n_empty:
        report.add(Severity.NOTE, "valeur-absente", "chiffre manquant", times=n_empty)
    if n_hidden:
        message = "chiffre couvert par le secret, ou trop peu nombreux pour être diffusé"
        report.add(Severity.NOTE, "valeur-secrete", message, times=n_hidden)
    for line, fault, column, shown, unit, grain, period in connection.execute(
        "SELECT line, fault, fault_column, shown, unit, grain, period FROM judged "
        "WHERE fault IS NOT NULL ORDER BY line"
    ).fetchall():
        message = _FAULTS[fault].format(shown=shown, unit=unit, grain=grain, period=period)
        report.set_apart(fault, message, row=line, column=column, value=shown)


def _refuse_shares(
    connection: duckdb.DuckDBPyConnection, source: Source, report: ValidationReport
) -> None:
    """Refuse a percentage whose figures are all shares of 1: another unit than declared."""
    for card in source.series:
        if card.scale is not Scale.PERCENT or card.rule is Rule.RATIO or card.times is not None:
            continue
        ((n, largest, n_inside, line),) = connection.execute(
            "SELECT count(*), max(value), count(*) FILTER (value > 0 AND value < 1), min(line) "
            "FROM judged WHERE indicator = ? AND value IS NOT NULL AND fault IS NULL",
            [card.indicator],
        ).fetchall()
        if n >= _ENOUGH_TO_DOUBT and largest <= 1 and n_inside:
            raise report.refuse(
                "unite-douteuse",
                f"« {card.indicator} » est en pourcentage, mais ses {n} chiffres sont tous entre "
                "0 et 1 : ce sont des parts. Déclarer « times = 100 » (ou « times = 1 » s’ils "
                "sont bien des pourcentages)",
                row=line,
                column=card.value,
            )


# A commune of today made of several ones of the file: counts add up; a mean would need the weight
# of each, which the file does not give.
_OBSERVE = """
    CREATE TABLE grouped AS
    SELECT m.indicator, m.code, m.period::INTEGER AS period, rule.rule, factor, count(*) AS n_parts,
           bool_or(status IS NOT NULL) AS is_hidden, sum(value) AS value,
           sum(numerator) AS numerator, sum(denominator) AS denominator
    FROM matched m JOIN rule USING (indicator) WHERE m.code IS NOT NULL
    GROUP BY m.indicator, m.code, m.period, rule.rule, factor;

    CREATE TABLE observations AS
    SELECT indicator, 'COMMUNE' AS grain, code, period,
           CASE WHEN is_hidden THEN NULL
                WHEN rule = 'RATIO' THEN factor * numerator / nullif(denominator, 0)
                ELSE value END::DOUBLE AS value,
           CASE WHEN NOT is_hidden THEN numerator END::DOUBLE AS numerator,
           CASE WHEN NOT is_hidden THEN denominator END::DOUBLE AS denominator,
           CASE WHEN is_hidden THEN 'SECRET' END AS status
    FROM grouped
    WHERE (rule IN ('SUM', 'RATIO') OR n_parts = 1)
      AND (is_hidden OR rule != 'RATIO' OR denominator > 0);

    INSERT INTO split_observations
    SELECT indicator, candidates, period, sum(value), sum(numerator), sum(denominator)
    FROM matched JOIN rule USING (indicator)
    WHERE candidates IS NOT NULL AND rule.rule IN ('SUM', 'RATIO')
    GROUP BY indicator, candidates, period HAVING count(status) = 0
"""


def _note_unweighted(connection: duckdb.DuckDBPyConnection, report: ValidationReport) -> None:
    """Count the communes that several ones have become, where no weight allows a mean."""
    for indicator, n in connection.execute(
        "SELECT indicator, count(*) FROM grouped "
        "WHERE rule NOT IN ('SUM', 'RATIO') AND n_parts > 1 GROUP BY 1 ORDER BY 1"
    ).fetchall():
        message = f"{indicator} : communes fusionnées depuis, sans poids pour leur moyenne"
        report.add(Severity.NOTE, "fusion-sans-poids", message, times=n)


def _add_own_grains(connection: duckdb.DuckDBPyConnection, report: ValidationReport) -> None:
    """Add the figures of the grains other than communes, and of France where they cover it."""
    connection.execute(
        f"""
        INSERT INTO observations
        SELECT indicator, grain, declared, period,
               CASE WHEN denominator IS NULL THEN value
                    ELSE factor * numerator / nullif(denominator, 0) END,
               numerator, denominator, status
        FROM judged JOIN rule USING (indicator)
        WHERE grain != 'COMMUNE' AND fault IS NULL AND NOT is_empty;

        INSERT INTO observations
        WITH own AS (
            SELECT o.*, rule.rule, factor, known.population
            FROM observations o JOIN rule USING (indicator)
            JOIN known ON known.grain = o.grain AND known.code = o.code
            WHERE o.grain NOT IN ('COMMUNE', '{FRANCE}') AND rule.rule != 'NONE'
              AND NOT (rule.rule = 'WEIGHTED_MEAN' AND o.status IS NOT NULL)
        ), whole AS (
            SELECT grain, sum(population) AS everyone FROM known GROUP BY grain
        )
        SELECT indicator, '{FRANCE}', '{FRANCE}', period,
               CASE WHEN count(status) > 0 THEN NULL
                    WHEN rule = 'RATIO' THEN factor * sum(numerator) / nullif(sum(denominator), 0)
                    WHEN rule = 'SUM' THEN sum(value)
                    ELSE round(fsum(value * own.population)
                               / nullif(sum(own.population), 0), 9) END,
               CASE WHEN count(status) = 0 THEN sum(numerator) END,
               CASE WHEN count(status) = 0 THEN sum(denominator) END, any_value(status)
        FROM own JOIN whole USING (grain)
        GROUP BY indicator, grain, period, rule, factor
        HAVING sum(own.population) >= {SMALLEST_COVERAGE} * any_value(everyone)
        """  # noqa: S608
    )
    ((n,),) = connection.execute(
        "SELECT count(*) FROM observations WHERE grain != 'COMMUNE' AND grain != ?", [FRANCE]
    ).fetchall()
    report.n_kept += n
