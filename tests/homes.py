"""A JALON_HOME filled by the product itself, made once and kept between runs."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".pytest_cache" / "homes"
_held: list[IO[str]] = []  # locks that say that a home is being read, until this process ends
JALON = Path(sys.executable).with_name("jalon")


class UnableToRunJalonError(Exception):
    """The console script ended with an error."""


def run_jalon(*arguments: str, home: Path, timeout: float = 900) -> str:
    """Run `jalon ARGUMENTS` in a home and give what it printed."""
    done = subprocess.run(
        [JALON, *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        said = f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        raise UnableToRunJalonError(f"jalon {' '.join(arguments)}: {done.returncode}\n{said}")
    return done.stdout


def environment(home: Path) -> dict[str, str]:
    """Give the environment of a site of its own: its home, SQLite, the real settings."""
    set_apart = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in set_apart}
    return {**kept, "JALON_HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}


def filled_home(mirror: Path | None) -> Path:
    """Give a home holding everything `jalon demo` makes; it is read, never written.

    Made anew when a line of code or a file of the mirror changes; xdist workers wait for one
    another. Without a mirror it holds the simulated scenario.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    home = KEPT / _fingerprint(mirror)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _held.append(_lock_of(home))
        fcntl.flock(_held[-1], fcntl.LOCK_SH)
        if not (home / "complete").exists():
            _remove_those_not_read()
            data = ["--mirror", str(mirror)] if mirror else ["--simulated"]
            run_jalon("demo", *data, "--no-serve", home=home)
            (home / "complete").touch()
    return home


def _lock_of(home: Path) -> IO[str]:
    return home.with_suffix(".lock").open("w")


def _remove_those_not_read() -> None:
    for former in KEPT.glob("*/"):
        with _lock_of(former) as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(former)


def _fingerprint(mirror: Path | None) -> str:
    digest = hashlib.sha256()
    code = [p for p in (ROOT / "src").rglob("*") if p.suffix in {".py", ".toml"}]
    for path in [*sorted(code), ROOT / "package-lock.json"]:
        digest.update(path.read_bytes())
    for path in sorted(mirror.rglob("*")) if mirror else []:
        digest.update(f"{path.relative_to(mirror)} {path.stat().st_size}".encode())
    return digest.hexdigest()[:16]
