"""PostgreSQL is killed under load and comes back, again and again.

`ROUNDS=20 LONG_OUTAGE=60 make test ARGS=tests/server/test_outage.py` runs it at full length, and
to the second; otherwise a busy machine has more time. `--log-cli-level=INFO` tells the times.
"""

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.postgres import Postgres
from scripts.postmaster import kill
from tests import environment
from tests.server.caller import Caller, Reply, notes_load
from tests.server.harness import Server, gunicorn, wait_until

logger = logging.getLogger(__name__)
ROUNDS = int(os.environ.get("ROUNDS", "2"))
OUTAGES = [2, *map(int, os.environ.get("LONG_OUTAGE", "").split())]  # seconds
# How long until /readyz tells the truth, and from then until a read is answered.
READY, READ = (2, 1) if "ROUNDS" in os.environ else (10, 5)
POOL, POOL_TIMEOUT = 4, 2
pytestmark = pytest.mark.timeout(120 + 30 * ROUNDS + sum(OUTAGES))


@pytest.fixture(scope="module")
def own() -> Iterator[Postgres]:
    """A PostgreSQL of these tests' own, one that keeps what it has acknowledged."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder), lasting=True)
        server.open()
        try:
            environment.migrate(server.url)
            yield server
        finally:
            server.close()


@pytest.fixture
def served(own: Postgres) -> Iterator[Server]:
    env = {
        "DATABASE_URL": own.url,
        "DB_POOL_MAX": str(POOL),
        "DB_POOL_TIMEOUT": str(POOL_TIMEOUT),
        "DB_MAX_WAITING": "2",
    }
    with gunicorn(env) as server:
        yield server


@contextmanager
def gone(own: Postgres) -> Iterator[None]:
    """Killed with all its children, and started again at the end."""
    kill(own.data, 20)
    try:
        yield
    finally:
        own.close()
        own.open()


class Prober(threading.Thread):
    """Asks /livez and /readyz again and again, as a kubelet does, and keeps what changes."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.over = threading.Event()
        self.live: set[int] = set()
        self.ready = 0
        self.caller = Caller(server)

    def run(self) -> None:
        while not self.over.wait(0.02):
            self.live.add(self.caller("GET", "/livez").status)
            self.ready = self.caller("GET", "/readyz").status
        self.caller.close()


@pytest.fixture
def prober(served: Server) -> Iterator[Prober]:
    prober = Prober(served)
    prober.start()
    yield prober
    prober.over.set()
    prober.join()
    assert prober.live == {200}


def seconds_until(prober: Prober, status: int) -> float:
    """How long until /readyz says so."""
    began = time.monotonic()
    wait_until(lambda: prober.ready == status, READY, f"/readyz is {status}")
    return time.monotonic() - began


def seconds_to_read(server: Server, limit: float) -> float:
    """From the first 200 of /readyz to the first of a read, on one connection to one worker."""
    caller = Caller(server)
    wait_until(lambda: caller("GET", "/readyz").status == 200, READY, "/readyz is 200")
    began = time.monotonic()
    wait_until(lambda: caller("GET", "/api/notes").status == 200, limit, "a read after /readyz")
    took = time.monotonic() - began
    caller.close()
    return took


def is_temporary(reply: Reply) -> bool:
    """Whether a 503 says what it has to, as soon as it has to."""
    assert reply.headers["content-type"] == "application/problem+json"
    assert json.loads(reply.body)["status"] == 503
    return int(reply.headers["retry-after"]) > 0 and reply.seconds < POOL_TIMEOUT + 2


def written(own: Postgres) -> set[str]:
    with psycopg.connect(own.url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)
        return {str(row[0]) for row in connection.execute("SELECT id FROM notes_note")}


def wait_for_more(found: list[Any], number: int) -> None:
    aim = len(found) + number
    wait_until(lambda: len(found) >= aim, 20, f"{number} more")


def test_killed_and_restarted_under_load(own: Postgres, served: Server, prober: Prober) -> None:
    workers = served.worker_pids()
    with notes_load(served) as load:
        for number in range(ROUNDS):
            wait_until(lambda: prober.ready == 200, 20, "ready at first")
            wait_for_more(load.acknowledged, 20)
            with gone(own):
                off = seconds_until(prober, 503)
                wait_for_more(load.refused, 8)
            # This one has others before it: they take more places than there are.
            on, read = seconds_until(prober, 200), seconds_to_read(served, 10)
            logger.info("round %d: off %.2f s, on %.2f s, read %.3f s", number, off, on, read)
    slowest = max(reply.seconds for reply in load.refused)
    logger.info("slowest 503 %.2f s; answered %s", slowest, load.answered)
    assert load.lost == []
    assert {status for _, status in load.answered} == {200, 201, 503}
    assert all(map(is_temporary, load.refused))
    assert served.worker_pids() == workers
    assert set(load.acknowledged) <= written(own)


@pytest.mark.parametrize("seconds", OUTAGES)
def test_after_an_outage_the_pool_is_there_with_readiness(
    own: Postgres, served: Server, prober: Prober, seconds: int
) -> None:
    with notes_load(served) as load:
        wait_for_more(load.acknowledged, 50)  # the pool has grown
    with gone(own):
        seconds_until(prober, 503)
        until = time.monotonic() + seconds
        wait_until(lambda: time.monotonic() > until, seconds + 1, "the outage has lasted")
    logger.info("after %d s: read %.3f s", seconds, seconds_to_read(served, READ))
    caller = Caller(served)
    assert {caller("GET", "/api/notes").status for _ in range(2 * POOL)} == {200}
    caller.close()
