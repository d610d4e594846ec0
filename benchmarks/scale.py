"""The lake at full size: 35,000 communes × 200 indicators × 15 years, written by its own writer.

105 million observations, simulated, come as ten sources of twenty indicators, as real ones do.
"""

import argparse
import datetime as dt
import random
import resource
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import process_time

from benchmarks.rows import US, Row, percentiles, timed
from jalon.lake.catalogue import get_source
from jalon.lake.fetch import FetchedSource
from jalon.lake.parquetfile import connect
from jalon.lake.reading import Observations, Reading
from jalon.lake.report import ValidationReport
from jalon.lake.store import Lake
from tests.lake.small import small_country

N_COMMUNES, N_SOURCES, N_INDICATORS = 35_000, 10, 20
YEARS = range(2009, 2024)
REPEATS = 200


def measure() -> Iterator[Row]:
    """Write the lake, then ask it the three questions of the site."""
    with tempfile.TemporaryDirectory(prefix="jalon-scale-") as folder:
        lake = Lake(Path(folder) / "lake")
        country = small_country()
        seconds = [timed(partial(lake.store, read(i), country)) for i in range(N_SOURCES)]
        size = sum(path.stat().st_size for path in lake.root.rglob("*") if path.is_file())
        n = N_COMMUNES * N_SOURCES * N_INDICATORS * len(YEARS)
        note = f"{n / 1e6:.0f} M observations, {size / 1e6:.0f} MB on disk, two orders; of one: p50"
        yield Row(what="lake: write one source of 20", who=US, **percentiles(seconds), note=note)
        yield Row(what="lake: write everything", who=US, p50=sum(seconds), peak_mb=peak_mb())
        yield from questions(lake)


def read(source: int, *, changed: int = 0) -> Reading:
    """Make what reading one source of twenty indicators would give."""
    connection = connect()
    connection.execute(f"SELECT setseed({(source + changed) / 100})")
    connection.execute(
        """
        CREATE TABLE observations AS
        SELECT 'indicateur-' || (? + i) AS indicator, 'COMMUNE' AS grain,
               lpad(c::TEXT, 5, '0') AS code, y::INTEGER AS period,
               round(exp(6 + 2 * sin(c * 7.1 + i)) * (1 + 0.01 * (y - 2009)) *
                     (0.95 + 0.1 * random()), 1) AS value,
               NULL::DOUBLE AS numerator, NULL::DOUBLE AS denominator
        FROM range(?) AS indicators(i), range(?) AS communes(c), range(?, ?) AS years(y)
        """,
        [source * N_INDICATORS, N_INDICATORS, N_COMMUNES, YEARS.start, YEARS.stop],
    )
    slug = f"synthetique-{source}"
    declared = replace(get_source("population-communes"), slug=slug)
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    fetched = FetchedSource(slug, {}, f"{source}-{changed}", "synthétique", day)
    n_rows = N_INDICATORS * N_COMMUNES * len(YEARS)
    observations = Observations(connection, "observations", n_rows)
    return Reading(declared, fetched, ValidationReport(slug), observations=observations)


def questions(lake: Lake) -> Iterator[Row]:
    """Ask for a map, a territory and a series, each time another one."""
    drawn = random.Random(2026)  # noqa: S311  (which figures to ask for)

    def indicator() -> str:
        return f"indicateur-{drawn.randrange(N_SOURCES * N_INDICATORS)}"

    def code() -> str:
        return f"{drawn.randrange(N_COMMUNES):05}"

    asked: dict[str, Callable[[], object]] = {
        "lake: choropleth of 35,000 communes": lambda: lake.snapshot(
            indicator(), "COMMUNE", drawn.choice(YEARS)
        ),
        "lake: 200 indicators of one commune": lambda: lake.profile("COMMUNE", code()),
        "lake: one series": lambda: lake.series(indicator(), "COMMUNE", [code()]),
    }
    for what, ask in asked.items():
        first = timed(ask)
        before = process_time()
        again = [timed(ask) for _ in range(REPEATS)]
        cpu = (process_time() - before) / REPEATS
        note = f"no HTTP; {cpu * 1000:.1f} ms of CPU; the first time {first * 1000:.1f} ms"
        yield Row(what=what, who=US, **percentiles(again), peak_mb=peak_mb(), note=note)


def peak_mb() -> float:
    """Give the largest memory that this process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the measures, one per line."""
    argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__).parse_args()
    for row in measure():
        print(
            f"{row.what:<40} p50 {row.p50 * 1000:>9.1f} ms  p95 {(row.p95 or 0) * 1000:>9.1f} ms"
            f"  {row.peak_mb or 0:>6.0f} MB  {row.note}"
        )


if __name__ == "__main__":
    main()
