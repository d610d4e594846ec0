"""`jalon ingest`: read official files into the register and the lake."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from jalon.core.command import CommandError, CommandParser, JalonCommand
from jalon.core.models import SourceImport
from jalon.indicators.sources import all_sources, declaration_faults, get_source
from jalon.lake import fetch
from jalon.lake.errors import LakeError
from jalon.portal import ingest, readiness
from jalon.portal.ingest import Result, Status
from jalon.portal.ingest_progress import Progress, mirror_of

_EXPECTED = (LakeError, ingest.UnableToIngestError, readiness.RegisterNotReadyError)


class Command(JalonCommand):
    help = "lit les fichiers officiels et les charge, chacun en entier ou pas du tout"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "sources", nargs="*", metavar="SOURCE", help="noms des sources (par défaut : toutes)"
        )
        parser.add_argument(
            "--mirror",
            metavar="DOSSIER",
            type=Path,
            help="dossier de fichiers officiels, lu à la place du réseau (sinon JALON_MIRROR)",
        )
        parser.add_argument(
            "--list", action="store_true", help="montre les sources sans rien charger"
        )
        parser.add_argument(
            "--accept-smaller",
            action="store_true",
            help="accepte des sources nommées un fichier bien plus court que le précédent",
        )
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        is_json = options["format"] == "json"
        smaller = options["sources"] if options["accept_smaller"] else []
        if options["accept_smaller"] and not smaller:
            raise CommandError("--accept-smaller demande de nommer les sources.")
        try:
            for slug in options["sources"]:
                get_source(slug)
            places = ingest.places_of(mirror_of(options["mirror"]))
            if options["list"]:
                self._list(places, is_json=is_json)
                return
            results = self._ingest(options["sources"], places, smaller, is_quiet=is_json)
        except _EXPECTED as error:
            raise CommandError(str(error)) from error
        if is_json:
            self.emit_json([result.as_json() for result in results])
        self._say_what_failed(results, asked=options["sources"])

    def _ingest(
        self,
        slugs: Sequence[str],
        places: fetch.Places,
        smaller: Sequence[str],
        *,
        is_quiet: bool,
    ) -> list[Result]:
        readiness.prepare_register()
        sources = ingest.with_what_they_need(slugs or [source.slug for source in all_sources()])
        is_online = ingest.needs_network(sources, places) and fetch.has_network()
        with Progress(self.stdout, is_quiet=is_quiet) as progress:
            return ingest.ingest(
                sources,
                places=places,
                is_online=is_online,
                watcher=progress,
                smaller_accepted=smaller,
            )

    def _say_what_failed(self, results: Sequence[Result], asked: Sequence[str]) -> None:
        """End with an error on a source refused, one asked and absent, or a card that is wrong."""
        refused = [result for result in results if result.status is Status.REFUSED]
        absent = [
            result
            for result in results
            if result.status is Status.ABSENT and result.source.slug in asked
        ]
        faults = [result.message for result in (*refused, *absent)]
        if faults := [*faults, *declaration_faults()]:
            raise CommandError("\n".join(faults))

    def _list(self, places: fetch.Places, *, is_json: bool) -> None:
        readiness.prepare_register()
        held = {one.slug: one for one in SourceImport.objects.all()}
        rows = [
            (source, fetch.locate(source, places), held.get(source.slug))
            for source in all_sources()
        ]
        if is_json:
            self.emit_json(
                [
                    {
                        "slug": source.slug,
                        "title": source.title,
                        "publisher": source.publisher,
                        "licence": source.licence,
                        "vintage": source.vintage,
                        "found": location.status,
                        "imported_at": one.imported_at.isoformat() if one else None,
                        "live_read_at": _iso(one.read_live_at) if one else None,
                        "rows": one.n_rows if one else None,
                    }
                    for source, location, one in rows
                ]
            )
            return
        table = Table(box=box.SIMPLE)
        table.add_column("Source", no_wrap=True)
        for header in ("Millésime", "Licence", "Où"):
            table.add_column(header)
        for header in ("Importée le", "Lue en direct"):
            table.add_column(header, no_wrap=True)
        table.add_column("Lignes", no_wrap=True, justify="right")
        for source, location, one in rows:
            table.add_row(
                source.slug,
                source.vintage,
                source.licence,
                location.detail,
                f"{one.imported_at:%d/%m/%Y %H:%M}" if one else "",
                _live(one),
                str(one.n_rows) if one else "",
            )
        self.print_table(table)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _live(one: SourceImport | None) -> str:
    """Say when the official file was downloaded, if it ever was."""
    if one is None or one.read_live_at is None:
        return "jamais"
    return f"{one.read_live_at:%d/%m/%Y}"
