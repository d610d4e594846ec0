"""Writing the lake: new files first, then one rename of the manifest."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from .aggregate import load_rows
from .country import Country
from .derived import Derived
from .errors import DamagedLakeError, MixedLakeError
from .manifest import Manifest, StoredDerived, StoredSource
from .parquetfile import connect
from .queries import LakeReader
from .reading import DatedValue, Observations, Reading
from .source import Source
from .tiles import build_tiles

# One year of communes is one group: a national map reads a single one (STACK.md).
_ROWS_OF_A_YEAR = 35_000
_ROWS_OF_SOME_CODES = 20_480
# Beyond twice as many, the copy by code is cut in parts of about this size.
_ROWS_OF_A_PART = 500_000
_ROWS_OF_A_FEW_CODES = 8_192
_ROWS_OF_OUTLINES = 2_048

Columns = Mapping[str, NDArray[np.generic]]


Descriptions = Mapping[str, Mapping[str, str]]
_UNDESCRIBED: Descriptions = {}


class Lake(LakeReader):
    """A lake that can be written: one source at a time; a second writer waits for its turn.

    Files are named after their content and never changed. The manifest of the generation before is
    kept, so that whoever is reading it can go on; `collect` deletes what neither names.
    """

    def store(
        self, reading: Reading, country: Country, described: Descriptions = _UNDESCRIBED
    ) -> bool:
        """Write what a reading brings, then make it current.

        Parameters
        ----------
        reading
            One source, read and accepted.
        country
            The territories its figures were computed for.
        described
            What the file of each indicator says of it (definition, unit…), beside what it says of
            its source: both are metadata of the Parquet file.

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
            return self._store(reading, country, described)

    def _store(self, reading: Reading, country: Country, described: Descriptions) -> bool:
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
                use: self._adopt(path, use)
                for use, path in _write_files(reading, folder, described).items()
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

    def keep_derived(self, product: Derived, tables: Mapping[str, Columns], inputs: str) -> None:
        """Write a derived product, then make it current; atomic, as a source is.

        Parameters
        ----------
        product
            What was computed.
        tables
            Its tables by use, each as arrays of one length by column.
        inputs
            `product.inputs` of the generation that was read: should another writer have changed a
            source since, the product is stale from the start and the next ingest computes it again.
        """
        with self._lock():
            manifest = self.manifest
            (self.root / "files").mkdir(exist_ok=True)
            with self._workshop() as folder:
                files = {
                    use: self._adopt(_write_columns(columns, folder / use.replace("/", "-")), use)
                    for use, columns in tables.items()
                }
            n_rows = sum(len(next(iter(columns.values()), ())) for columns in tables.values())
            stored = StoredDerived(product.slug, inputs, datetime.now(UTC), n_rows, files)
            manifest.write(self._previous_path)
            manifest.with_derived(stored).write(self.manifest_path)

    def collect(self) -> int:
        """Delete the files that neither this generation nor the one before names; count them."""
        if not self.root.is_dir():
            return 0
        with self._lock():
            return self._collect()

    def _collect(self) -> int:
        kept = self.manifest.file_names()
        with suppress(DamagedLakeError):  # what it names is then nobody's
            kept |= Manifest.read(self._previous_path).file_names()
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


def _write_files(reading: Reading, folder: Path, described: Descriptions) -> Mapping[str, Path]:
    """Write the files a reading brings, by use."""
    files: dict[str, Path] = {}
    if reading.observations is not None:
        files |= _write_observations(reading.source, reading.observations, folder, described)
    if reading.cards:
        path = folder / "cards.json"
        text = json.dumps(reading.cards, ensure_ascii=False, sort_keys=True)
        path.write_text(text, encoding="utf-8")
        files[f"cards/{reading.source.slug}"] = path
    if reading.dated_values:
        files[f"dated/{reading.source.slug}"] = _write_dated(reading.dated_values, folder)
    if reading.labels:
        columns = {"zoning": "TEXT", "code": "TEXT", "label": "TEXT"}
        columns |= {"valid_from": "DATE", "valid_to": "DATE"}
        with connect() as connection:
            load_rows(connection, "label", columns, reading.labels)
            query = "SELECT * FROM label ORDER BY code, label"
            files[f"zonings/{reading.source.slug}"] = _copy(connection, query, folder / "zonings")
    if reading.outlines:
        columns = {"kind": "TEXT", "code": "TEXT", "name": "TEXT", "geometry": "TEXT"}
        with connect() as connection:
            load_rows(connection, "outline", columns, reading.outlines)
            query = "SELECT * FROM outline ORDER BY kind, code"
            path = folder / "outlines"
            files[_use_of_outlines(reading)] = _copy(connection, query, path, _ROWS_OF_OUTLINES)
        if reading.source.slug == "contours":
            files["tiles"] = build_tiles(reading.outlines, folder)
    return files


def _use_of_outlines(reading: Reading) -> str:
    slug = reading.source.slug
    return "outlines" if slug == "contours" else f"outlines/{slug}"


def _write_columns(columns: Columns, path: Path) -> Path:
    """Write arrays as a Parquet file, in their order."""
    is_text = {name: array.dtype.kind == "U" for name, array in columns.items()}
    # DuckDB reads texts of numpy as objects only, and cannot tell the type of none of them.
    arrays = {n: a.astype(object) if is_text[n] else a for n, a in columns.items()}
    wanted = ", ".join(f'"{n}"::VARCHAR AS "{n}"' if is_text[n] else f'"{n}"' for n in columns)
    with connect() as connection:
        connection.register("arrays_of_rows", arrays)
        query = f"SELECT {wanted} FROM arrays_of_rows"  # noqa: S608
        return _copy(connection, query, path, _ROWS_OF_SOME_CODES)


def _write_observations(
    source: Source, observations: Observations, folder: Path, described: Descriptions
) -> dict[str, Path]:
    """Write figures in two orders: by year for a map, by code for a territory (STACK.md)."""
    connection, table = observations.connection, observations.table
    names = connection.execute(f"SELECT DISTINCT indicator FROM {table} ORDER BY 1").fetchall()  # noqa: S608
    files = {}
    for (indicator,) in names:
        query = (
            f"SELECT * FROM {table} WHERE indicator = '{indicator}' ORDER BY grain, period, code"  # noqa: S608
        )
        path = folder / f"series-{indicator}"
        said = {**described.get(indicator, {}), "indicateur": indicator, **_said_of(source)}
        files[f"series/{indicator}"] = _copy(connection, query, path, _ROWS_OF_A_YEAR, said)
    query = f"SELECT * FROM {table} ORDER BY grain, code, indicator, period"  # noqa: S608
    whole = _copy(connection, query, folder / "by-code", _ROWS_OF_SOME_CODES)
    return files | _cut_by_code(connection, whole, source.slug, observations.n_rows)


def _cut_by_code(
    connection: duckdb.DuckDBPyConnection, whole: Path, slug: str, n_rows: int
) -> dict[str, Path]:
    """Cut a file sorted by code so that one code is in one small part, named by its first code.

    What a query reads of a file before it finds its rows grows with the number of groups of rows:
    of ten sources of ten million figures, it was most of the time.
    """
    n_parts = n_rows // _ROWS_OF_A_PART
    if n_parts < 2:
        return {f"by-code/{slug}": whole}
    fractions = [part / n_parts for part in range(1, n_parts)]
    found = connection.execute(
        "SELECT DISTINCT unnest(quantile_disc(code, ?::DOUBLE[])) AS first "
        "FROM (SELECT DISTINCT code FROM read_parquet(?)) ORDER BY first",
        [fractions, str(whole)],
    ).fetchall()
    firsts = ["", *(first for (first,) in found)]
    parts = {}
    for rank, first in enumerate(firsts):
        within = f"code >= {_quoted(first)}"
        if rank + 1 < len(firsts):
            within += f" AND code < {_quoted(firsts[rank + 1])}"
        query = f"SELECT * FROM read_parquet({_quoted(str(whole))}) WHERE {within}"  # noqa: S608
        path = whole.with_name(f"by-code-{rank}")
        parts[f"by-code/{slug}/{first}"] = _copy(connection, query, path, _ROWS_OF_A_FEW_CODES)
    return parts


def _said_of(source: Source) -> dict[str, str]:
    """Say where figures come from, in the words of the public API."""
    return {
        "source": source.slug,
        "titre": source.title,
        "editeur": source.publisher,
        "millesime": source.vintage,
        "licence": source.licence,
        "licence_url": source.licence_url,
        "page": source.page_url,
    }


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
    connection: duckdb.DuckDBPyConnection,
    query: str,
    path: Path,
    rows_of_a_group: int = 122_880,
    said: Mapping[str, str] | None = None,
) -> Path:
    """Write the answer of a query as a Parquet file (zstd), with what is said of it."""
    target = path.with_suffix(".parquet")
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows_of_a_group}"
    if said:
        noted = ", ".join(f"{name}: {_quoted(text)}" for name, text in said.items())
        options += f", KV_METADATA {{{noted}}}"
    connection.execute(f"COPY ({query}) TO {_quoted(str(target))} ({options})")
    return target


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
