"""Readiness of a running service: its database stops, hangs and comes back; the switch."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from scripts.postgres import Postgres
from tests import environment
from tests.server.harness import ROOT, Server, gunicorn, status_of, wait_until


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    """A PostgreSQL of these tests' own, as others do not expect theirs to be stopped."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        database = Postgres(Path(folder), lasting=False)
        database.open()
        try:
            environment.migrate(database.url)
            yield database
        finally:
            database.close()


@pytest.fixture(scope="module")
def server(database: Postgres) -> Iterator[Server]:
    with gunicorn({"DATABASE_URL": database.url, "WEB_CONCURRENCY": "2"}) as server:
        yield server


def ready(server: Server) -> bool:
    """What each of several new connections, to whichever worker, is told; live they all are."""
    assert {status_of(f"{server.url}/livez") for _ in range(2)} == {200}
    told = {status_of(f"{server.url}/readyz") for _ in range(10)}
    assert told <= {200, 503}
    return told == {200}


def unready(server: Server) -> bool:
    return {status_of(f"{server.url}/readyz") for _ in range(10)} == {503}


def failures(server: Server) -> int:
    return server.output().count("readiness check database failed")


def test_a_database_that_stops_is_noticed_and_forgiven_within_2_s(
    database: Postgres, server: Server
) -> None:
    wait_until(lambda: ready(server), 5, "ready at first")
    said = failures(server)
    database.close()
    try:
        wait_until(lambda: unready(server), 2, "unready")
        # Probes go on for some verdicts: it is not said again.
        asked_until = time.monotonic() + 2.5
        wait_until(lambda: unready(server) and time.monotonic() > asked_until, 5, "still unready")
        assert status_of(f"{server.url}/livez") == 200
    finally:
        database.open()
    wait_until(lambda: ready(server), 2, "ready again")
    assert 1 <= failures(server) - said <= 2  # once by each worker


def test_a_database_that_hangs_is_noticed_and_forgiven(database: Postgres, server: Server) -> None:
    wait_until(lambda: ready(server), 5, "ready at first")
    postmaster = psutil.Process(int((database.data / "postmaster.pid").read_text().split()[0]))
    stopped = [postmaster, *postmaster.children()]
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    try:
        # A verdict of the moment before is kept for 1 s, and the next one takes as long.
        wait_until(lambda: status_of(f"{server.url}/readyz") == 503, 2.5, "unready")
        assert status_of(f"{server.url}/livez", timeout=1) == 200
    finally:
        for process in stopped:
            process.send_signal(signal.SIGCONT)
    wait_until(lambda: ready(server), 4, "ready again")


def test_a_service_without_its_database_starts_and_says_why_once() -> None:
    url = "postgres://user:hunter2@127.0.0.1:1/none"
    with gunicorn({"DATABASE_URL": url}, ready="/livez") as server:
        until = time.monotonic() + 2.5
        wait_until(lambda: unready(server) and time.monotonic() > until, 6, "never ready")
        assert status_of(f"{server.url}/startupz") == 200
        assert failures(server) == 1
        assert "hunter2" not in server.output()


def readiness(server: Server, to: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "readiness", to],
        cwd=ROOT,
        env=os.environ | {"RUNTIME_DIR": str(server.runtime_dir)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_switch_reaches_every_worker_within_a_second(server: Server) -> None:
    wait_until(lambda: ready(server), 5, "ready at first")
    assert readiness(server, "off").startswith("Readiness is off")
    wait_until(lambda: unready(server), 1, "switched off")
    assert status_of(f"{server.url}/livez") == 200
    assert readiness(server, "on").startswith("Readiness is on")
    wait_until(lambda: ready(server), 1, "switched on")


def test_the_switch_is_forgotten_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "readiness-off").touch()
    with gunicorn({"RUNTIME_DIR": str(tmp_path)}):  # comes up, so it is ready
        assert not (tmp_path / "readiness-off").exists()


def test_a_probe_is_answered_whatever_it_looks_like(server: Server) -> None:
    said = len(server.output())
    for method in ("GET", "HEAD"):
        connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
        with closing(connection):
            connection.request(method, "/livez", headers={"Host": "10.1.2.3:8000"})
            response = connection.getresponse()
            assert response.status == 200
            assert response.read() == (b"ok" if method == "GET" else b"")
            assert response.getheader("Cache-Control") == "no-store"
    assert "livez" not in server.output()[said:]
