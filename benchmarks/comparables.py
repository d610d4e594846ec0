"""The nearest of every commune, beside an exhaustive search in numpy.

35,000 communes on seven variables, 20 neighbours each, drawn with the shape of the real ones:
sizes and jobs with long tails, nine classes, one commune in a hundred lacking its turnout. One
process per measure; points are in memory, already standardised.
"""

# Django is set up first, in the process that measures.
# ruff: noqa: PLC0415

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import django
import numpy as np

from benchmarks.rows import US, Row, percentiles

N, COUNT, CHUNK = 35_000, 20, 500
WHAT = "20 comparables of 35,000 communes"
ONE = "comparables of one commune, other weights"
REPEATS = {US: 3, "numpy, exhaustive": 1}

Answer = np.ndarray[Any, Any]


def draw() -> Any:
    """Draw the communes as points."""
    from jalon.indicators.comparables import RURALITIES, Measures, standardise

    rng = np.random.default_rng(20261124)
    size = rng.lognormal(6.2, 1.3, N)
    turnout = rng.normal(78, 5, N)
    turnout[rng.random(N) < 0.01] = np.nan
    values = {
        "taille": size,
        "densite": size**0.8 * rng.lognormal(-1.5, 0.8, N),
        "ruralite": np.eye(len(RURALITIES))[rng.integers(len(RURALITIES), size=N)],
        "centralite": np.clip(np.log(size) - 7 + rng.normal(size=N), 0, 4).round(),
        "croissance": rng.normal(0.2, 1.0, N),
        "emploi": rng.lognormal(2.2, 1.0, N),
        "participation": turnout,
    }
    codes = np.array([f"{n:05}" for n in range(N)])
    return standardise(Measures("COMMUNE", codes, values))


def search_with_jalon(space: Any) -> Answer:
    """Search as the ingest does."""
    from jalon.indicators.comparables import EQUAL_WEIGHTS, all_nearest

    return all_nearest(space, EQUAL_WEIGHTS, COUNT).distances


def _matrix(space: Any) -> Answer:
    """Put the points in one matrix, a missing figure being a median: no peer knows of any."""
    return np.nan_to_num(np.hstack(list(space.columns.values())) / np.sqrt(len(space.columns)))


def search_with_numpy(space: Any) -> Answer:
    """Compute every distance, a block of communes at a time."""
    points = _matrix(space)
    squares = (points**2).sum(axis=1)
    found = np.empty((N, COUNT))
    for start in range(0, N, CHUNK):
        block = points[start : start + CHUNK]
        far = squares[start : start + CHUNK, None] + squares - 2 * block @ points.T
        near = np.partition(far, COUNT, axis=1)[:, : COUNT + 1]
        found[start : start + CHUNK] = np.sqrt(np.maximum(np.sort(near, axis=1)[:, 1:], 0))
    return found


ENGINES: dict[str, Callable[[Any], Answer]] = {
    US: search_with_jalon,
    "numpy, exhaustive": search_with_numpy,
}


def work(who: str) -> None:
    """Measure one search in this process and print it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
    django.setup()
    space = draw()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = perf_counter()
    distances = ENGINES[who](space)
    seconds = perf_counter() - start
    complete = ~np.isnan(space.columns["participation"][:, 0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "seconds": seconds,
                "peak_mb": peak / 1024,
                "more_mb": (peak - before) / 1024,
                # Of those that lack nothing: no peer knows how to leave a missing figure out.
                "mean": float(np.median(distances[complete, 0])),
                "one": one_with_other_weights(space) if who == US else [],
            }
        )
    )


def one_with_other_weights(space: Any) -> list[float]:
    """Time the answer to a reader who changes the weights."""
    from jalon.indicators.comparables import nearest

    weights = {"taille": 2.0, "ruralite": 1.0, "emploi": 3.0, "participation": 1.0}
    seconds = []
    for place in range(0, N, N // 200):
        start = perf_counter()
        nearest(space, place, weights, COUNT)
        seconds.append(perf_counter() - start)
    return seconds


def measure() -> Iterator[Row]:
    """Yield one row per engine, then one for a single commune."""
    one: list[float] = []
    for who, repeats in REPEATS.items():
        runs = [_spawn(who) for _ in range(repeats)]
        one = one or runs[0]["one"]
        yield Row(
            what=WHAT,
            who=who,
            peak_mb=max(run["peak_mb"] for run in runs),
            note=f"nearest at {runs[0]['mean']:.4f} (median); {runs[0]['more_mb']:.0f} MB more",
            **percentiles([run["seconds"] for run in runs]),
        )
    yield Row(what=ONE, who=US, **percentiles(one))


def _spawn(who: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.comparables", "--work", who],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparables")
    parser.add_argument("--work", choices=ENGINES, required=True)
    work(parser.parse_args().work)
