"""The causal engine on a national panel, cold, beside csdid and diff-diff.

35,000 units × 12 years, 2,000 treated in 5 cohorts, 1,250 clusters: 55 effects by cohort and
year and the event study, 999 draws, one BLAS thread. Cold: arrays in memory, first estimation
of a new process, no plan kept; imports apart. One process per measure.
"""

# Each process imports only the engine it measures.
# ruff: noqa: PLC0415

import argparse
import json
import os
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.rows import US, Row, percentiles

YEARS = np.arange(2010, 2022)
COHORTS = (2014, 2015, 2016, 2017, 2018)
N_UNITS, N_TREATED, N_CLUSTERS, DRAWS = 35_000, 2_000, 1_250, 999
COVARIATES = ("x1", "x2", "x3")
METHODS = {"means": "no covariate", "dr": "doubly robust, 3 covariates"}
INDICATORS = (1, 10)
# The slowest measures are made once.
REPEATS = {US: 5, "csdid": 1, "diff-diff": 1}

Table = dict[str, Any]
Answer = list[list[dict[str, float]]]


def simulate(n_indicators: int) -> Table:
    """Draw the panel, as long arrays sorted by unit and year."""
    rng = np.random.default_rng(20180327)
    x = rng.standard_normal((N_UNITS, len(COVARIATES)))
    score = x @ [0.4, -0.3, 0.2] + rng.gumbel(size=N_UNITS)
    cohort = np.zeros(N_UNITS, dtype=np.int64)
    cohort[np.argsort(-score)[:N_TREATED]] = rng.choice(COHORTS, N_TREATED)
    cluster = rng.integers(0, N_CLUSTERS, N_UNITS)
    elapsed = YEARS - np.where(cohort, cohort, 9999)[:, None]
    table: Table = {
        "unit": np.repeat(np.arange(N_UNITS), len(YEARS)),
        "year": np.tile(YEARS, N_UNITS),
        "cohort": np.repeat(cohort, len(YEARS)),
        "cluster": np.repeat(cluster, len(YEARS)),
    }
    for name, values in zip(COVARIATES, x.T, strict=True):
        table[name] = np.repeat(values, len(YEARS))
    for i in range(n_indicators):
        level = 7 + rng.standard_normal((N_UNITS, 1)) + x[:, :1]
        shocks = rng.standard_normal((N_CLUSTERS, len(YEARS)))[cluster] * 0.02
        noise = rng.standard_normal((N_UNITS, len(YEARS))) * 0.1
        trend = 0.01 * (1 + x[:, :1]) * (YEARS - YEARS[0])
        effect = np.where(elapsed >= 0, 0.02 + 0.005 * elapsed, 0.0)
        table[f"indicator_{i}"] = (level + trend + effect + shocks + noise).ravel()
    return table


def prepare_jalon(table: Table, method: str, n: int) -> Callable[[], Answer]:
    """Give what estimates all indicators with Jalon."""
    from jalon.causal import Columns, Options, Panel, estimate_all

    columns = Columns(
        unit="unit",
        period="year",
        cohort="cohort",
        outcomes=tuple(f"indicator_{i}" for i in range(n)),
        covariates=COVARIATES if method == "dr" else (),
        cluster="cluster",
    )

    def estimate() -> Answer:
        results = estimate_all(Panel.from_table(table, columns), Options(draws=DRAWS))
        return [
            [{"att": c.estimate.att or 0.0, "se": c.estimate.se or 0.0} for c in result.att_gt]
            for result in results.values()
        ]

    return estimate


def prepare_csdid(table: Table, method: str, n: int) -> Callable[[], Answer]:
    """Give what estimates all indicators with csdid."""
    import pandas as pd
    from csdid.att_gt import ATTgt

    frame = pd.DataFrame(table)

    def one(outcome: str) -> list[dict[str, float]]:
        estimator = ATTgt(
            yname=outcome, tname="year", idname="unit", gname="cohort", data=frame,
            control_group="nevertreated", clustervar="cluster", cband=True, biters=DRAWS,
            xformla=f"{outcome} ~ {' + '.join(COVARIATES) if method == 'dr' else '1'}",
        ).fit(est_method="dr", bstrap=True)  # fmt: skip
        estimator.aggte(typec="dynamic")
        cells = zip(estimator.results["att"], estimator.results["se"], strict=True)
        return [{"att": float(att), "se": float(se)} for att, se in cells]

    return lambda: [one(f"indicator_{i}") for i in range(n)]


def prepare_diff_diff(table: Table, method: str, n: int) -> Callable[[], Answer]:
    """Give what estimates all indicators with diff-diff."""
    import pandas as pd
    from diff_diff import CallawaySantAnna

    frame = pd.DataFrame(table)

    def one(outcome: str) -> list[dict[str, float]]:
        fitted = CallawaySantAnna(
            estimation_method="dr", cluster="cluster", n_bootstrap=DRAWS, seed=1
        ).fit(
            frame, outcome=outcome, unit="unit", time="year", first_treat="cohort",
            covariates=list(COVARIATES) if method == "dr" else None,
        )  # fmt: skip
        fitted.aggregate("event_study")
        effects = fitted.group_time_effects
        return [
            {"att": float(effects[cell]["effect"]), "se": float(effects[cell]["se"])}
            for cell in sorted(effects)
        ]

    return lambda: [one(f"indicator_{i}") for i in range(n)]


ENGINES: dict[str, Callable[[Table, str, int], Callable[[], Answer]]] = {
    US: prepare_jalon,
    "csdid": prepare_csdid,
    "diff-diff": prepare_diff_diff,
}


def work(who: str, method: str, n: int) -> None:
    """Measure one estimation in this process and print it."""
    table = simulate(n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = perf_counter()
        estimate = ENGINES[who](table, method, n)
        imported = perf_counter()
        answer = estimate()
        ended = perf_counter()
    print(
        json.dumps(
            {
                "seconds": ended - imported,
                "import_seconds": imported - start,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "answer": answer,
            }
        )
    )


def spawn(who: str, method: str, n: int) -> dict[str, Any]:
    """Measure one estimation in a process of its own."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.causal_panel", "--work", who, method, str(n)],
        capture_output=True, text=True, check=True, env={**os.environ, **threads},
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure() -> Iterator[Row]:
    """Yield one row per engine, method and number of indicators."""
    for row in compare():
        yield Row(
            what=f"causal, {row['method']}, {row['indicators']} indicator(s)",
            who=row["who"],
            p50=row["p50"],
            p95=row["p95"],
            peak_mb=row["peak_mb"],
            note=(
                f"imports {row['import_seconds']:.2f} s; effects agree within {row['att_gap']:.0e},"
                f" bootstrap errors within {row['se_gap']:.1%} (median)"
            ),
        )


def compare(engines: tuple[str, ...] = tuple(ENGINES)) -> Iterator[dict[str, Any]]:
    """Yield each measure with its ratio to ours and its agreement with our answer."""
    for method, title in METHODS.items():
        for n in INDICATORS:
            ours: dict[str, Any] = {}
            for who in engines:
                runs = [spawn(who, method, n) for _ in range(REPEATS[who])]
                row: dict[str, Any] = percentiles([run["seconds"] for run in runs])
                row |= {"who": who, "method": title, "indicators": n}
                row |= {"peak_mb": runs[0]["peak_mb"], "import_seconds": runs[0]["import_seconds"]}
                answer = {key: column(runs[0]["answer"], key) for key in ("att", "se")}
                ours = ours or {"p50": row["p50"], **answer}
                row["ratio"] = row["p50"] / ours["p50"]
                row["att_gap"] = float(np.abs(answer["att"] - ours["att"]).max())
                row["se_gap"] = float(np.median(np.abs(answer["se"] / ours["se"] - 1)))
                yield row


def column(answer: Answer, key: str) -> Any:
    """Gather one figure of every cell of every indicator."""
    return np.array([[cell[key] for cell in indicator] for indicator in answer])


def main() -> None:
    """Print the measures, as JSON or one per line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.causal_panel", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--engine", action="append", choices=list(ENGINES))
    parser.add_argument("--work", nargs=3, metavar=("ENGINE", "METHOD", "N"))
    asked = parser.parse_args()
    if asked.work:
        who, method, n = asked.work
        work(who, method, int(n))
        return
    rows = list(compare(tuple(asked.engine or ENGINES)))
    if asked.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(
            f"{row['method']:<28} {row['indicators']:>3} {row['who']:<10} {row['p50']:>9.4f} s"
            f" {row['peak_mb']:>6.0f} MB  ×{row['ratio']:<7.1f} att {row['att_gap']:.0e}"
            f"  se {row['se_gap']:.1%}"
        )


if __name__ == "__main__":
    main()
