"""`manage.py migrate_safely`: for a rollout, where many start at once and requests still run."""

from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from app.serving.migration_session import (
    Busy,
    NoDatabase,
    lock_migrations,
    migration_session,
    wait_for_database,
)

NO_DATABASE = 3
BUSY = 4
LOCKED = 5


class Command(BaseCommand):
    help = (
        "Wait for the PostgreSQL database, let one process at a time migrate it, and give up on a "
        "table that requests hold rather than stop them. Exit status: 0 migrated, or nothing to "
        "do; 1 a migration failed; 3 the database did not answer, or went away; 4 another process "
        "was migrating for too long; 5 a table stayed locked: nothing of that migration was done "
        "(unless it is not atomic), run it again."
    )
    # They may want the tables that are not there yet; `migrate` runs its own.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default", help="An alias of DATABASES.")
        for name, seconds, what in (
            ("--wait", 60.0, "for the database to take a connection"),
            ("--lock-wait", 600.0, "for another process that migrates"),
            ("--lock-timeout", 5.0, "for the lock of a table, with requests waiting behind"),
        ):
            parser.add_argument(
                name,
                type=float,
                default=seconds,
                metavar="SECONDS",
                help=f"How long to wait {what} (default: {seconds:g}).",
            )

    def handle(self, *_args: Any, **options: Any) -> None:
        alias = options["database"]

        def say(words: str) -> None:
            self.stdout.write(words)
            self.stdout.flush()  # in a pod it is no terminal

        with migration_session(alias, options["lock_timeout"]) as connection:
            try:
                wait_for_database(connection, options["wait"], say)
                lock_migrations(connection, options["lock_wait"], say)
                call_command(
                    "migrate",
                    database=alias,
                    interactive=False,
                    skip_checks=False,
                    verbosity=options["verbosity"],
                )
            except NoDatabase as error:
                raise CommandError(f"No database: {error}", returncode=NO_DATABASE) from error
            except Busy as error:
                text = f"Another process still migrates after {options['lock_wait']:g} s."
                raise CommandError(text, returncode=BUSY) from error
            except OperationalError as error:
                if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                    text = f"A table stayed locked for {options['lock_timeout']:g} s: {error}"
                    raise CommandError(text, returncode=LOCKED) from error
                if not connection.is_usable():
                    text = f"The database went away: {error}"
                    raise CommandError(text, returncode=NO_DATABASE) from error
                raise
