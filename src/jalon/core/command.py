"""Base of the `jalon` commands: help in French, one clear line on error, JSON on request."""

import argparse
import json
import re
import sys
from typing import Any, NoReturn

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.db import OperationalError, ProgrammingError
from rich.console import Console
from rich.table import Table

# Options that Django adds to every command and that `jalon` users do not need to read about.
_DJANGO_OPTIONS = {
    "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color",
    "--force-color", "--skip-checks",
}  # fmt: skip

# What argparse says, and how it is said here.
_IN_FRENCH = (
    (r"the following arguments are required: (.+)", r"il manque : \1"),
    (r"unrecognized arguments: (.+)", r"argument inconnu : \1"),
    (r"argument (.+): expected one argument", r"\1 attend une valeur"),
    (r"argument (.+): expected at least one argument", r"\1 attend au moins une valeur"),
    (r"argument (.+): expected (\d+) arguments", r"\1 attend \2 valeurs"),
    (
        r"argument (.+): invalid choice: (.+) \(choose from (.+)\)",
        r"\1 ne peut pas valoir \2 (au choix : \3)",
    ),
    (r"argument (.+): invalid int value: (.+)", r"\1 attend un nombre entier, pas \2"),
    (r"argument (.+): invalid float value: (.+)", r"\1 attend un nombre, pas \2"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 ne va pas avec \2"),
    (r"argument (.+): ignored explicit argument (.+)", r"\1 ne prend pas de valeur (\2)"),
    (r"ambiguous option: (.+) could match (.+)", r"option ambiguë : \1 (\2)"),
)
_INTERRUPTED = 130
_TABLE_IS_MISSING = re.compile(r"no such (table|column)|(relation|column) .* does not exist")
_WIDE = 500  # columns of a table written to a file or a pipe: more than any row has


class _FrenchFormatter(DjangoHelpFormatter):
    def add_usage(
        self, usage: Any, actions: Any, groups: Any, prefix: str | None = "utilisation : "
    ) -> None:
        super().add_usage(usage, actions, groups, prefix)


class _FrenchParser(CommandParser):
    def error(self, message: str) -> NoReturn:
        """Say on one line what is wrong in the command, and end with code 2."""
        message = _in_french(message)
        if not self.called_from_command_line:
            raise CommandError(message)
        self.exit(2, f"Erreur : {message}. Voir « {self.prog} --help ».\n")


def _in_french(message: str) -> str:
    for english, french in _IN_FRENCH:
        if match := re.fullmatch(english, message, flags=re.DOTALL):
            return match.expand(french)
    return message


class JalonCommand(BaseCommand):
    """Parent of every command of the public surface (DESIGN.md §6).

    A subclass raises `CommandError` with one line in French; a result is printed by `emit_json`.
    """

    _called_from_command_line: bool
    requires_system_checks = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Build the parser with its headings, standard options and errors in French."""
        kwargs = {"add_help": False, "formatter_class": _FrenchFormatter, **kwargs}
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = _FrenchParser  # Django offers no way to choose it
        for action in parser._actions:
            if _DJANGO_OPTIONS.intersection(action.option_strings):
                action.help = argparse.SUPPRESS
        parser._positionals.title = "arguments\u00a0"
        parser._optionals.title = "options\u00a0"
        parser.add_argument("-h", "--help", action="help", help="affiche cette aide et s’arrête")
        return parser

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the command; at a terminal, an error is one line and an exit code."""
        if not self._called_from_command_line or options.get("traceback"):
            return super().execute(*args, **options)
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            self.stderr.write(f"Erreur : {error}")
            sys.exit(error.returncode)
        except (OperationalError, ProgrammingError) as error:
            if not _TABLE_IS_MISSING.search(str(error)):
                raise
            self.stderr.write("Erreur : le registre n’est pas prêt : lancer « jalon migrate ».")
            sys.exit(1)
        except KeyboardInterrupt:
            self.stderr.write("Interrompu.")
            sys.exit(_INTERRUPTED)

    def add_format(self, parser: CommandParser) -> None:
        """Declare `--format text|json`."""
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="forme du résultat"
        )

    def print_table(self, table: Table) -> None:
        """Print a table as wide as the terminal, or wide enough in a file or a pipe."""
        console = Console() if sys.stdout.isatty() else Console(width=_WIDE)
        with console.capture() as drawn:
            console.print(table)
        self.stdout.write(drawn.get())

    def emit_json(self, payload: Any) -> None:
        """Print one JSON document; a NaN is a defect, never printed."""
        self.stdout.write(json.dumps(payload, ensure_ascii=False, allow_nan=False, indent=1))


__all__ = ["CommandError", "CommandParser", "JalonCommand"]
