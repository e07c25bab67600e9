"""One session of PostgreSQL that migrates, alone: ten pods that start at once migrate once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Advisory locks belong to a database, so all of a service's pods and nobody else meet at it. A
# service that shares its database with another waits for that one's migrations too.
LOCK = 0x6D69677261746573
PAUSE_SECONDS = 0.25

Say = Callable[[str], None]


class NoDatabase(Exception):
    """It did not take a connection in time."""


class Busy(Exception):
    """Another process went on migrating for too long."""


@contextmanager
def migration_session(alias: str, lock_timeout: float) -> Iterator[BaseDatabaseWrapper]:
    """Make `connections[alias]` a connection for migrations, in this thread and meanwhile.

    Out of the pool, which hides why it cannot connect; without an end to a statement; waiting no
    more than `lock_timeout` seconds for a table's lock: whoever waits for one stops all that come
    behind it, every request among them.
    """
    before = connections[alias]
    connection = connections.create_connection(alias)
    options = dict(connection.settings_dict["OPTIONS"])
    options.pop("pool", None)
    limits = f"-c statement_timeout=0 -c lock_timeout={max(1, int(lock_timeout * 1000))}"
    options["options"] = f"{options.get('options', '')} {limits}".strip()
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    connections[alias] = connection
    try:
        yield connection
    finally:
        connection.close()
        connections[alias] = before


def wait_for_database(connection: BaseDatabaseWrapper, seconds: float, say: Say) -> None:
    """Connect, trying again until it succeeds; each new reason is said. Raises NoDatabase."""
    deadline = time.monotonic() + seconds
    said = ""
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            reason = " ".join(str(error).split())
            if time.monotonic() >= deadline:
                raise NoDatabase(reason) from error
            if reason != said:
                say(f"Waiting for the database: {reason}")
                said = reason
            time.sleep(PAUSE_SECONDS)
        else:
            return


def lock_migrations(connection: BaseDatabaseWrapper, seconds: float, say: Say) -> None:
    """Take the lock that the session holds to its end. Raises Busy.

    Asked again and again, for a session that waits inside of `pg_advisory_lock` has a snapshot open
    all the while: CREATE INDEX CONCURRENTLY of the one that has the lock waits for it, and each for
    the other. The session is the one that migrates: if it breaks, lock and migration end together.
    """
    deadline = time.monotonic() + seconds
    waiting = False
    while not _try(connection):
        if time.monotonic() >= deadline:
            raise Busy
        if not waiting:
            say("Waiting for another process that migrates this database.")
            waiting = True
        time.sleep(PAUSE_SECONDS)


def _try(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (taken,) = cursor.fetchone()
    return bool(taken)
