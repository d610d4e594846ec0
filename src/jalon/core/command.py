"""Base of the `jalon` commands: help in French, one clear line on error, JSON on request."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

# Options that Django adds to every command and that `jalon` users do not need to read about.
_DJANGO_OPTIONS = {
    "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color",
    "--force-color", "--skip-checks",
}  # fmt: skip


class JalonCommand(BaseCommand):
    """Parent of every command of the public surface (DESIGN.md §6).

    A subclass raises `CommandError` with one line in French; a result is printed by `emit`.
    """

    requires_system_checks = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Build the parser with its headings and standard options in French."""
        parser = super().create_parser(prog_name, subcommand, add_help=False, **kwargs)
        for action in parser._actions:
            if _DJANGO_OPTIONS.intersection(action.option_strings):
                action.help = argparse.SUPPRESS
        parser._positionals.title = "arguments"
        parser._optionals.title = "options"
        parser.add_argument("-h", "--help", action="help", help="affiche cette aide et s’arrête")
        return parser

    def add_format(self, parser: CommandParser) -> None:
        """Declare `--format text|json`."""
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="forme du résultat"
        )

    def emit_json(self, payload: Any) -> None:
        """Print one JSON document; a NaN is a defect, never printed."""
        self.stdout.write(json.dumps(payload, ensure_ascii=False, allow_nan=False, indent=1))


__all__ = ["CommandError", "CommandParser", "JalonCommand"]
