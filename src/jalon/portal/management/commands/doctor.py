"""`jalon doctor`: say what the installation holds, and whether it is what it should be."""

from typing import Any

from jalon.core import french
from jalon.core.command import CommandError, CommandParser, JalonCommand
from jalon.portal.doctor import Diagnosis, examine
from jalon.territories.enums import TerritoryKind


class Command(JalonCommand):
    help = "vérifie l’installation : tables, sources, fichiers du lac, totaux connus"

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_format(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        diagnosis = examine()
        if options["format"] == "json":
            self.emit_json(diagnosis.as_json())
        else:
            self._print(diagnosis)
        if failures := diagnosis.failures:
            names = ", ".join(check.name for check in failures)
            raise CommandError(f"{len(failures)} contrôle(s) en échec : {names}.")

    def _print(self, diagnosis: Diagnosis) -> None:
        for check in diagnosis.checks:
            self.stdout.write(f"{'✓' if check.ok else '✗'} {check.name} : {check.message}")
        territories = ", ".join(
            f"{TerritoryKind(kind).label} {french.number(n)}"
            for kind, n in diagnosis.territories.items()
        )
        self.stdout.write(
            f"\nDonnées {'simulées' if diagnosis.simulated else 'réelles'}. "
            f"Territoires : {territories}.\n"
            f"{french.number(sum(diagnosis.interventions.values()))} interventions, "
            f"{french.number(diagnosis.observations)} observations, "
            f"{french.number(diagnosis.evaluations)} évaluations publiées, "
            f"lac de {french.file_size(diagnosis.lake_bytes)}."
        )
