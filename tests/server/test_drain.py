"""A SIGTERM loses no request, and every process ends in time."""

import concurrent.futures
import contextlib
import http.client
import json
import re
import signal
import socket
import threading
import time
from typing import Any

import pytest

from tests.server.busy import busy
from tests.server.harness import (
    GUNICORN,
    Server,
    command_line,
    gunicorn,
    serving,
    status_of,
    wait_until,
)
from tests.telemetry.exporters import scrape

pytestmark = pytest.mark.usefixtures("postgres")
VIEWS = {
    "DJANGO_SETTINGS_MODULE": "tests.server.settings",
    "REHEARSAL": "true",
    "LOG_ARRIVAL": "true",
}
KILL = 8  # seconds: DRAIN_SECONDS of the harness and what gunicorn gives on top
ROUNDS = 10  # for one worker and for two: twenty SIGTERMs in all


def log(server: Server) -> list[dict[str, Any]]:
    """The log as dictionaries; a line that is not JSON fails the test."""
    return [json.loads(line) for line in server.output().splitlines()]


def said(server: Server, pattern: str) -> bool:
    """Whether a message of the log matches."""
    return any(re.search(pattern, line["message"]) for line in log(server))


def request_line(server: Server, path: str) -> dict[str, Any]:
    """The line of the end of the one request to `path`."""
    [line] = [
        line
        for line in log(server)
        if line.get("url.path") == path and "http.response.status_code" in line
    ]
    return line


def get(server: Server, path: str) -> tuple[int, bytes]:
    """A GET on a connection of its own: its status and body; (0, b"") when it was cut off."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""


def in_flight(
    server: Server, path: str, query: str = ""
) -> "concurrent.futures.Future[tuple[int, bytes]]":
    """Begin a GET in a thread and return when the worker has it (needs LOG_ARRIVAL)."""
    future: concurrent.futures.Future[tuple[int, bytes]] = concurrent.futures.Future()
    target = path + query
    threading.Thread(target=lambda: future.set_result(get(server, target)), daemon=True).start()
    wait_until(lambda: f'"url.path":"{path}"' in server.output(), 10, f"{path} is in flight")
    return future


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("time_", range(ROUNDS))
def test_busy_connections_lose_nothing(workers: str, time_: int) -> None:
    settings = VIEWS | {"WEB_CONCURRENCY": workers, "DRAIN_SECONDS": "5"}
    with gunicorn(settings) as server:
        with busy(server) as load:
            slow = in_flight(server, "/three-seconds")
            server.process.terminate()
            wait_until(lambda: status_of(server.url + "/readyz") == 503, 2, "readiness is off")
            # Whichever worker answers, as long as one does.
            assert 200 not in {status_of(server.url + "/readyz") for _ in range(10)}
            assert slow.result(10) == (200, b"three seconds")
            assert server.process.wait(20) == 0
        assert load.lost == []
        assert set(load.answered) == {200}
        assert load.told == load.connections
        assert log(server)[-1]["message"] == "Shutting down: Master"
        assert "Error" not in server.output()


def test_a_request_that_is_on_its_way_when_accepting_ends_is_answered() -> None:
    def refuses(server: Server) -> bool:
        try:
            socket.create_connection(("127.0.0.1", server.port)).close()
        except ConnectionRefusedError:
            return True
        return False

    def draining(server: Server) -> bool:
        return scrape(server.metrics_port)["asgi_connections_draining"] == 2

    with gunicorn(VIEWS | {"DRAIN_SECONDS": "8"}) as server:
        metrics = f"http://127.0.0.1:{server.metrics_port}/metrics"
        wait_until(lambda: status_of(metrics) == 200, 60, "the exporter is up")
        with (
            socket.create_connection(("127.0.0.1", server.port)) as silent,
            socket.create_connection(("127.0.0.1", server.port)) as begun,
        ):
            begun.sendall(b"GET /version HTTP/1.1\r\nHo")
            server.process.terminate()
            wait_until(lambda: draining(server), 5, "both connections are counted")
            wait_until(lambda: refuses(server), 10, "no new connection is accepted")
            silent.sendall(b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n")
            begun.sendall(b"st: localhost\r\n\r\n")
            for client in silent, begun:
                head = client.makefile("rb").read().lower()  # to its end: it is closed
                assert head.startswith(b"http/1.1 200")
                assert b"connection: close" in head
        assert server.process.wait(20) == 0


def test_an_async_request_over_the_limit_is_cancelled() -> None:
    with gunicorn(VIEWS) as server:
        answer = in_flight(server, "/with-finally")
        assert server.stop() == 0
        status, body = answer.result(5)
        assert (status, json.loads(body)["detail"]) == (503, "The service is shutting down.")
        assert said(server, "the view's finally ran")
        line = request_line(server, "/with-finally")
        assert (line["http.response.status_code"], line["ended_by"]) == (503, "drain limit")


@pytest.mark.parametrize("path", ["/sync-sleep", "/pg-sleep"])
def test_a_thread_that_outlasts_the_limit_is_left_behind(path: str) -> None:
    with gunicorn(VIEWS) as server:
        answer = in_flight(server, path)
        assert server.stop(seconds=KILL - 1) == 0
        assert answer.result(5)[0] == 503
        line = request_line(server, path)
        assert (line["http.response.status_code"], line["ended_by"]) == (503, "drain limit")
        assert said(server, "1 thread of requests is left behind")


def test_a_stream_is_cut_at_the_limit() -> None:
    path = "/rehearsal/stream/1000"
    with gunicorn(VIEWS) as server:
        answer = in_flight(server, path, query="?pause=0.1&size=10")
        assert server.stop() == 0
        assert answer.result(5) == (0, b"")
        line = request_line(server, path)
        assert (line["http.response.status_code"], line["ended_by"]) == (200, "drain limit")
        assert not said(server, "Exception in ASGI")


def test_ten_reloads_under_load_lose_nothing_and_stay_ready() -> None:
    probes: set[object] = set()
    over = threading.Event()

    def probe(server: Server) -> None:
        while not over.wait(0.05):
            began = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            try:
                connection.request("GET", "/readyz")
                answer = connection.getresponse()
                # Its lines say which check failed: on a starved machine one may take too long.
                probes.add(answer.status if answer.status == 200 else answer.read().decode())
            except (OSError, http.client.HTTPException) as error:
                probes.add(f"{error!r} after {time.monotonic() - began:.2f} s")
            finally:
                connection.close()

    with gunicorn(VIEWS) as server:
        prober = threading.Thread(target=probe, args=[server])
        prober.start()
        try:
            with busy(server, connections=20, again=True) as load:
                for _ in range(10):
                    reload(server)
        finally:
            over.set()
            prober.join()
        assert load.lost == []
        assert set(load.answered) == {200}
        assert probes == {200}
        assert server.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_a_quick_shutdown_waits_for_nobody(number: signal.Signals) -> None:
    with gunicorn(VIEWS | {"DRAIN_SECONDS": "60"}) as server:
        answer = in_flight(server, "/with-finally")
        assert server.stop(number, seconds=5) == 0
        assert answer.result(5)[0] == 503
        assert said(server, "the view's finally ran")
        assert request_line(server, "/with-finally")["ended_by"] == "quick shutdown"
        assert said(server, "Ending at once")


def test_a_worker_whose_master_was_killed_drains_and_ends() -> None:
    with gunicorn(VIEWS) as server:
        workers = server.worker_pids()
        assert workers
        server.process.kill()
        wait_until(lambda: not alive(workers), 10, "the orphans have ended")
        assert said(server, "The master is gone")
        assert said(server, "Drained in")


def test_an_application_whose_lifespan_does_not_end_is_not_waited_for() -> None:
    command = (*GUNICORN[:-1], "tests.server.hanging:application")
    with serving(command, ready="/") as server:
        assert server.stop(seconds=KILL - 1) == 0
        assert said(server, "The lifespan did not end within 2 s")


def reload(server: Server) -> None:
    """Replace all workers; wait until the old ones are gone and a new one serves.

    One that still loads at the next signal would be replaced before it had served anybody.
    """
    before = set(server.worker_pids())
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not before & set(server.worker_pids()), 20, "the workers were replaced")
    wait_until(lambda: status_of(server.url + "/livez") == 200, 60, "a new worker serves")


def alive(pids: list[int]) -> list[int]:
    """Those of the processes that still run."""
    return [pid for pid in pids if command_line(pid)]
