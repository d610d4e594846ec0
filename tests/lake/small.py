"""A country of a few real communes, and small files of the official shapes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from jalon.lake import catalogue
from jalon.lake.codes import CodeBook, Movement
from jalon.lake.country import Country, MembershipRow, TerritoryRow
from jalon.lake.fetch import FetchedSource
from jalon.lake.source import Source

# code, name, SIREN, population, EPCI, département, région
COMMUNES = (
    ("01004", "Ambérieu-en-Bugey", "210100046", 15_000, "240100883", "01", "84"),
    ("01033", "Valserhône", "200083863", 16_000, "240100883", "01", "84"),
    ("69123", "Lyon", "216901231", 520_000, "200046977", "69", "84"),
    ("85084", "Essarts en Bocage", "200054781", 6_000, "200023778", "85", "52"),
    ("85165", "L’Oie", "218501658", 1_200, "200023778", "85", "52"),
    ("85191", "La Roche-sur-Yon", "218501914", 55_000, "248500589", "85", "52"),
    ("97608", "Mamoudzou", "200008847", 71_000, "200060465", "976", "06"),
)
MOVEMENTS = (
    # Valserhône: a merger that keeps none of the codes but one.
    Movement(date(2019, 1, 1), "01033", "01033"),
    Movement(date(2019, 1, 1), "01091", "01033"),
    # Essarts en Bocage: merged in 2016, split in 2024.
    Movement(date(2016, 1, 1), "85084", "85084"),
    Movement(date(2016, 1, 1), "85165", "85084"),
    Movement(date(2024, 1, 1), "85084", "85084"),
    Movement(date(2024, 1, 1), "85084", "85165"),
)


def small_country(**changes: object) -> Country:
    """Build seven communes of four départements; `changes` go to its CodeBook."""
    territories = [
        TerritoryRow("FRANCE", "FRANCE", "France"),
        TerritoryRow("ARRONDISSEMENT_MUNICIPAL", "69381", "Lyon 1er Arrondissement"),
    ]
    memberships = []
    seen: set[tuple[str, str]] = set()
    for code, name, siren, population, epci, departement, region in COMMUNES:
        territories.append(TerritoryRow("COMMUNE", code, name, siren, population=population))
        for kind, parent in (("EPCI", epci), ("DEPARTEMENT", departement), ("REGION", region)):
            memberships.append(MembershipRow("COMMUNE", code, kind, parent))
            if (kind, parent) not in seen:
                seen.add((kind, parent))
                territories.append(TerritoryRow(kind, parent, f"{kind} {parent}"))
    book = CodeBook(
        current=frozenset(code for code, *_ in COMMUNES),
        arrondissements={"69381": "69123", "69382": "69123"},
        former={"01091": "01033"},
        movements=MOVEMENTS,
    )
    codes = replace(book, **changes)
    return Country(tuple(territories), tuple(memberships), codes, "empreinte")


def small_source(slug: str, **changes: object) -> Source:
    """Give a declared source that accepts small files."""
    anything = {"rows_between": (0, 10**9), "live_rows_between": None, "total_between": None}
    return replace(catalogue.get_source(slug), **{**anything, **changes})


def fetched(slug: str, *paths: Path) -> FetchedSource:
    """Pretend that these files were found in a mirror."""
    names = {"source": paths[0]} if len(paths) == 1 else {path.stem: path for path in paths}
    return FetchedSource(slug, names, f"sha-{slug}", "miroir", datetime(2026, 11, 23, tzinfo=UTC))


def write_csv(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """Write the lines of a CSV file."""
    path = folder / "liste.csv"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def write_parquet(folder: Path, columns: str, rows: Iterable[tuple[object, ...]]) -> Path:
    """Write rows as a Parquet file with the columns declared in SQL."""
    path = folder / "series.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE file ({columns})")
        rows = list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO file VALUES ({marks})", rows)  # noqa: S608
        connection.table("file").write_parquet(str(path))
    return path
