"""The readiness check of a database, against one that is stopped, started, and made to hang."""

import asyncio
import datetime
import gc
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvloop
from django.db import connections

from app.serving.kept_check import KeptCheck
from app.serving.ready_database import Database
from scripts.postgres import Postgres
from tests.server.harness import free_port, wait_until
from tests.stopped import stopped

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL of these tests' own, as others do not expect theirs to be stopped."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder), lasting=False)
        server.open()
        try:
            yield server
        finally:
            server.close()


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = request.param
    return chosen


def configure(monkeypatch: pytest.MonkeyPatch, **database: Any) -> None:
    entry = {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres"}
    configured = connections.configure_settings({"default": entry | database})["default"]
    monkeypatch.setitem(connections.settings, "probed", configured)


@pytest.fixture
def check(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Database:
    # The pool's options must not reach a single connection.
    options = {"host": str(server.sockets), "pool": {"min_size": 1, "max_size": 1}}
    configure(monkeypatch, OPTIONS=options)
    return Database("probed")


def backends(server: Postgres) -> list[int]:
    with psycopg.connect(server.url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE '%readiness'"
        ).fetchall()
    return [row[0] for row in rows]


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_keeps_one_connection(server: Postgres, check: Database, run: Run) -> None:
    async def main() -> None:
        await check.run()
        (backend,) = backends(server)
        for _ in range(3):
            await check.run()
        assert backends(server) == [backend]
        await check.close()
        await check.close()

    run(main())


def test_its_connection_is_told_apart(server: Postgres, check: Database, run: Run) -> None:
    async def main() -> None:
        await check.run()
        with psycopg.connect(server.url) as connection:
            query = "SELECT application_name FROM pg_stat_activity WHERE pid = %s"
            found = connection.execute(query, backends(server)[:1]).fetchone()
        assert found == (f"{name} readiness".lstrip(),)
        await check.close()

    for name in ("", "notes"):
        connections.settings["probed"]["OPTIONS"]["application_name"] = name
        run(main())


def test_the_pool_is_renewed_when_the_kept_connection_was_dead(
    server: Postgres, check: Database, run: Run
) -> None:
    wrapper: Any = connections.create_connection("probed")
    pool = wrapper.pool

    async def main() -> None:
        await check.run()
        pool.open(wait=True)
        await check.run()
        assert pool.get_stats()["connections_num"] == 1
        server.close()
        with pytest.raises(psycopg.Error):
            await check.run()
        server.open()
        await check.run()
        with pool.connection(timeout=20) as connection:
            connection.execute("SELECT 1")
        assert "connections_lost" not in pool.get_stats()  # it was not this one that found it dead
        await check.close()

    try:
        run(main())
    finally:
        wrapper.close_pool()
    wait_until(lambda: not backends(server), 10, "its connections have ended")


def test_starts_no_thread(check: Database, run: Run) -> None:
    async def main() -> None:
        before = threading.active_count()
        for _ in range(3):
            await check.run()
        assert threading.active_count() == before
        await check.close()

    run(main())


def test_a_lost_connection_is_no_failure(server: Postgres, check: Database, run: Run) -> None:
    async def main() -> None:
        await check.run()
        (backend,) = backends(server)
        with psycopg.connect(server.url) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        await check.run()
        assert backends(server) != [backend]
        await check.close()

    run(main())


def test_a_peer_that_went_away_silently_is_no_failure(
    server: Postgres, check: Database, run: Run
) -> None:
    async def main() -> None:
        check.timeout = datetime.timedelta(seconds=0.2)
        await check.run()
        (backend,) = backends(server)
        os.kill(backend, signal.SIGSTOP)
        try:
            await check.run()
        finally:
            os.kill(backend, signal.SIGCONT)
        await check.close()

    run(main())


def test_notices_a_stop_and_a_start_at_once(server: Postgres, check: Database, run: Run) -> None:
    async def main() -> None:
        kept = KeptCheck("database", check, timeout=1, keep=0)
        assert await kept.verdict()
        server.close()
        try:
            assert not await kept.verdict()
            assert not await kept.verdict()
        finally:
            server.open()
        assert await kept.verdict()
        await kept.close()

    run(main())


def test_a_server_that_hangs_fails_in_time(server: Postgres, check: Database, run: Run) -> None:
    async def main() -> None:
        kept = KeptCheck("database", check, timeout=0.5, keep=0)
        check.timeout = datetime.timedelta(seconds=0.5)
        assert await kept.verdict()
        with stopped(server):
            began = time.monotonic()
            assert not await kept.verdict()
            assert not await kept.verdict()
            assert time.monotonic() - began < 2
            assert threading.active_count() == threads
        assert await kept.verdict()
        await kept.close()

    threads = threading.active_count()
    run(main())


def test_a_query_that_is_given_up_ends_its_connection(
    server: Postgres, check: Database, run: Run
) -> None:
    async def main() -> None:
        await check.run()
        with stopped(server):
            # Cancelled by psycopg's own means this takes 10 s.
            began = time.monotonic()
            asked = asyncio.ensure_future(check.run())
            await asyncio.sleep(0)
            asked.cancel()
            await asyncio.wait({asked})
            assert time.monotonic() - began < 2
        await check.run()
        await check.close()

    run(main())


def test_the_end_of_the_process_does_not_wait_for_a_server_that_hangs(
    server: Postgres, check: Database, run: Run
) -> None:
    async def main() -> None:
        kept = KeptCheck("database", check, timeout=30, keep=0)
        assert await kept.verdict()
        with stopped(server):
            asked = asyncio.ensure_future(kept.verdict())
            await asyncio.wait({asked}, timeout=0.05)
            began = time.monotonic()
            await kept.close()
            assert not await asked
            assert time.monotonic() - began < 2

    run(main())


def test_a_new_connection_that_does_not_answer_is_closed(
    check: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    async def refuse(_connection: object, _seconds: float | None) -> None:
        raise psycopg.OperationalError("the database system is shutting down")

    async def main() -> None:
        monkeypatch.setattr(check, "_ask", refuse)
        with pytest.raises(psycopg.OperationalError):
            await check.run()
        closed.append(check._connection)

    run(main())
    assert closed == [None]


def test_a_peer_that_says_nothing_fails_in_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        with silent_server() as port:
            configure(monkeypatch, HOST="127.0.0.1", PORT=port)
            kept = KeptCheck("database", Database("probed"), timeout=0.1, keep=0)
            began = time.monotonic()
            assert not await kept.verdict()
            assert time.monotonic() - began < 2

    run(main())


def test_an_address_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        for options in (
            {"host": "127.0.0.1"},
            {"host": "::1"},
            {"host": "/run/postgresql"},
            {"host": "a,b"},
            {"host": "db", "hostaddr": "127.0.0.1"},
            {},
        ):
            assert await Database()._addresses(dict(options)) == {}

    asyncio.run(main())


def test_a_name_is_looked_up_and_kept_for_the_certificate(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        port = free_port()
        configure(monkeypatch, HOST="localhost", PORT=port)
        found = await Database()._addresses({"host": "localhost"})
        assert set(found["hostaddr"].split(",")) <= {"127.0.0.1", "::1"}
        assert set(found["host"].split(",")) == {"localhost"}
        assert not await KeptCheck("database", Database("probed"), 5, 0).verdict()
        assert f"port {port} failed: Connection refused" in caplog.text

    run(main())


def test_a_name_server_that_is_silent_is_asked_once_at_a_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked_up = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()

        async def getaddrinfo(*name: Any, **_: Any) -> list[Any]:
            looked_up.append(name)
            return await answer

        monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
        configure(monkeypatch, HOST="db.example", PORT=5432)
        kept = KeptCheck("database", Database("probed"), timeout=0.02, keep=0)
        assert [await kept.verdict() for _ in range(3)] == [False] * 3
        assert looked_up == [("db.example", None)]
        answer.set_exception(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
        kept.timeout = 30
        assert not await kept.verdict()
        assert len(looked_up) == 2

    asyncio.run(main())
    gc.collect()  # a look-up whose failure nobody waited for must not complain
    assert len(caplog.records) == 1
