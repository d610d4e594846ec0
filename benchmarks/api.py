"""The API under load: API Géo's four requests with wrk, slow readers, tiles, type-ahead.

`wrk` shares the machine with the server, as it did for the record of API Géo. The CPU time of an
answer, which does not depend on what else the machine does, stands beside.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import httpx

from benchmarks.rows import US, Row, percentiles, timed
from benchmarks.site import NAMES
from tests.conftest import MIRROR, NO_MIRROR
from tests.homes import filled_home
from tests.serving import serving

NO_WRK = "wrk is not installed: `apt-get install wrk` (or `brew install wrk`), then run again"
SCRIPT = Path(__file__).with_name("wrk.lua")
SECONDS = 5
CONNECTIONS = (2, 16)
# The request, then what API Géo 2.5.3 answered on two connections: a second, 95th percentile.
RECORDED = {
    "communes?nom=saint-et&boost=population&limit=10": (28, 0.129),
    "departements/60/communes": (43, 0.063),
    "communes?codePostal=42000": (55, 0.050),
    "communes/60057": (5_300, 0.003),
}
ONE = "/api/v1/communes/60057"
LARGE = "/api/v1/series?indicateur=population&format=csv"
SLOW_READERS = 8
TYPISTS = 50
TILES = "/tuiles/territoires.pmtiles"


def measure() -> Iterable[Row]:
    """Measure a served site filled from the mirror; nothing without it, or without wrk."""
    if not MIRROR.is_dir():
        print(NO_MIRROR)
        return
    if shutil.which("wrk") is None:
        print(NO_WRK)
        return
    with serving(filled_home(MIRROR)) as address:
        yield from measure_site(address)


def measure_site(address: str) -> Iterator[Row]:
    """Measure the site served at an address by a child of this process."""
    for path, (a_second, p95) in RECORDED.items():
        for connections in CONNECTIONS:
            what = f"API: {path}, {connections} connections"
            yield under_load(what, address, [f"/api/v1/{path}"], connections)
            note = (
                f"{a_second} a second, recorded on 2 connections, not rerun; mean in place of p50"
            )
            if connections == CONNECTIONS[0]:
                yield Row(what=what, who="API Géo 2.5.3", p50=2 / a_second, p95=p95, note=note)
    yield from never_asked_twice(address)
    yield from beside_others(address)
    yield from tiles(address)
    typed = [name[:length] for name in NAMES for length in range(2, len(name) + 1)]
    paths = [f"/recherche/suggestions/?q={text.replace(' ', '%20')}" for text in typed]
    yield under_load(f"type-ahead, {TYPISTS} people at once", address, paths, TYPISTS)


def under_load(what: str, address: str, paths: Sequence[str], connections: int) -> Row:
    """Ask for paths in turn from some connections, as fast as they are answered."""
    for path in paths[:1]:
        httpx.get(address + path, timeout=60).raise_for_status()
    before = cpu_seconds()
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--timeout", "30s"]
    done = subprocess.run(
        [*command, "-s", SCRIPT, address, "--", *paths], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    cpu = (cpu_seconds() - before) / max(found["requests"], 1)
    note = f"{found['requests'] / found['seconds']:,.0f} a second; {cpu * 1000:.2f} ms of CPU each"
    if found["errors"]:
        note += f"; {found['errors']} ERRORS"
    return Row(what=what, who=US, p50=found["p50"], p95=found["p95"], peak_mb=peak_mb(), note=note)


def never_asked_twice(address: str) -> Iterator[Row]:
    """Ask for lists that no one asked before: what is kept in memory does not help."""
    codes = [f"{n:02}" for n in range(1, 96) if n != 20]
    lists = [
        f"/api/v1/departements/{code}/communes?limit={n}" for n in range(500, 600) for code in codes
    ]
    random.Random(2026).shuffle(lists)  # noqa: S311  (which pages to ask for)
    yield under_load("API: communes of a département, never asked", address, lists[:6_000], 2)


def beside_others(address: str) -> Iterator[Row]:
    """Ask for one commune while others read slowly, or type."""
    with slow_readers(address):
        yield under_load(f"API: one commune, beside {SLOW_READERS} slow readers", address, [ONE], 2)
    typing = [
        f"{address}/api/v1/communes?nom={name[:3]}&limit={n}"
        for n in range(1, 200)
        for name in NAMES
    ]
    stop = threading.Event()

    def type_ahead() -> None:
        with httpx.Client(timeout=60) as client:
            for url in typing * 50:
                if stop.is_set():
                    return
                client.get(url)

    typist = threading.Thread(target=type_ahead)
    typist.start()
    try:
        yield under_load("API: one commune, beside one type-ahead client", address, [ONE], 2)
    finally:
        stop.set()
        typist.join()


@contextmanager
def slow_readers(address: str) -> Iterator[None]:
    """Open some large answers and read 20 kB a second of each."""
    host, _, port = address.removeprefix("http://").partition(":")
    stop = threading.Event()

    def read_slowly(connection: socket.socket) -> None:
        while not stop.wait(0.2) and connection.recv(4_096):
            pass

    with ExitStack() as opened:
        readers = []
        for _ in range(SLOW_READERS):
            connection = opened.enter_context(socket.create_connection((host, int(port)), 60))
            connection.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            readers.append(threading.Thread(target=read_slowly, args=(connection,)))
            readers[-1].start()
        sleep(1)
        try:
            yield
        finally:
            stop.set()
            for reader in readers:
                reader.join()


def tiles(address: str) -> Iterator[Row]:
    """Ask for pieces of the archive of tiles, as a map does."""
    drawn = random.Random(2026)  # noqa: S311  (which pieces to ask for)
    with httpx.Client(base_url=address, timeout=60) as client:
        head = client.get(TILES, headers={"Range": "bytes=0-16383"}).raise_for_status()
        size = int(head.headers["Content-Range"].rpartition("/")[2])
        seconds = []
        for _ in range(300):
            first = drawn.randrange(size - 40_000)
            asked = {"Range": f"bytes={first}-{first + drawn.randrange(2_000, 40_000)}"}
            seconds.append(timed(lambda asked=asked: client.get(TILES, headers=asked)))
    note = f"HTTP on loopback, pieces of 2 to 40 kB of {size / 1e6:.0f} MB"
    yield Row(what="tiles: one piece", who=US, **percentiles(seconds), note=note)


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from _descendants(int(child))


def cpu_seconds() -> float:
    """Give the processor time of the processes started by this one that still run."""
    ticks = 0
    for pid in _descendants(os.getpid()):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_mb() -> float | None:
    """Give the largest memory that one of them held."""
    peaks = [
        int(line.split()[1])
        for pid in _descendants(os.getpid())
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return max(peaks) / 1024 if peaks else None


def main() -> None:
    """Print the measures, one per line."""
    argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__).parse_args()
    for row in measure():
        print(
            f"{row.what:<66} {row.who:<14} p50 {row.p50 * 1000:>7.1f} ms  "
            f"p95 {(row.p95 or 0) * 1000:>7.1f} ms  {row.peak_mb or 0:>5.0f} MB  {row.note}"
        )


if __name__ == "__main__":
    main()
