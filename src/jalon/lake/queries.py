"""Reading the lake: figures, zonings, outlines. Nothing here writes."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from .manifest import Manifest, StoredSource
from .parquetfile import connect
from .source import Source

# Up to this many codes, the copy sorted by code answers faster (100 codes: 39 ms against 59).
_FEW_CODES = 200


class Observation(NamedTuple):
    """One figure of one territory and year; numerator and denominator are None for a count.

    `status` is None for an ordinary figure. A hidden one (`SECRET`) has no value; what nobody has
    observed is no observation at all.
    """

    code: str
    period: int
    value: float | None
    numerator: float | None
    denominator: float | None
    status: str | None = None


class DatedPoint(NamedTuple):
    """What a follow-up says of one territory on one day (`kind` as in `reading.DatedValue`)."""

    code: str
    day: date
    kind: str
    value: float


class GrainSummary(NamedTuple):
    """What the lake holds of an indicator at one grain: its years, and its last one in figures."""

    grain: str
    first: int
    last: int
    n_observed: int
    n_zero: int
    n_suppressed: int
    low: float | None
    median: float | None
    high: float | None


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
        return all(self._path(name).is_file() for name in stored.files.values())

    def periods(self, indicator: str, grain: str = "COMMUNE") -> list[int]:
        """Give the years for which an indicator has figures at a grain, in order."""
        query = "SELECT DISTINCT period FROM read_parquet(?) WHERE grain = ? ORDER BY period"
        return [p for (p,) in self._rows(query, self._files(f"series/{indicator}"), grain)]

    def snapshot(self, indicator: str, grain: str, period: int) -> dict[str, float]:
        """Give one year's figure of every territory of a grain; without one, it has no key."""
        query = (
            "SELECT code, value FROM read_parquet(?) "
            "WHERE grain = ? AND period = ? AND value IS NOT NULL"
        )
        found = self._arrays(query, self._files(f"series/{indicator}"), grain, period)
        return dict(zip(found["code"].tolist(), found["value"].tolist(), strict=True))

    def suppressed(self, indicator: str, grain: str, period: int) -> set[str]:
        """Give the territories of a grain whose figure of a year exists but is kept secret."""
        query = (
            "SELECT code FROM read_parquet(?) WHERE grain = ? AND period = ? AND status = 'SECRET'"
        )
        files = self._files(f"series/{indicator}")
        return {code for (code,) in self._rows(query, files, grain, period)}

    def series(self, indicator: str, grain: str, codes: Collection[str]) -> list[Observation]:
        """Give every year's figure of some territories of one grain, by code then year."""
        wanted = sorted(set(codes))
        use = "by-code/" if len(wanted) <= _FEW_CODES else f"series/{indicator}"
        marks = ", ".join("?" * len(wanted))
        query = (
            "SELECT code, period, value, numerator, denominator, status "  # noqa: S608
            "FROM read_parquet(?) "
            f"WHERE grain = ? AND code IN ({marks}) AND indicator = ? ORDER BY code, period"
        )
        if not wanted:
            return []
        rows = self._rows(query, self._files(use, indicator), grain, *wanted, indicator)
        return [Observation(*row) for row in rows]

    def profile(self, grain: str, code: str) -> dict[str, list[Observation]]:
        """Give every figure of one territory: by indicator, then by year."""
        query = (
            "SELECT indicator, code, period, value, numerator, denominator, status "
            "FROM read_parquet(?) "
            "WHERE grain = ? AND code = ? ORDER BY indicator, period"
        )
        found: dict[str, list[Observation]] = {}
        for indicator, *row in self._rows(query, self._files("by-code/"), grain, code):
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
            WITH figure AS (SELECT code, period, value FROM read_parquet(?)
                            WHERE grain = ? AND value IS NOT NULL),
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

    def summary(self, indicator: str) -> list[GrainSummary]:
        """Say what there is of an indicator, grain by grain, figures being those of the last year.

        Zeros and hidden figures are counted apart; what is missing is in neither count.
        """
        query = """
            WITH figure AS (SELECT grain, period, value, status FROM read_parquet(?)),
            span AS (SELECT grain, min(period) AS first, max(period) AS last
                     FROM figure GROUP BY grain)
            SELECT grain, first, last, count(value), count(*) FILTER (value = 0), count(status),
                   min(value), median(value), max(value)
            FROM figure JOIN span USING (grain) WHERE period = last
            GROUP BY grain, first, last
        """
        return [GrainSummary(*row) for row in self._rows(query, self._files(f"series/{indicator}"))]

    def dated(self, indicator: str, grain: str, code: str) -> list[DatedPoint]:
        """Give the dated values of one territory (first value, values, target), by day."""
        query = (
            "SELECT code, day, kind, value FROM read_parquet(?) "
            "WHERE indicator = ? AND grain = ? AND code = ? ORDER BY day, kind"
        )
        rows = self._rows(query, self._files("dated/"), indicator, grain, code)
        return [DatedPoint(*row) for row in rows]

    def latest_dated(self, indicator: str, grain: str) -> dict[str, dict[str, DatedPoint]]:
        """Give the last dated value of each kind, for every territory of a grain."""
        query = (
            "SELECT code, max(day), kind, arg_max(value, day) FROM read_parquet(?) "
            "WHERE indicator = ? AND grain = ? GROUP BY code, kind ORDER BY code"
        )
        found: dict[str, dict[str, DatedPoint]] = {}
        for row in self._rows(query, self._files("dated/"), indicator, grain):
            point = DatedPoint(*row)
            found.setdefault(point.code, {})[point.kind] = point
        return found

    def cards(self) -> list[dict[str, Any]]:
        """Give the cards of indicators that the sources themselves describe, as plain values."""
        return [
            card
            for path in self._files("cards/")
            for card in json.loads(Path(path).read_text(encoding="utf-8"))
        ]

    def source_of(self, indicator: str) -> StoredSource | None:
        """Give the source that brought the figures of an indicator, as the lake holds it."""
        held = self.manifest.sources.values()
        return next((one for one in held if f"series/{indicator}" in one.files), None)

    def zonings(self, code: str) -> dict[str, str]:
        """Give the class of one commune in each zoning."""
        query = "SELECT zoning, label FROM read_parquet(?) WHERE code = ? ORDER BY zoning"
        return dict(self._rows(query, self._files("labels/"), code))

    def zoning(self, name: str) -> dict[str, str]:
        """Give the class of each commune in one zoning."""
        query = "SELECT code, label FROM read_parquet(?) ORDER BY code"
        return dict(self._rows(query, self._files(f"labels/{name}")))

    def outlines(self, kind: str) -> list[tuple[str, str]]:
        """Give the outline of every territory of a kind: code, text of a GeoJSON geometry."""
        query = "SELECT code, geometry FROM read_parquet(?) WHERE kind = ? ORDER BY code"
        return self._rows(query, self._files("outlines"), kind)

    def outline(self, kind: str, code: str) -> str | None:
        """Give the outline of one territory as the text of a GeoJSON geometry."""
        query = "SELECT geometry FROM read_parquet(?) WHERE kind = ? AND code = ?"
        rows = self._rows(query, self._files("outlines"), kind, code)
        return rows[0][0] if rows else None

    def tiles(self) -> Path | None:
        """Give the file of map tiles (PMTiles), when contours were given."""
        return next(map(Path, self._files("tiles")), None)

    def download(self, indicator: str) -> Path | None:
        """Give the Parquet file of one indicator, to be served as it is."""
        return next(map(Path, self._files(f"series/{indicator}")), None)

    def _path(self, name: str) -> Path:
        return self.root / "files" / name

    def _files(self, use: str, indicator: str | None = None) -> list[str]:
        """Give the paths of the files of one use; with an indicator, those of its source only."""
        return [
            str(self._path(name))
            for stored in self.manifest.sources.values()
            if indicator is None or f"series/{indicator}" in stored.files
            for key, name in stored.files.items()
            if key == use or (use.endswith("/") and key.startswith(use))
        ]

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
