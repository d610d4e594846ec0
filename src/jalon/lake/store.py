"""Writing the lake: new files first, then one rename of the manifest."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from .aggregate import load_rows
from .country import Country
from .errors import MixedLakeError
from .manifest import Manifest, StoredSource
from .parquetfile import connect
from .queries import LakeReader
from .reading import DatedValue, Observations, Reading
from .tiles import build_tiles

# One year of communes is one group: a national map reads a single one (STACK.md).
_ROWS_OF_A_YEAR = 35_000
_ROWS_OF_SOME_CODES = 20_480
_ROWS_OF_OUTLINES = 2_048


class Lake(LakeReader):
    """A lake that can be written: one source at a time; a second writer waits for its turn.

    Files are named after their content and never changed. The manifest of the generation before is
    kept, so that whoever is reading it can go on; `collect` deletes what neither names.
    """

    def store(self, reading: Reading, country: Country) -> bool:
        """Write what a reading brings, then make it current.

        Parameters
        ----------
        reading
            One source, read and accepted.
        country
            The territories its figures were computed for.

        Returns
        -------
        bool
            False when the lake already held exactly this: nothing is then written.

        Raises
        ------
        MixedLakeError
            When simulated data would join real ones, or the other way round.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock():
            return self._store(reading, country)

    def _store(self, reading: Reading, country: Country) -> bool:
        manifest = self.manifest
        if manifest.sources and manifest.is_simulated != reading.is_simulated:
            held, given = (
                ("simulées", "réelles") if manifest.is_simulated else ("réelles", "simulées")
            )
            raise MixedLakeError(
                f"Ce dossier contient des données {held} ; on n’y ajoute pas de données {given}. "
                f"Choisir un autre JALON_HOME, ou supprimer {self.root}."
            )
        if self.holds(reading.source, reading.fetched.sha256, country.fingerprint):
            return False
        (self.root / "files").mkdir(exist_ok=True)
        with self._workshop() as folder:
            files = {
                use: self._adopt(path, use) for use, path in _write_files(reading, folder).items()
            }
        stored = StoredSource(
            slug=reading.source.slug,
            sha256=reading.fetched.sha256,
            reader=reading.source.reader,
            inputs=country.fingerprint,
            vintage=reading.source.vintage,
            origin=reading.fetched.origin,
            fetched_at=reading.fetched.fetched_at,
            stored_at=datetime.now(UTC),
            n_rows=reading.report.n_kept,
            n_observations=reading.observations.n_rows if reading.observations else 0,
            files=files,
            report=reading.report.as_json(),
        )
        manifest.write(self._previous_path)
        manifest.with_source(stored, is_simulated=reading.is_simulated).write(self.manifest_path)
        return True

    def collect(self) -> int:
        """Delete the files that neither this generation nor the one before names; count them."""
        if not self.root.is_dir():
            return 0
        with self._lock():
            return self._collect()

    def _collect(self) -> int:
        kept = self.manifest.file_names() | Manifest.read(self._previous_path).file_names()
        strays = [p for p in (self.root / "files").glob("*") if p.name not in kept]
        for path in strays:
            path.unlink()
        for folder in self.root.glob("work-*"):
            shutil.rmtree(folder, ignore_errors=True)
        return len(strays)

    @property
    def _previous_path(self) -> Path:
        return self.root / "manifest.previous.json"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep other writers waiting; readers never wait. A process that dies gives it back."""
        with (self.root / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _workshop(self) -> Iterator[Path]:
        """Give a folder of the same disk, where files are written before they take their name."""
        folder = Path(tempfile.mkdtemp(prefix="work-", dir=self.root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _adopt(self, path: Path, use: str) -> str:
        """Name a finished file after its content and put it among the others."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        name = f"{use.replace('/', '-')}-{digest[:16]}{path.suffix}"
        path.replace(self._path(name))
        return name


def _write_files(reading: Reading, folder: Path) -> Mapping[str, Path]:
    """Write the files a reading brings, by use."""
    files: dict[str, Path] = {}
    if reading.observations is not None:
        files |= _write_observations(reading.source.slug, reading.observations, folder)
    if reading.cards:
        path = folder / "cards.json"
        text = json.dumps(reading.cards, ensure_ascii=False, sort_keys=True)
        path.write_text(text, encoding="utf-8")
        files[f"cards/{reading.source.slug}"] = path
    if reading.dated_values:
        files[f"dated/{reading.source.slug}"] = _write_dated(reading.dated_values, folder)
    if reading.labels:
        columns = {"zoning": "TEXT", "code": "TEXT", "label": "TEXT"}
        with connect() as connection:
            load_rows(connection, "label", columns, reading.labels)
            use = f"labels/{reading.source.slug}"
            files[use] = _copy(connection, "SELECT * FROM label ORDER BY code", folder / "labels")
    if reading.outlines:
        columns = {"kind": "TEXT", "code": "TEXT", "name": "TEXT", "geometry": "TEXT"}
        with connect() as connection:
            load_rows(connection, "outline", columns, reading.outlines)
            query = "SELECT * FROM outline ORDER BY kind, code"
            path = folder / "outlines"
            files["outlines"] = _copy(connection, query, path, _ROWS_OF_OUTLINES)
        files["tiles"] = build_tiles(reading.outlines, folder)
    return files


def _write_observations(slug: str, observations: Observations, folder: Path) -> dict[str, Path]:
    """Write figures in two orders: by year for a map, by code for a territory (STACK.md)."""
    connection, table = observations.connection, observations.table
    names = connection.execute(f"SELECT DISTINCT indicator FROM {table} ORDER BY 1").fetchall()  # noqa: S608
    files = {}
    for (indicator,) in names:
        query = (
            f"SELECT * FROM {table} WHERE indicator = '{indicator}' ORDER BY grain, period, code"  # noqa: S608
        )
        path = folder / f"series-{indicator}"
        files[f"series/{indicator}"] = _copy(connection, query, path, _ROWS_OF_A_YEAR)
    query = f"SELECT * FROM {table} ORDER BY grain, code, indicator, period"  # noqa: S608
    path = folder / "by-code"
    files[f"by-code/{slug}"] = _copy(connection, query, path, _ROWS_OF_SOME_CODES)
    return files


def _write_dated(values: Sequence[DatedValue], folder: Path) -> Path:
    """Write dated values in the order of the pages that show them."""
    columns = {
        "indicator": "TEXT", "grain": "TEXT", "code": "TEXT", "day": "DATE", "kind": "TEXT",
        "value": "DOUBLE",
    }  # fmt: skip
    with connect() as connection:
        load_rows(connection, "dated", columns, values)
        query = "SELECT * FROM dated ORDER BY indicator, grain, code, day, kind"
        return _copy(connection, query, folder / "dated", _ROWS_OF_SOME_CODES)


def _copy(
    connection: duckdb.DuckDBPyConnection, query: str, path: Path, rows_of_a_group: int = 122_880
) -> Path:
    """Write the answer of a query as a Parquet file (zstd)."""
    target = path.with_suffix(".parquet")
    connection.sql(query).write_parquet(
        str(target), compression="zstd", row_group_size=rows_of_a_group
    )
    return target
