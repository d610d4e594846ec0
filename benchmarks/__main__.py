"""`make bench`: measure everything, print one table, keep it as JSON in benchmarks/results/."""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import api, causal_panel, comparables, scale, site
from benchmarks.rows import US, Row

RESULTS = Path(__file__).parent / "results"
PARTS: dict[str, Callable[[], Iterable[Row]]] = {
    "causal": causal_panel.measure,
    "comparables": comparables.measure,
    "site": site.measure,
    "api": api.measure,
    "scale": scale.measure,
}


def main() -> None:
    """Run the parts asked for (all by default)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    asked = parser.parse_args().parts or list(PARTS)
    if unknown := set(asked) - set(PARTS):
        parser.error(f"unknown part: {', '.join(sorted(unknown))} (known: {', '.join(PARTS)})")
    console = Console(width=None if Console().is_terminal else 150)
    rows: list[Row] = []
    for part in asked:
        for row in PARTS[part]():
            console.print(f"[dim]{row.what} · {row.who} · {row.p50:.4g} s[/dim]", highlight=False)
            rows.append(row)
    console.print(as_table(rows))
    console.print(f"JSON: {keep(rows)}", highlight=False)


def as_table(rows: list[Row]) -> Table:
    """Lay the rows out, each peer with how many times longer it took than we did."""
    ours = {row.what: row.p50 for row in rows if row.who == US}
    table = Table(
        title=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    for name in ("what", "who"):
        table.add_column(name, overflow="fold")
    for name in ("p50", "p95", "peak MB", "× ours"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("note", overflow="fold")
    previous = ""
    for row in rows:
        is_peer = row.who != US and row.what in ours
        table.add_row(
            row.what if row.what != previous else "",
            row.who,
            duration(row.p50),
            duration(row.p95),
            "" if row.peak_mb is None else f"{row.peak_mb:.0f}",
            f"{row.p50 / ours[row.what]:.1f}" if is_peer else "",
            row.note,
        )
        previous = row.what
    return table


def duration(seconds: float | None) -> str:
    """Write seconds with three figures, in ms below one second."""
    if seconds is None:
        return ""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def keep(rows: list[Row]) -> Path:
    """Write the rows with what is needed to compare them later, and give the file."""
    now = datetime.now(UTC)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    content = {
        "measured_at": now.isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rows": [asdict(row) for row in rows],
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1))
    return path


if __name__ == "__main__":
    main()
