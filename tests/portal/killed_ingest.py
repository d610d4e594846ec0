"""An ingest that kills itself: `python -m tests.portal.killed_ingest SLUG MOMENT FOLDER`.

It is run in a process of its own, which dies by SIGKILL at the MOMENT when the source SLUG is being
read. FOLDER is the mirror, or "small:…", the folder of the small ingest of the Oise. With the
moment "never", it runs to its end.
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import django

MOMENTS = ("copying", "register", "before-swap", "after-swap")


def main(slug: str, moment: str, folder: str) -> None:
    """Arm the kill, then ingest."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "jalon.config.settings"
    django.setup()
    if moment != "never":
        _arm(slug, moment)
    if folder.startswith("small:"):
        _ingest_small(Path(folder.removeprefix("small:")))
    else:
        from django.core.management import call_command

        call_command("ingest", mirror=Path(folder))


def _ingest_small(folder: Path) -> None:
    from jalon.portal import ingest, readiness
    from tests.portal import small_ingest

    readiness.prepare_register()
    ingest.country.read_country = small_ingest.read_small_country
    sources = small_ingest.small_sources()
    if (folder / "mirror" / "panels").is_dir():
        sources.append(small_ingest.source_of_population())
    ingest.ingest(sources, places=small_ingest.places_in(folder), is_online=False)


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(slug: str, moment: str) -> None:
    from jalon.lake import fetch
    from jalon.lake.manifest import Manifest
    from jalon.lake.store import Lake
    from jalon.portal.ingest import _Ingestion

    being_read = ""
    keep, load, write = fetch._keep, _Ingestion._load, Manifest.write
    derive = Lake.keep_derived

    def watched_keep(fetched: Any, places: Any) -> Any:
        if fetched.slug == slug and moment == "copying":
            shutil.copyfile = lambda source, target: (target.write_bytes(b"half"), _die())
        return keep(fetched, places)

    def watched_load(self: Any, reading: Any) -> None:
        nonlocal being_read
        being_read = reading.source.slug
        load(self, reading)

    def watched_derive(self: Any, product: Any, tables: Any, inputs: str) -> None:
        nonlocal being_read
        being_read = product.slug
        if product.slug == slug and moment == "register":
            _die()
        derive(self, product, tables, inputs)

    def watched_write(self: Any, path: Path) -> None:
        is_the_swap = being_read == slug and path.name == "manifest.json"
        if is_the_swap and moment == "before-swap":
            _die()
        write(self, path)
        if is_the_swap and moment == "after-swap":
            _die()

    def watched_keep_import(self: Any, reading: Any) -> None:
        keep_import(self, reading)
        if reading.source.slug == slug and moment == "register":
            _die()

    keep_import = _Ingestion._keep_import
    fetch._keep = watched_keep
    _Ingestion._load = watched_load
    Lake.keep_derived = watched_derive
    Manifest.write = watched_write
    _Ingestion._keep_import = watched_keep_import


if __name__ == "__main__":
    main(*sys.argv[1:])
