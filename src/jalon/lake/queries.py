"""Reading the lake: figures, zonings, outlines. Nothing here writes."""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from .derived import Derived
from .manifest import Manifest, StoredDerived, StoredSource
from .parquetfile import connect
from .reading import Label
from .source import Source

# Up to this many codes, the copy sorted by code answers faster (100 codes: 39 ms against 59).
_FEW_CODES = 200
_ROWS_OF_A_YEAR = 35_000
_ROWS_OF_A_LOT = 2_000


class Observation(NamedTuple):
    """One figure of one territory and year; numerator and denominator are None for a count."""

    code: str
    period: int
    value: float
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class Selection:
    """Figures of one indicator and grain: some years, some codes (all when there is none)."""

    indicator: str
    grain: str
    first: int = 0
    last: int = 9_999
    codes: Sequence[str] = ()


@dataclass(frozen=True)
class Panel:
    """Figures of one indicator as a table: one row per code, one column per period.

    `codes` (n,) text, `periods` (p,) integer, `values` (n, p) double, NaN where missing.
    """

    codes: NDArray[np.str_]
    periods: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class LakeStatus:
    """What the lake holds."""

    is_simulated: bool
    is_empty: bool
    n_observations: int
    n_bytes: int
    sources: dict[str, StoredSource]


@cache
def _database() -> duckdb.DuckDBPyConnection:
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


class LakeReader:
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
        """Name the files of a source that are lost, or not what their name says of their content.

        The whole lake (39 MB) is read in a tenth of a second.
        """
        stored = self.manifest.sources.get(slug)
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
        return all(self._path(name).is_file() for name in stored.files.values())

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

    def periods(self, indicator: str, grain: str = "COMMUNE") -> list[int]:
        """Give the years for which an indicator has figures at a grain, in order."""
        query = "SELECT DISTINCT period FROM read_parquet(?) WHERE grain = ? ORDER BY period"
        return [p for (p,) in self._rows(query, self._files(f"series/{indicator}"), grain)]

    def snapshot(self, indicator: str, grain: str, period: int) -> dict[str, float]:
        """Give one year's figure of every territory of a grain; a missing one has no key."""
        query = "SELECT code, value FROM read_parquet(?) WHERE grain = ? AND period = ?"
        found = self._arrays(query, self._files(f"series/{indicator}"), grain, period)
        return dict(zip(found["code"].tolist(), found["value"].tolist(), strict=True))

    def series(self, indicator: str, grain: str, codes: Collection[str]) -> list[Observation]:
        """Give every year's figure of some territories of one grain, by code then year."""
        wanted = sorted(set(codes))
        marks = ", ".join("?" * len(wanted))
        query = (
            "SELECT code, period, value, numerator, denominator FROM read_parquet(?) "  # noqa: S608
            f"WHERE grain = ? AND code IN ({marks}) AND indicator = ? ORDER BY code, period"
        )
        if not wanted:
            return []
        files = (
            self._files_by_code(wanted, indicator)
            if len(wanted) <= _FEW_CODES
            else self._files(f"series/{indicator}")
        )
        rows = self._rows(query, files, grain, *wanted, indicator)
        return [Observation(*row) for row in rows]

    def yearly(
        self, indicator: str, grain: str, periods: Sequence[int]
    ) -> Iterator[list[Observation]]:
        """Give every figure of a grain by year then code, in lots: one year is held at a time.

        A year of communes is one row group of the file, so that each is read once. A lot is small,
        so that its conversion (2 ms) does not keep the other threads of a server waiting.
        """
        query = (
            "SELECT code, period, value, numerator, denominator FROM read_parquet(?) "
            "WHERE grain = ? AND period = ? ORDER BY code"
        )
        files = self._files(f"series/{indicator}")
        for period in periods if files else ():
            found = _database().cursor().execute(query, [files, grain, period])
            while rows := found.fetchmany(_ROWS_OF_A_LOT):
                yield [Observation(*row) for row in rows]

    def export(self, target: Path, selection: Selection, said: Mapping[str, object]) -> None:
        """Write figures as a Parquet file, by year then code, as the lake keeps them.

        They are copied row group by row group: sorting them held 380 MB more for 800,000 figures.

        Parameters
        ----------
        target
            Where the file is written.
        selection
            Which figures.
        said
            Name and value of the columns that are the same on every row.

        Raises
        ------
        KeyError
            When the lake holds nothing of the indicator.
        """
        files = self._files(f"series/{selection.indicator}")
        if not files:
            raise KeyError(selection.indicator)
        constants = "".join(f'?::VARCHAR AS "{name}", ' for name in said)
        chosen = "list_contains(?, code)" if selection.codes else "?::VARCHAR[] = []"
        written = str(target).replace("'", "''")
        query = (
            f"COPY (SELECT {constants}code, period AS annee, value AS valeur, "  # noqa: S608
            "numerator AS numerateur, denominator AS denominateur FROM read_parquet(?) "
            f"WHERE grain = ? AND period BETWEEN ? AND ? AND {chosen}) TO '{written}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_OF_A_YEAR})"
        )
        values = [*said.values(), files, selection.grain, selection.first, selection.last]
        _database().cursor().execute(query, [*values, list(selection.codes)])

    def sources_of(self, indicator: str) -> list[StoredSource]:
        """Give the sources that hold figures of an indicator."""
        stored = self.manifest.sources.values()
        return [one for one in stored if f"series/{indicator}" in one.files]

    def profile(self, grain: str, code: str) -> dict[str, list[Observation]]:
        """Give every figure of one territory: by indicator, then by year."""
        query = (
            "SELECT indicator, code, period, value, numerator, denominator FROM read_parquet(?) "
            "WHERE grain = ? AND code = ? ORDER BY indicator, period"
        )
        found: dict[str, list[Observation]] = {}
        for indicator, *row in self._rows(query, self._files_by_code([code]), grain, code):
            found.setdefault(indicator, []).append(Observation(*row))
        return found

    def panel(
        self,
        indicator: str,
        grain: str = "COMMUNE",
        codes: Sequence[str] | None = None,
        periods: Sequence[int] | None = None,
    ) -> Panel:
        """Give the figures of an indicator as arrays.

        Parameters
        ----------
        codes, periods
            Rows and columns wanted, in that order; without them all those that have a figure. What
            has none is a row or a column of NaN.
        """
        query = """
            WITH figure AS (SELECT code, period, value FROM read_parquet(?) WHERE grain = ?),
            name AS (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place
                     FROM (SELECT DISTINCT code FROM figure))
            SELECT code, place, period, value FROM figure JOIN name USING (code)
        """
        found = self._arrays(query, self._files(f"series/{indicator}"), grain)
        names = np.zeros(int(found["place"].max(initial=-1)) + 1, dtype="U9")
        names[found["place"]] = found["code"].astype("U9")
        years = np.unique(found["period"]).astype(np.int64)
        values = np.full((len(names), len(years)), np.nan)
        values[found["place"], np.searchsorted(years, found["period"])] = found["value"]
        if codes is not None:
            names, values = _take(names, values, np.asarray(codes, dtype="U9"))
        if periods is not None:
            years, columns = _take(years, values.T, np.asarray(periods, dtype=np.int64))
            values = columns.T
        return Panel(names, years, values)

    def labels(self, code: str) -> list[Label]:
        """Give every class of one commune, those no longer in force included."""
        query = (
            "SELECT zoning, code, label, valid_from, valid_to FROM read_parquet(?) "
            "WHERE code = ? ORDER BY zoning, valid_from, label"
        )
        return [Label(*row) for row in self._rows(query, self._files("zonings/"), code)]

    def zonings(self, code: str) -> dict[str, str]:
        """Give the class of one commune in each zoning that has no end."""
        return {label.zoning: label.label for label in self.labels(code) if label.valid_to is None}

    def zoning(self, name: str) -> dict[str, str]:
        """Give the class of each commune in one zoning, ended or not."""
        query = "SELECT code, label FROM read_parquet(?) ORDER BY code"
        return dict(self._rows(query, self._files(f"zonings/{name}")))

    def outlines(self, kind: str) -> list[tuple[str, str]]:
        """Give the outline of every territory of a kind: code, text of a GeoJSON geometry."""
        query = "SELECT code, geometry FROM read_parquet(?) WHERE kind = ? ORDER BY code"
        return self._rows(query, self._files_of_outlines(), kind)

    def outline(self, kind: str, code: str) -> str | None:
        """Give the outline of one territory as the text of a GeoJSON geometry."""
        query = "SELECT geometry FROM read_parquet(?) WHERE kind = ? AND code = ?"
        rows = self._rows(query, self._files_of_outlines(), kind, code)
        return rows[0][0] if rows else None

    def tiles(self) -> Path | None:
        """Give the file of map tiles (PMTiles), when contours were given."""
        return next(map(Path, self._files("tiles")), None)

    def download(self, indicator: str) -> Path | None:
        """Give the Parquet file of one indicator, to be served as it is."""
        return next(map(Path, self._files(f"series/{indicator}")), None)

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
        return _database().cursor().execute(query, [files, *values]).fetchall()

    def _arrays(self, query: str, files: list[str], *values: object) -> dict[str, NDArray[Any]]:
        if not files:
            empty = np.array([], dtype=np.int64)
            return {"code": empty, "place": empty, "period": empty, "value": empty.astype(float)}
        return _database().cursor().execute(query, [files, *values]).fetchnumpy()


def _take(
    known: NDArray[Any], values: NDArray[np.float64], wanted: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Take the rows of `values` named `wanted`, NaN for a name that is not in sorted `known`."""
    taken = np.full((len(wanted), values.shape[1]), np.nan)
    places = np.searchsorted(known, wanted)
    is_known = places < len(known)
    is_known[is_known] = known[places[is_known]] == wanted[is_known]
    taken[is_known] = values[places[is_known]]
    return wanted, taken
