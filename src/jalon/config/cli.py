"""Console script `jalon`: the project's management commands under one name."""

import os
import sys

import django
from django.core.management import ManagementUtility, get_commands, load_command_class

_HELP: tuple[list[str], ...] = ([], ["help"], ["-h"], ["--help"])
_UNKNOWN_COMMAND = 2


def main() -> None:
    """Run `jalon COMMAND …` (any Django management command)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
    django.setup()  # the commands of the project are known only then
    utility = ManagementUtility(["jalon", *sys.argv[1:]])
    utility.prog_name = "jalon"
    if sys.argv[1:] in _HELP:
        sys.stdout.write(_list_commands())
    elif not sys.argv[1].startswith("-") and sys.argv[1] not in {"help", *get_commands()}:
        sys.stderr.write(f"Erreur : « {sys.argv[1]} » n’est pas une commande. Voir « jalon ».\n")
        sys.exit(_UNKNOWN_COMMAND)
    else:
        utility.execute()


def _list_commands() -> str:
    """List the commands of the project, each with what it does."""
    lines = ["utilisation : jalon COMMANDE [options]", ""]
    for name, app in sorted(get_commands().items()):
        if app.startswith("jalon."):
            lines.append(f"  {name:<10} {load_command_class(app, name).help}")
    lines += [
        "",
        "« jalon COMMANDE --help » dit les options ; « jalon migrate » est celle de Django.",
    ]
    return "\n".join(lines) + "\n"
