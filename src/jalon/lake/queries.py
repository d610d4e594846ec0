"""Reading the lake: figures, zonings, outlines. Nothing here writes."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .lake_files import LakeFiles, database
from .manifest import StoredSource
from .reading import Label

# Up to this many codes, the copy sorted by code answers faster (100 codes: 39 ms against 59).
_FEW_CODES = 200
_ROWS_OF_A_YEAR = 35_000
_ROWS_OF_A_LOT = 2_000


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


class LakeReader(LakeFiles):
    """What the current generation of a lake says of indicators and of territories."""

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
        marks = ", ".join("?" * len(wanted))
        query = (
            "SELECT code, period, value, numerator, denominator, status "  # noqa: S608
            "FROM read_parquet(?) "
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
            "SELECT code, period, value, numerator, denominator, status FROM read_parquet(?) "
            "WHERE grain = ? AND period = ? ORDER BY code"
        )
        files = self._files(f"series/{indicator}")
        for period in periods if files else ():
            found = database().cursor().execute(query, [files, grain, period])
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
            "CASE WHEN status IS NULL THEN 'observe' ELSE 'secret' END AS statut, "
            "numerator AS numerateur, denominator AS denominateur FROM read_parquet(?) "
            f"WHERE grain = ? AND period BETWEEN ? AND ? AND {chosen}) TO '{written}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_OF_A_YEAR})"
        )
        values = [*said.values(), files, selection.grain, selection.first, selection.last]
        database().cursor().execute(query, [*values, list(selection.codes)])

    def sources_of(self, indicator: str) -> list[StoredSource]:
        """Give the sources that hold figures of an indicator."""
        stored = self.manifest.sources.values()
        return [one for one in stored if f"series/{indicator}" in one.files]

    def profile(self, grain: str, code: str) -> dict[str, list[Observation]]:
        """Give every figure of one territory: by indicator, then by year."""
        query = (
            "SELECT indicator, code, period, value, numerator, denominator, status "
            "FROM read_parquet(?) "
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

    def labels(self, code: str) -> list[Label]:
        """Give every class of one commune, those no longer in force included."""
        query = (
            "SELECT zoning, code, label, valid_from, valid_to FROM read_parquet(?) "
            "WHERE code = ? ORDER BY zoning, valid_from, label"
        )
        return [Label(*row) for row in self._rows(query, self._files("zonings/"), code)]

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
