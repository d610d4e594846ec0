"""Whether the tables of the register are those of this version."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


class RegisterNotReadyError(Exception):
    """The tables of the register are not those of this version; the message is in French."""


def pending_migrations() -> list[str]:
    """Name the migrations that the register still lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _is_backwards in plan]


def migrate() -> None:
    """Bring the tables of the register up to date."""
    call_command("migrate", verbosity=0, interactive=False)


def prepare_register() -> None:
    """Make the tables of a new register; those of one in use are only changed by `migrate`.

    Raises
    ------
    RegisterNotReadyError
        When a register in use lacks migrations.
    """
    pending = pending_migrations()
    if pending and connection.introspection.table_names():
        message = _("Le registre attend %(n)d migrations : lancer « jalon migrate ».")
        raise RegisterNotReadyError(message % {"n": len(pending)})
    if pending:
        migrate()
