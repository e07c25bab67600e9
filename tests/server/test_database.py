"""A database that stops answering under 2,000 reads holds up them, and nothing else."""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.serving.threads import SPARE
from app.serving.unavailable import REASONS
from scripts.postgres import Postgres
from tests import environment
from tests.server.busy import read_response
from tests.server.harness import Server, gunicorn, status_of, wait_until
from tests.server.test_sleepers import close, connect, metric
from tests.stopped import stopped

POOL, WAITING = 4, 16
TIMEOUT = 4  # seconds: who is held up takes as long, and a busy machine less than half of it
READS = 2000


@pytest.fixture(scope="module")
def own() -> Iterator[Postgres]:
    """A PostgreSQL of these tests' own, as others do not expect theirs to be stopped."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder), lasting=False)
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
        "DJANGO_SETTINGS_MODULE": "tests.server.database_settings",
        "DB_POOL_MAX": str(POOL),
        "DB_MAX_WAITING": str(WAITING),
        "DB_POOL_TIMEOUT": str(TIMEOUT),
    }
    with gunicorn(env) as server:
        assert read_and_block(server) == [200, 200]
        yield server


def read_and_block(server: Server) -> list[int]:
    """The statuses of one read of each kind."""
    return [status_of(server.url + path, timeout=20) for path in ("/read", "/block")]


def unavailable(server: Server, reason: str) -> float:
    """How many have got 503 for it, by the metrics."""
    return metric(server, f'asgi_database_unavailable_total{{reason="{reason}"}}')


async def most_threads(worker: psutil.Process, most: list[int]) -> None:
    """Keep the most threads that were seen in `most`."""
    while True:
        most[0] = max(most[0], worker.num_threads())
        await asyncio.sleep(0.02)


async def slowest_answer(server: Server, path: str, seconds: float) -> float:
    """Ask for `path` again and again for some `seconds`; the longest that an answer took."""
    slowest, end = 0.0, time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        reader, writer = await connect(server, path)
        assert (await read_response(reader))[0] == 200
        slowest = max(slowest, time.monotonic() - began)
        writer.close()
    return slowest


async def read_all(server: Server, most: list[int]) -> tuple[list[int], float, float]:
    """The statuses of the reads, and how long others took while some of those still waited."""
    watching = asyncio.create_task(most_threads(psutil.Process(server.worker_pids()[0]), most))
    connections = [await connect(server, ("/read", "/block")[n % 2]) for n in range(READS)]
    reads = [asyncio.ensure_future(read_response(reader)) for reader, _ in connections]
    for some in itertools.islice(asyncio.as_completed(reads), READS - POOL - WAITING):
        await some
    probe, sleeper = await asyncio.gather(
        slowest_answer(server, "/livez", 1.5), slowest_answer(server, "/api/async_sleep/", 1.5)
    )
    # The pool's connections that were made before are asked for ever.
    for some in itertools.islice(asyncio.as_completed(reads), READS - POOL):
        await some
    statuses = [read.result()[0] for read in reads if read.done()]
    for task in (watching, *reads):
        task.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    await close(connections)
    return statuses, probe, sleeper


def test_2000_reads_of_a_database_that_stopped(own: Postgres, served: Server) -> None:
    worker = psutil.Process(served.worker_pids()[0])
    before, memory = worker.num_threads(), worker.memory_info().rss
    most = [0]
    with stopped(own):
        statuses, probe, sleeper = asyncio.run(read_all(served, most))
        assert set(statuses) == {503}
        assert len(statuses) >= READS - POOL
        # The pool has threads of its own, and look-ups of names the loop's.
        assert POOL + WAITING <= most[0] <= before + POOL + WAITING + 4
        assert probe < TIMEOUT / 2
        assert sleeper < 1 + TIMEOUT / 2
        assert worker.memory_info().rss - memory < 100_000_000
        timeouts = "asgi_database_pool_timeouts_total"
        wait_until(lambda: metric(served, timeouts) >= WAITING, 20, "the pool's own count")
        # More are let in whenever those before them have given up: on a busy machine, often.
        assert unavailable(served, "timeout") >= WAITING
        assert unavailable(served, "refused") > READS / 2
        assert sum(unavailable(served, each) for each in REASONS) >= len(statuses)
    wait_until(lambda: status_of(served.url + "/read") == 200, 20, "it is read again")
    wait_until(lambda: worker.num_threads() <= before + SPARE, 20, "the threads have ended")


def test_a_database_that_is_gone(own: Postgres, served: Server) -> None:
    own.close()
    try:
        assert read_and_block(served) == [503, 503]
        assert status_of(served.url + "/livez") == 200
    finally:
        own.open()
    wait_until(lambda: status_of(served.url + "/read") == 200, 20, "it is read again")
