"""`jalon serve`: the site on this machine."""

import os
import socket
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from granian import Granian
from granian.constants import Interfaces

from jalon.core.command import CommandError, CommandParser, JalonCommand
from jalon.portal.static_files import gather_static_files

# Seconds left to a process for its last answers when the site is asked to stop.
_LAST_ANSWERS = 10
# Answers being written at once. One that is read slowly holds its thread until it is read: with
# four, four slow readers of a file stopped the site; a waiting thread costs nothing to the others.
_THREADS = 32


class Command(JalonCommand):
    """Serve the site; nothing is written to the register."""

    help = _("Sert le site sur cette machine. Placer un serveur HTTPS devant pour le publier.")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where to listen, and with how many processes."""
        parser.add_argument(
            "--host", default="127.0.0.1", metavar="ADRESSE", help=_("adresse écoutée")
        )
        parser.add_argument("--port", type=int, default=8000, metavar="N", help=_("port écouté"))
        parser.add_argument(
            "--workers", type=int, default=1, metavar="N", help=_("nombre de processus")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check that the site can be served, then serve it until it is stopped."""
        host, port = options["host"], options["port"]
        _check_register()
        _check_address(host, port)
        gather_static_files()
        self.stdout.write(_("Jalon : http://%(host)s:%(port)s") % {"host": host, "port": port})
        self.stdout.flush()
        # The workers are new processes: they read the settings named here.
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
        connection.close()
        Granian(
            "jalon.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=_THREADS,
            websockets=False,
            log_enabled=False,
            respawn_failed_workers=True,
            workers_kill_timeout=_LAST_ANSWERS,
        ).serve()


def _check_register() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            _("Le registre n’est pas à jour : lancer « jalon demo », ou « jalon migrate ».")
        )


def _check_address(host: str, port: int) -> None:
    """Say in one line that an address is taken, where the server would print a trace."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                _("Impossible d’écouter sur %(host)s:%(port)s (%(why)s) ; essayer --port %(next)s.")
                % {"host": host, "port": port, "why": error.strerror, "next": port + 1}
            ) from error
