"""Finding the files of a source: mirror, npm package, network, or a copy kept earlier."""

import hashlib
import json
import os
import queue
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from .errors import SourceAbsentError
from .source import Source, SourceFile

PROBE_URL = "https://www.data.gouv.fr/"
_ATTEMPTS = 3
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Places:
    """Where files may be: JALON_HOME, the mirror folder, the data folder of the npm package."""

    home: Path
    mirror: Path | None = None
    package: Path | None = None


@dataclass(frozen=True)
class Location:
    """Where a source would be read from, without reading it.

    `status` is "mirror", "package", "network", "kept" or "none"; `detail` says it in French.
    """

    status: str
    detail: str


@dataclass(frozen=True)
class FetchedSource:
    """The files of a source on this machine, and where they come from.

    `sha256` is that of the file, or of the list of names and fingerprints when there are several.
    """

    slug: str
    paths: Mapping[str, Path]
    sha256: str
    origin: str
    fetched_at: datetime

    @property
    def is_live(self) -> bool:
        """Say whether the files were downloaded from their official address."""
        return self.origin.startswith(("http://", "https://"))

    @property
    def path(self) -> Path:
        """The file, for a source that has only one."""
        (only,) = self.paths.values()
        return only


def has_network(timeout: float = 5.0, url: str = PROBE_URL) -> bool:
    """Say within `timeout` seconds whether the site of open data answers."""
    failure: queue.SimpleQueue[httpx.HTTPError | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            httpx.head(url, timeout=timeout)
        except httpx.HTTPError as error:
            failure.put(error)
        else:
            failure.put(None)

    # A name server that does not answer blocks for longer than any timeout: do not wait for it.
    threading.Thread(target=ask, daemon=True).start()
    try:
        return failure.get(timeout=timeout) is None
    except queue.Empty:
        return False


def locate(source: Source, places: Places) -> Location:
    """Say where a source would be read from; the network is not touched."""
    local = [_local_path(file, places) for file in source.files]
    if all(local):
        status = "package" if source.files[0].package else "mirror"
        return Location(status, "paquet npm" if status == "package" else f"miroir {places.mirror}")
    if _live_files(source):
        return Location("network", "à télécharger")
    if (kept := _kept(source, places)) is not None:
        return Location("kept", f"copie du {kept.fetched_at:%d/%m/%Y}")
    return Location("none", "introuvable sans miroir")


def fetch(
    source: Source, places: Places, *, is_online: bool, console: Console | None = None
) -> FetchedSource:
    """Give the files of a source, from the first place that has them.

    Parameters
    ----------
    source
        What is wanted.
    places
        The mirror and the npm package come first; else the network when `is_online`; else the
        copy kept by an earlier run.
    console
        Where a progress bar is drawn while downloading, when it is a terminal.

    Raises
    ------
    SourceAbsentError
        When no place has it; the message says what to do.
    """
    local = {file.name: _local_path(file, places) for file in source.files}
    found = {name: path for name, path in local.items() if path is not None}
    if len(found) == len(local):
        is_package = bool(source.files[0].package)
        origin = "paquet npm @etalab/decoupage-administratif" if is_package else "miroir"
        fetched = _describe(source, found, origin)
        return fetched if is_package else _keep(fetched, places)
    failure = ""
    if is_online and _live_files(source):
        try:
            return _download(source, places, console)
        except (httpx.HTTPError, SourceAbsentError) as error:
            failure = f" Téléchargement impossible : {error}."
    if (kept := _kept(source, places)) is not None:
        return kept
    raise SourceAbsentError(
        f"La source « {source.slug} » est absente.{failure} La déposer dans un miroir "
        f"({', '.join(f.mirror or f.package for f in source.files)}) et donner son dossier par "
        f"--mirror ou JALON_MIRROR ; page officielle : {source.page_url}"
    )


def _live_files(source: Source) -> tuple[SourceFile, ...]:
    """Give the files to download, none when one of them has no address."""
    files = source.live_files or source.files
    return files if all(file.url for file in files) else ()


def _local_path(file: SourceFile, places: Places) -> Path | None:
    folder, name = (places.package, file.package) if file.package else (places.mirror, file.mirror)
    path = folder / name if folder is not None and name else None
    return path if path is not None and path.is_file() else None


def _describe(source: Source, paths: Mapping[str, Path], origin: str) -> FetchedSource:
    prints = {name: _fingerprint(path) for name, path in sorted(paths.items())}
    (first, *others) = prints.values()
    whole = hashlib.sha256(json.dumps(prints).encode()).hexdigest() if others else first
    return FetchedSource(source.slug, dict(paths), whole, origin, datetime.now(UTC))


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(slug: str, places: Places) -> Path:
    return places.home / "sources" / slug


def _keep(fetched: FetchedSource, places: Places) -> FetchedSource:
    """Copy the files under JALON_HOME, with their fingerprint and date, and use the copies."""
    root = _folder(fetched.slug, places)
    folder = root / fetched.sha256[:16]
    note = root / "source.json"
    if not folder.is_dir():
        partial = root / f"{folder.name}.part-{os.getpid()}"
        partial.mkdir(parents=True, exist_ok=True)
        for name, path in fetched.paths.items():
            shutil.copyfile(path, partial / f"{name}{path.suffix}")
        partial.rename(folder)
    elif (kept := _read_note(fetched.slug, note)) is not None and kept.sha256 == fetched.sha256:
        return FetchedSource(fetched.slug, kept.paths, kept.sha256, fetched.origin, kept.fetched_at)
    copies = {name: f"{folder.name}/{name}{p.suffix}" for name, p in fetched.paths.items()}
    content = {
        "sha256": fetched.sha256,
        "origin": fetched.origin,
        "fetched_at": fetched.fetched_at.isoformat(),
        "paths": copies,
    }
    partial_note = root / f"source.json.part-{os.getpid()}"
    partial_note.write_text(json.dumps(content, ensure_ascii=False, indent=1))
    partial_note.replace(note)
    return FetchedSource(
        fetched.slug,
        {name: root / copy for name, copy in copies.items()},
        fetched.sha256,
        fetched.origin,
        fetched.fetched_at,
    )


def _kept(source: Source, places: Places) -> FetchedSource | None:
    kept = _read_note(source.slug, _folder(source.slug, places) / "source.json")
    names = [{file.name for file in files} for files in (source.files, source.live_files)]
    return kept if kept is not None and set(kept.paths) in names else None


def _read_note(slug: str, note: Path) -> FetchedSource | None:
    if not note.is_file():
        return None
    try:
        content = json.loads(note.read_text())
        paths = {name: note.parent / copy for name, copy in content["paths"].items()}
        fetched_at = datetime.fromisoformat(content["fetched_at"])
        kept = FetchedSource(slug, paths, content["sha256"], content["origin"], fetched_at)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None  # a damaged note is as good as none: the file is fetched again
    return kept if all(path.is_file() for path in paths.values()) else None


def _download(source: Source, places: Places, console: Console | None) -> FetchedSource:
    folder = _folder(source.slug, places) / f"download-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        paths = {}
        for file in _live_files(source):
            suffix = Path(file.mirror).suffix or ".csv"
            paths[file.name] = folder / f"{file.name}{suffix}"
            _download_file(file.url, paths[file.name], source.title, console)
        origins = " ".join(file.url for file in _live_files(source))
        return _keep(_describe(source, paths, origins), places)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download_file(url: str, path: Path, title: str, console: Console | None) -> None:
    """Download one file, trying again when the connection breaks or the server fails."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _stream(url, path, title, console)
        except (httpx.TransportError, httpx.HTTPStatusError) as error:
            is_final = isinstance(error, httpx.HTTPStatusError) and error.response.is_client_error
            if is_final or attempt == _ATTEMPTS:
                raise
            time.sleep(attempt)
        else:
            return


def _stream(url: str, path: Path, title: str, console: Console | None) -> None:
    quiet = console is None or not console.is_terminal
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with (
        httpx.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT) as response,
        Progress(*columns, TransferSpeedColumn(), console=console, disable=quiet) as progress,
        path.open("wb") as file,
    ):
        response.raise_for_status()
        if "text/html" in response.headers.get("content-type", ""):
            raise SourceAbsentError(f"{url} répond par une page web, pas par un fichier")
        total = int(response.headers.get("content-length", 0)) or None
        task = progress.add_task(title, total=total)
        for chunk in response.iter_bytes(_CHUNK):
            file.write(chunk)
            progress.update(task, advance=len(chunk))
