"""Run a command with DATABASE_URL on a throw-away PostgreSQL: `python -m tests.postgres pytest`.

The cluster lives in a temporary folder, answers on a socket of its own and is removed at the end;
it is not made to survive a crash, which is why it starts in a second.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

HOW_TO_INSTALL = "apt-get install postgresql"
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def main(command: list[str]) -> int:
    """Run the command on PostgreSQL and give its exit code; say how to install it if missing."""
    binaries = find_binaries()
    if binaries is None:
        print(f"SKIPPED: tests on PostgreSQL (not found; install it with: {HOW_TO_INSTALL})")
        return 0
    with throw_away_cluster(binaries) as url:
        print("PostgreSQL:", " ".join(command), flush=True)
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


def find_binaries() -> Path | None:
    """Give the folder that holds initdb and pg_ctl: Debian's newest, else the one in the PATH."""
    debian = Path("/usr/lib/postgresql")
    versions = sorted(debian.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def throw_away_cluster(binaries: Path) -> Iterator[str]:
    """Start a cluster, give its address, stop and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="jalon-pg-"))
    data = folder / "data"
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner = ["runuser", "-u", "postgres", "--"]
    # Only its own folder can reach the socket, and no address is listened to.
    options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    options += "".join(f" -c {setting}" for setting in NOT_DURABLE)
    initdb = [binaries / "initdb", "--no-sync", "--auth=trust", "--username=jalon"]
    pg_ctl = [*as_owner, binaries / "pg_ctl", "--silent", "-w", "-D", data]
    try:
        _run([*as_owner, *initdb, "--encoding=UTF8", "--locale=C.UTF-8", "-D", data], folder)
        _run([*pg_ctl, "-l", folder / "log", "-o", options, "start"], folder)
        try:
            yield f"postgres://jalon@{quote(str(folder), safe='')}/postgres"
        finally:
            _run([*pg_ctl, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str | Path], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
