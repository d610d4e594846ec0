"""`jalon demo`: from nothing to a site that answers, in one command."""

from pathlib import Path
from typing import Any

from django.core.management import call_command

from jalon.core.command import CommandError, CommandParser, JalonCommand
from jalon.core.models import SourceImport
from jalon.indicators.sources import all_sources, get_source
from jalon.lake import country, fetch, simulate
from jalon.lake.errors import LakeError
from jalon.portal import ingest, readiness
from jalon.portal.ingest import Result, Status
from jalon.portal.ingest_progress import Progress, mirror_of
from jalon.portal.static_files import gather_static_files


class Command(JalonCommand):
    help = "prépare tout (tables, fichiers officiels, évaluations, contrôles) puis sert le site"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mirror",
            metavar="DOSSIER",
            type=Path,
            help="dossier de fichiers officiels, lu à la place du réseau (sinon JALON_MIRROR)",
        )
        parser.add_argument(
            "--simulated",
            action="store_true",
            help="scénario simulé, aux effets connus, sur les vrais territoires",
        )
        parser.add_argument("--no-serve", action="store_true", help="s’arrête après les contrôles")
        parser.add_argument("--port", type=int, default=8000, help="port du site (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["simulated"] and options["mirror"]:
            raise CommandError("--simulated ne lit aucun miroir : choisir l’un ou l’autre.")
        readiness.migrate()
        try:
            results = self._fill(options["mirror"], is_simulated=options["simulated"])
        except (ingest.UnableToIngestError, LakeError) as error:
            raise CommandError(str(error)) from error
        gather_static_files()
        call_command("evaluate", stdout=self.stdout, stderr=self.stderr)
        call_command("doctor", stdout=self.stdout, stderr=self.stderr)
        if refused := [result for result in results if result.status is Status.REFUSED]:
            raise CommandError("\n".join(result.message for result in refused))
        if not options["no_serve"]:
            call_command("serve", port=options["port"], stdout=self.stdout, stderr=self.stderr)

    def _fill(self, asked: Path | None, *, is_simulated: bool) -> list[Result]:
        """Read the official files; the scenario only where none can be reached, or if asked."""
        mirror = None if is_simulated else mirror_of(asked)
        places = ingest.places_of(mirror)
        is_online = (
            not is_simulated and ingest.needs_network(all_sources(), places) and fetch.has_network()
        )
        holds_real = SourceImport.objects.unlike(is_simulated=True).exists()
        with Progress(self.stdout) as progress:
            if is_simulated or not (mirror or is_online or holds_real):
                ingest.refuse_mixing(is_simulated=True)
                why = "" if is_simulated else "Aucune source officielle n’est accessible : "
                self.stdout.write(f"{why}scénario simulé, dit sur chaque page.")
                source = get_source("territoires")
                fetched = fetch.fetch(source, places, is_online=False)
                territories = country.read_country({source.slug: fetched})
                readings = simulate.simulated_readings(territories)
                return ingest.ingest_readings(territories, readings, watcher=progress)
            sources = ingest.with_what_they_need([source.slug for source in all_sources()])
            return ingest.ingest(sources, places=places, is_online=is_online, watcher=progress)
