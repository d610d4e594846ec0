"""The files of the current generation of a lake: which they are, and asking one of them."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from .derived import Derived
from .manifest import Manifest, StoredDerived, StoredSource
from .parquetfile import connect
from .source import Source


@dataclass(frozen=True)
class LakeStatus:
    """What the lake holds."""

    is_simulated: bool
    is_empty: bool
    n_observations: int
    n_bytes: int
    sources: dict[str, StoredSource]


@cache
def database() -> duckdb.DuckDBPyConnection:
    """Open the one in-memory DuckDB of this process; each call works on a cursor of its own.

    One thread: answers are so short that a second one only costs (a map: 10 ms against 21 of CPU).
    """
    connection = connect()
    connection.execute("SET threads = 1")
    connection.execute("SET parquet_metadata_cache = true")
    return connection


def _is_whole(path: Path) -> bool:
    """Compare a file with the print of its content that its name bears."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stem.endswith(digest[:16])


class LakeFiles:
    """The current generation of a lake, read afresh whenever its manifest is replaced.

    Parameters
    ----------
    root
        Folder of the lake. Opening creates nothing: a lake that does not exist answers empty.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._stamp: tuple[int, int] | None = None
        self._manifest = Manifest()

    @property
    def manifest_path(self) -> Path:
        """Where the manifest of the current generation is."""
        return self.root / "manifest.json"

    @property
    def manifest(self) -> Manifest:
        """The manifest of the current generation."""
        try:
            found = self.manifest_path.stat()
        except FileNotFoundError:
            self._stamp, self._manifest = None, Manifest()
            return self._manifest
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._manifest, self._stamp = Manifest.read(self.manifest_path), stamp
        return self._manifest

    def status(self) -> LakeStatus:
        """Say what the lake holds."""
        manifest = self.manifest
        sizes = [
            path.stat().st_size
            for name in manifest.file_names()
            if (path := self._path(name)).is_file()
        ]
        return LakeStatus(
            manifest.is_simulated,
            not manifest.sources,
            sum(stored.n_observations for stored in manifest.sources.values()),
            sum(sizes),
            dict(manifest.sources),
        )

    def holds(self, source: Source, sha256: str, inputs: str) -> bool:
        """Say whether a source is there whole, read the same way from the same file and codes."""
        stored = self.manifest.sources.get(source.slug)
        if stored is None or (stored.sha256, stored.reader, stored.inputs) != (
            sha256,
            source.reader,
            inputs,
        ):
            return False
        return not self.damaged_files(source.slug)

    def damaged_files(self, slug: str) -> list[str]:
        """Name the files of a source or product that are lost, or not what their name says.

        The whole lake (39 MB) is read in a tenth of a second.
        """
        manifest = self.manifest
        stored = manifest.sources.get(slug) or manifest.derived.get(slug)
        names = sorted(stored.files.values()) if stored else []
        return [name for name in names if not _is_whole(self._path(name))]

    def derived(self, product: Derived) -> StoredDerived | None:
        """Give a derived product as it is held, up to date or not; None when it never was made."""
        return self.manifest.derived.get(product.slug)

    def is_current(self, product: Derived) -> bool:
        """Say whether a derived product is there whole, made from what the lake holds now."""
        stored = self.derived(product)
        if stored is None or stored.inputs != product.inputs(self.manifest):
            return False
        return not self.damaged_files(product.slug)

    def columns(self, use: str) -> dict[str, NDArray[Any]]:
        """Give a whole derived table as arrays by column; empty when there is none."""
        files = self._files(use)
        return self._arrays("SELECT * FROM read_parquet(?)", files) if files else {}

    def rows(self, query: str, use: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask a query of the file of one use, its first parameter; none when there is no file."""
        return self._rows(query, self._files(use), *values)

    def paths(self, use: str) -> list[str]:
        """Give the files of one use, to be read as they are."""
        return self._files(use)

    def _path(self, name: str) -> Path:
        return self.root / "files" / name

    def _files_of_outlines(self) -> list[str]:
        return [*self._files("outlines"), *self._files("outlines/")]

    def _files(self, use: str, indicator: str | None = None) -> list[str]:
        """Give the paths of the files of one use; with an indicator, those of its source only."""
        return [
            str(self._path(name))
            for files in self.manifest.all_files()
            if indicator is None or f"series/{indicator}" in files
            for key, name in files.items()
            if key == use or (use.endswith("/") and key.startswith(use))
        ]

    def _files_by_code(self, codes: Sequence[str], indicator: str | None = None) -> list[str]:
        """Give the paths of the files sorted by code that may hold one of these codes.

        A large source has several, each named by the first code it may hold.
        """
        chosen = []
        for stored in self.manifest.sources.values():
            if indicator is not None and f"series/{indicator}" not in stored.files:
                continue
            parts = sorted(
                (key.removeprefix(f"by-code/{stored.slug}").removeprefix("/"), name)
                for key, name in stored.files.items()
                if key.startswith("by-code/")
            )
            firsts = [first for first, _ in parts]
            places = {bisect_right(firsts, code) - 1 for code in codes} if parts else set()
            chosen += [str(self._path(parts[place][1])) for place in sorted(places)]
        return chosen

    def _rows(self, query: str, files: list[str], *values: object) -> list[Any]:
        if not files:
            return []
        return database().cursor().execute(query, [files, *values]).fetchall()

    def _arrays(self, query: str, files: list[str], *values: object) -> dict[str, NDArray[Any]]:
        if not files:
            empty = np.array([], dtype=np.int64)
            return {"code": empty, "place": empty, "period": empty, "value": empty.astype(float)}
        return database().cursor().execute(query, [files, *values]).fetchnumpy()
