"""Filling the register and the lake from the official files, one source at a time."""

import datetime as dt
import fcntl
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import DataError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console

from jalon.core.models import SourceImport, SourceRefusal
from jalon.indicators import comparables
from jalon.indicators.sources import all_sources
from jalon.lake import country, fetch, readers
from jalon.lake.catalogue import TERRITORIES
from jalon.lake.country import Country
from jalon.lake.derived import Derived
from jalon.lake.errors import (
    DamagedLakeError,
    LakeError,
    MixedLakeError,
    SourceAbsentError,
    SourceRefusedError,
)
from jalon.lake.fetch import FetchedSource, Places
from jalon.lake.reading import Reading
from jalon.lake.report import ValidationReport
from jalon.lake.source import Source, SourceKind
from jalon.lake.store import Lake
from jalon.portal.described import descriptions
from jalon.programmes.services import RefusedListError, load_catalogue, load_list
from jalon.territories.services import RefusedTerritoriesError, load_country

from .ingest_losses import refuse_losses

BASE = frozenset(source.slug for source in TERRITORIES)
_PACKAGE = "@etalab/decoupage-administratif/data"


class UnableToIngestError(Exception):
    """Nothing could be read, and nothing changed; the message is one line in French."""


class Status(StrEnum):
    """What became of a source."""

    LOADED = "LOADED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"
    ABSENT = "ABSENT"


@dataclass(frozen=True)
class Result:
    """What became of one source, or of what is derived from several, in one French line."""

    source: Source | Derived
    status: Status
    message: str
    seconds: float

    def as_json(self) -> dict[str, object]:
        """Give the result as JSON-able values."""
        return {
            "slug": self.source.slug,
            "status": self.status.value,
            "vintage": self.source.vintage if isinstance(self.source, Source) else "",
            "message": self.message,
            "seconds": round(self.seconds, 2),
        }


class Watcher:
    """Is told what an ingest does; this one keeps silent."""

    console: Console | None = None

    def on_begin(self, sources: Sequence[Source]) -> None:
        """Hear which sources will be read."""

    def on_source(self, source: Source) -> None:
        """Hear that a source is being read."""

    def on_result(self, result: Result) -> None:
        """Hear what became of a source."""


def places_of(mirror: Path | None) -> Places:
    """Give where files are looked for, with or without a mirror."""
    package = settings.NODE_MODULES / _PACKAGE
    return Places(settings.JALON_HOME, mirror, package if package.is_dir() else None)


def needs_network(sources: Iterable[Source], places: Places) -> bool:
    """Say whether a source could only come from the network."""
    return any(fetch.locate(source, places).status == "network" for source in sources)


def with_what_they_need(slugs: Collection[str]) -> tuple[Source, ...]:
    """Give the sources asked and the territories they all need, in the order of reading."""
    return tuple(source for source in all_sources() if source.slug in slugs or source.slug in BASE)


def ingest(
    sources: Sequence[Source],
    *,
    places: Places,
    is_online: bool,
    watcher: Watcher | None = None,
    smaller_accepted: Collection[str] = (),
) -> list[Result]:
    """Read sources into the register and the lake; each one whole, or not at all.

    A source already held, read the same way from the same file for the same territories, is left
    untouched. A refused source leaves what was there, and the others still go through.

    Parameters
    ----------
    sources
        In the order of reading, territories included (see `with_what_they_need`).
    places
        Where their files may be.
    is_online
        Whether the network may be used.
    smaller_accepted
        Sources whose file may hold much less than the one accepted before it.

    Raises
    ------
    UnableToIngestError
        When the territories cannot be read, when another ingest is running, or when the register
        holds simulated data.
    """
    watcher = watcher or Watcher()
    watcher.on_begin(sources)
    with _alone():
        refuse_mixing(is_simulated=False)
        fetched = _fetch_base(places, is_online=is_online, watcher=watcher)
        ingestion = _Ingestion(
            _read_country(fetched), is_simulated=False, smaller_accepted=smaller_accepted
        )
        results = []
        for source in sources:
            watcher.on_source(source)
            start = time.perf_counter()
            try:
                one = fetched.get(source.slug) or fetch.fetch(
                    source, places, is_online=is_online, console=watcher.console
                )
                status, message = ingestion.take(source, one)
            except SourceAbsentError as error:
                status, message = Status.ABSENT, str(error)
            results.append(Result(source, status, message, time.perf_counter() - start))
            watcher.on_result(results[-1])
        results += ingestion.derive(watcher)
        ingestion.lake.collect()
    return results


def ingest_readings(
    of_country: Country, readings: Sequence[Reading], *, watcher: Watcher | None = None
) -> list[Result]:
    """Load the readings of the simulated scenario, those of the territories first.

    Raises
    ------
    UnableToIngestError
        When another ingest is running, or when the register holds real data.
    """
    watcher = watcher or Watcher()
    watcher.on_begin([reading.source for reading in readings])
    with _alone():
        refuse_mixing(is_simulated=True)
        ingestion = _Ingestion(of_country, is_simulated=True)
        results = []
        for reading in readings:
            watcher.on_source(reading.source)
            start = time.perf_counter()
            status, message = ingestion.take(reading.source, reading.fetched, reading)
            results.append(Result(reading.source, status, message, time.perf_counter() - start))
            watcher.on_result(results[-1])
        results += ingestion.derive(watcher)
        ingestion.lake.collect()
    return results


def refuse_mixing(*, is_simulated: bool) -> None:
    """Refuse to bring simulated data among real ones, or the other way round.

    Raises
    ------
    UnableToIngestError
        When the register holds data of the other kind.
    """
    if not SourceImport.objects.unlike(is_simulated=is_simulated).exists():
        return
    what = _("réelles") if is_simulated else _("simulées")
    message = _(
        "Ce registre contient des données %(what)s ; données simulées et réelles ne se mélangent "
        "pas. Choisir un autre dossier par JALON_HOME, ou supprimer %(home)s."
    )
    raise UnableToIngestError(message % {"what": what, "home": settings.JALON_HOME})


@contextmanager
def _alone() -> Iterator[None]:
    """Keep any other ingest of this home out; the lock falls with the process."""
    path = settings.JALON_HOME / "ingest.lock"
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = _("Un autre import est en cours dans %(home)s : attendre qu’il finisse.")
            raise UnableToIngestError(message % {"home": settings.JALON_HOME}) from None
        yield


def _fetch_base(places: Places, *, is_online: bool, watcher: Watcher) -> dict[str, FetchedSource]:
    """Get the territories, and what is at hand of the codes that complete them."""
    fetched = {}
    for source in TERRITORIES:
        try:
            fetched[source.slug] = fetch.fetch(
                source, places, is_online=is_online, console=watcher.console
            )
        except SourceAbsentError as error:
            if source.kind is SourceKind.TERRITORIES:
                raise UnableToIngestError(str(error)) from error
    return fetched


def _read_country(fetched: Mapping[str, FetchedSource]) -> Country:
    """Read the territories; every other source leans on them, so their refusal stops all."""
    try:
        return country.read_country(fetched)
    except SourceRefusedError as error:
        _keep_refusal(fetched[error.report.source], error.report, str(error))
        raise UnableToIngestError(str(error)) from error


class _Ingestion:
    """One run: the territories it works with, the lake it fills."""

    def __init__(
        self, of_country: Country, *, is_simulated: bool, smaller_accepted: Collection[str] = ()
    ) -> None:
        self.country = of_country
        self.is_simulated = is_simulated
        self.smaller_accepted = smaller_accepted
        self.lake = Lake(settings.JALON_HOME / "lake")

    def take(
        self, source: Source, fetched: FetchedSource, reading: Reading | None = None
    ) -> tuple[Status, str]:
        """Bring one source in, unless it is already there or is refused."""
        try:
            if self._is_held(source, fetched):
                _note_live(fetched)
                return Status.UNCHANGED, _("à jour")
            reading = reading or readers.read_source(source, fetched, self.country)
            if source.slug not in self.smaller_accepted:
                refuse_losses(reading)
            self._load(reading)
        except SourceRefusedError as error:
            _keep_refusal(fetched, error.report, str(error))
            return Status.REFUSED, str(error)
        except (RefusedTerritoriesError, RefusedListError) as error:
            return self._refuse(fetched, str(error))
        except DataError as error:
            why = _("une valeur ne tient pas dans le registre (%s)") % str(error).strip()
            return self._refuse(fetched, why)
        except (MixedLakeError, DamagedLakeError) as error:
            raise UnableToIngestError(str(error)) from error
        except LakeError as error:
            return self._refuse(fetched, str(error))
        return Status.LOADED, reading.report.summary()

    def derive(self, watcher: Watcher) -> list[Result]:
        """Compute again what is derived from several sources, when one of them has changed.

        Killed before its end, the former product is still there, stale: the next run repairs it.
        """
        start = time.perf_counter()
        held = [
            (m.parent_kind, m.parent_code, m.child_code)
            for m in self.country.memberships
            if m.child_kind == "COMMUNE" and m.parent_kind in comparables.KINDS
        ]
        n = comparables.refresh(self.lake, held)
        if n is None:
            return []
        message = _("%(n)d territoires comparés à ceux qui leur ressemblent") % {"n": n}
        seconds = time.perf_counter() - start
        result = Result(comparables.COMPARABLES, Status.LOADED, message, seconds)
        watcher.on_result(result)
        return [result]

    def _refuse(self, fetched: FetchedSource, why: str) -> tuple[Status, str]:
        """Keep why the register would not take a source that was read without fault."""
        message = _("Source « %(slug)s » refusée : %(why)s")
        message = message % {"slug": fetched.slug, "why": why}
        _keep_refusal(fetched, ValidationReport(fetched.slug, is_refused=True), message)
        return Status.REFUSED, message

    def _is_held(self, source: Source, fetched: FetchedSource) -> bool:
        """Say whether register and lake agree that this very source is in both."""
        in_register = SourceImport.objects.filter(
            slug=source.slug,
            sha256=fetched.sha256,
            reader=source.reader,
            country=self.country.fingerprint,
        )
        return in_register.exists() and self.lake.holds(
            source, fetched.sha256, self.country.fingerprint
        )

    def _load(self, reading: Reading) -> None:
        """Write one source: its lake is swapped last, just before the register is committed.

        Killed before the swap, neither has changed; killed between swap and commit, they disagree,
        and the next run reads the source again.
        """
        source = reading.source
        with transaction.atomic():
            if source.kind is SourceKind.TERRITORIES:
                load_country(self.country, on=_first_day_of(source))
                load_catalogue()
            elif source.kind is SourceKind.PROGRAMME:
                load_list(programmes=reading.programmes, rows=reading.coverages)
            self._keep_import(reading)
            self.lake.store(reading, self.country, descriptions())

    def _keep_import(self, reading: Reading) -> None:
        source, fetched, report = reading.source, reading.fetched, reading.report
        SourceRefusal.objects.filter(slug=source.slug).delete()
        SourceImport.objects.update_or_create(
            slug=source.slug,
            defaults={
                "sha256": fetched.sha256,
                "reader": source.reader,
                "country": self.country.fingerprint,
                "vintage": source.vintage,
                "origin": fetched.origin,
                "imported_at": timezone.now(),
                "is_simulated": self.is_simulated,
                "n_rows": report.n_kept,
                "n_set_apart": report.n_set_apart,
                "report": report.as_json(),
            },
        )
        _note_live(fetched)


def _note_live(fetched: FetchedSource) -> None:
    """Note the last time when the file of a source was read from its official address."""
    if fetched.is_live:
        held = SourceImport.objects.filter(slug=fetched.slug)
        held.exclude(read_live_at__gte=fetched.fetched_at).update(read_live_at=fetched.fetched_at)


def _keep_refusal(fetched: FetchedSource, report: ValidationReport, message: str) -> None:
    SourceRefusal.objects.update_or_create(
        slug=fetched.slug,
        defaults={
            "sha256": fetched.sha256,
            "refused_at": timezone.now(),
            "message": message,
            "report": report.as_json(),
        },
    )


def _first_day_of(source: Source) -> dt.date:
    """Give the first day of the year that a vintage names."""
    year = re.search(r"\d{4}", source.vintage)
    if year is None:
        raise ValueError(f"the vintage of {source.slug} names no year: {source.vintage}")
    return dt.date(int(year.group()), 1, 1)
