"""What a measurement needs around it: cores, a database with rows in it, and servers on a core."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks import work
from benchmarks.refused import Refused
from benchmarks.stacks import Stack
from scripts.postgres import Postgres
from tests import environment
from tests.server import harness

Cores = frozenset[int]
FILL = """
INSERT INTO notes_note (id, owner, text, tags, version, created, updated)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'acme', repeat('Water the plants. ', 5),
       ARRAY['home', 'weekly'], 1, now(), now()
FROM generate_series(1, 1000) AS n
"""


@dataclass(frozen=True)
class Lab:
    """`servers` run on one core, and all else on `others`; on a machine with one core they share.

    `database` is the URL of a PostgreSQL with 1,000 notes, `order` a file with the JSON of
    `work.ORDER`; `tell` hears what is measured now.
    """

    servers: Cores
    others: Cores
    database: str
    order: Path
    tell: Callable[[str], None]

    @contextlib.contextmanager
    def serving(
        self,
        stack: Stack,
        env: Mapping[str, str] | None = None,
        *,
        cores: Cores | None = None,
        ready: str = "/version",
    ) -> Iterator[harness.Server]:
        """A stack that answers, on the servers' core or on `cores`."""
        self.tell(stack.name)
        variables = {"DATABASE_URL": self.database, **stack.env, **(env or {})}
        with contextlib.ExitStack() as running:
            with _on(cores or self.servers):  # what is started there stays there
                server = running.enter_context(
                    harness.serving(stack.command, variables, ready=ready)
                )
            yield server


@contextlib.contextmanager
def laboratory(tell: Callable[[str], None]) -> Iterator[Lab]:
    """A lab whose database runs meanwhile. Refused where there is no Linux."""
    if not hasattr(os, "sched_setaffinity"):
        raise Refused("The benchmarks need Linux: they pin processes to cores, and read /proc.")
    first, *rest = sorted(os.sched_getaffinity(0))
    lab_cores = frozenset(rest or [first])
    environment.provide()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, _on(lab_cores):
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        order = folder / "order.json"
        order.write_text(work.ORDER.model_dump_json())
        postgres = Postgres(folder / "postgres", lasting=False)
        postgres.open()
        try:
            environment.migrate(postgres.url)
            with psycopg.connect(postgres.url, autocommit=True) as connection:
                connection.execute(FILL)
                connection.execute("VACUUM ANALYZE notes_note")
            yield Lab(frozenset({first}), lab_cores, postgres.url, order, tell)
        finally:
            postgres.close()


@contextlib.contextmanager
def _on(cores: Cores) -> Iterator[None]:
    """Run this thread, and the processes that it starts, on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
