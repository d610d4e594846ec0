"""The site served as anybody would serve it, for browsers and benchmarks."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.homes import JALON, environment

SECONDS_TO_START = 60


class UnableToServeError(Exception):
    """The server stopped, or did not answer in time."""


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Run `jalon serve` on a free port until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = home / f"serve-{os.getpid()}.log"
    command = [JALON, "serve", "--port", str(port)]
    with log.open("w") as output:
        server = subprocess.Popen(command, env=environment(home), stdout=output, stderr=output)
    try:
        _wait_for(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.unlink()


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(address, timeout=SECONDS_TO_START):  # noqa: S310  (our own address)
                return
        except URLError:
            time.sleep(0.1)
    raise UnableToServeError(f"the server did not answer:\n{log.read_text()}")
