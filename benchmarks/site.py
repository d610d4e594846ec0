"""The site on the real data: import, evaluations, and the three answers people wait for."""

import json
import os
import random
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter

import duckdb
import httpx

from benchmarks import map as map_requests
from benchmarks.rows import US, Row, percentiles, timed
from tests.conftest import MIRROR, NO_MIRROR
from tests.homes import JALON, environment
from tests.serving import serving

TYPE_AHEAD = "type-ahead, as typed"
COMMUNE_PAGE = "page of a commune"
CHOROPLETH = "choropleth: one year, every commune"
ONE_COMMUNE = "API: one commune"
# The record gives requests a second from two connections, hence a mean, and the 95th percentile.
RECORDED_MEAN = "recorded, not rerun (data/api-geo/README.md); mean in place of p50"
NAMES = ("saint etienne", "beauvais", "la rochelle", "60000", "ajaccio", "villefranche", "2a004")
REPEATS = 200
YEARS = range(2014, 2025)


def measure() -> Iterable[Row]:
    """Measure the whole import and evaluations, then a served site; nothing without the mirror."""
    if not MIRROR.is_dir():
        print(NO_MIRROR)
        return
    with tempfile.TemporaryDirectory(prefix="jalon-bench-") as folder:
        home = Path(folder)
        yield whole("jalon ingest, everything", home, "ingest", "--mirror", str(MIRROR))
        yield whole("jalon ingest again, nothing to do", home, "ingest", "--mirror", str(MIRROR))
        yield whole("jalon evaluate, everything", home, "evaluate", "--format", "json")
        with serving(home) as address, httpx.Client(base_url=address, timeout=60) as client:
            yield from type_ahead(client, home)
            yield from commune_pages(client, home)
            yield from choropleths(client)
            yield from map_requests.measure(client)


def whole(what: str, home: Path, *arguments: str) -> Row:
    """Run a command in a process of its own: wall time, and memory of its largest process."""
    start = perf_counter()
    process = subprocess.Popen(
        [JALON, *arguments], env=environment(home), stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = perf_counter() - start
    note = "" if process.returncode == 0 else f"FAILED with exit code {process.returncode}"
    return Row(what=what, who=US, p50=seconds, peak_mb=used.ru_maxrss / 1024, note=note)


def type_ahead(client: httpx.Client, home: Path) -> Iterator[Row]:
    """Every prefix of a few names, from the second letter on; beside what a LIKE would cost."""
    typed = [name[:length] for name in NAMES for length in range(2, len(name) + 1)]
    ours = served(client, ["/recherche/suggestions/?q=" + text for text in typed])
    yield Row(what=TYPE_AHEAD, who=US, **percentiles(ours), note="HTTP on loopback")
    with closing(sqlite3.connect(home / "jalon.sqlite3")) as register:
        query = (
            "SELECT name, code FROM territories_territory WHERE name LIKE ? OR code LIKE ?"
            " ORDER BY population DESC LIMIT 10"
        )

        def scan(text: str) -> object:
            return register.execute(query, (f"%{text}%", f"{text}%")).fetchall()

        scans = [timed(partial(scan, text)) for text in typed]
    note = "query alone; finds neither “st etienne” nor “saint etienne”"
    yield Row(what=TYPE_AHEAD, who="SQL LIKE", **percentiles(scans), note=note)
    yield Row(what=TYPE_AHEAD, who="API Géo 2.5.3", p50=2 / 28, p95=0.129, note=RECORDED_MEAN)


def commune_pages(client: httpx.Client, home: Path) -> Iterator[Row]:
    """Pages and API answers of communes drawn at random, large and small."""
    with closing(sqlite3.connect(home / "jalon.sqlite3")) as register:
        rows = register.execute(
            "SELECT code FROM territories_territory WHERE kind = 'COMMUNE' ORDER BY code"
        )
        codes = [code for (code,) in rows]
    chosen = random.Random(2026).sample(codes, REPEATS)  # noqa: S311  (which pages to open)
    pages = served(client, [f"/territoires/commune/{code}/" for code in chosen])
    yield Row(what=COMMUNE_PAGE, who=US, **percentiles(pages), note="HTTP on loopback, no cache")
    answers = served(client, [f"/api/v1/communes/{code}" for code in chosen])
    yield Row(what=ONE_COMMUNE, who=US, **percentiles(answers), note="HTTP on loopback")
    yield Row(what=ONE_COMMUNE, who="API Géo 2.5.3", p50=2 / 5300, p95=0.003, note=RECORDED_MEAN)


def choropleths(client: httpx.Client) -> Iterator[Row]:
    """Values of every commune for one year, years in turn; beside DuckDB on the official file."""
    path = "/carte/valeurs/?indicateur=emploi-prive&maille=commune&annee="
    paths = [f"{path}{year}" for year in YEARS] * 5
    first = [timed(partial(fetch, client, f"{path}{year}")) for year in YEARS]
    yield Row(
        what=CHOROPLETH, who=US, **percentiles(served(client, paths)), note="HTTP on loopback"
    )
    file = MIRROR / "panels" / "urssaf_emploi_prive_2014_2024.parquet"
    query = (
        "SELECT code, eff_total FROM read_parquet(?) WHERE echelon = 'communes' AND year = ?"
        " ORDER BY code"
    )
    with closing(duckdb.connect()) as lake:
        lake.execute("SET threads = 1")

        def answer(year: int) -> object:
            return json.dumps(lake.execute(query, [str(file), year]).fetchall())

        peers = [timed(partial(answer, year)) for year in [*YEARS] * 5]
    yield Row(what=CHOROPLETH, who="DuckDB, official Parquet", **percentiles(peers), note="no HTTP")
    yield Row(what=f"{CHOROPLETH}, first time", who=US, **percentiles(first))


def served(client: httpx.Client, paths: Sequence[str]) -> list[float]:
    """Ask for each path once the server is warm; an error stops the measure."""
    fetch(client, paths[0])
    return [timed(partial(fetch, client, path)) for path in paths]


def fetch(client: httpx.Client, path: str) -> object:
    """Get one path, whole."""
    return client.get(path).raise_for_status()
