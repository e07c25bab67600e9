"""Nobody reads stdout or stderr: requests go on, lost lines are counted, SIGTERM is obeyed."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.request import urlopen

import pytest

from tests.server.harness import Server, gunicorn, status_of, wait_until

REQUESTS = 600  # of about 400 bytes of log each: 64 kB, the pipe, is full after 170


class Pipe:
    """stdout and stderr of a server; what nobody reads until the test does."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        self._data = b""

    def read(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            while more := os.read(self.reader, 65_536):
                self._data += more
        return self._data

    def block(self) -> None:
        """Leave no room for a single byte, whoever writes."""
        again = os.open(f"/proc/self/fd/{self.writer}", os.O_WRONLY | os.O_NONBLOCK)
        for size in (4096, 1):
            with contextlib.suppress(BlockingIOError):
                while os.write(again, b"\n" * size):
                    pass
        os.close(again)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.read().split(b"\n")[:-1] if line]

    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines()]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    for fd in (made.reader, made.writer):
        with contextlib.suppress(OSError):
            os.close(fd)


@contextlib.contextmanager
def blocked(pipe: Pipe, **env: str) -> Iterator[Server]:
    """A server that is up, and whose output takes nothing any more."""
    with gunicorn(env, stdout=pipe.writer) as server:
        pipe.block()
        yield server


def get(server: Server, path: str, times: int) -> list[int]:
    """The statuses of so many requests on one connection."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    statuses = []
    for _ in range(times):
        connection.request("GET", path)
        with connection.getresponse() as response:
            response.read()
            statuses.append(response.status)
    connection.close()
    return statuses


def metric(server: Server, name: str) -> float:
    """The sum of a metric's samples."""
    with urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics", timeout=30) as response:
        text: str = response.read().decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.split()[0] == name)


def dropped(server: Server) -> float:
    return metric(server, "log_records_dropped_total")


def test_requests_go_on_and_the_log_too_when_the_pipe_flows(pipe: Pipe) -> None:
    with blocked(pipe, LOG_QUEUE_SIZE="50") as server:
        before = dropped(server)
        started = time.monotonic()
        assert get(server, "/version", REQUESTS) == [200] * REQUESTS
        assert time.monotonic() - started < 20  # one that waits for the pipe would never end
        # 50 wait, one is in the thread's hands, and the last page of the pipe may take a few.
        assert dropped(server) - before >= REQUESTS - 60
        wait_until(lambda: len(pipe.messages()) > 50, 20, "what waited is written")
        assert status_of(server.url + "/version?after") == 200
        wait_until(
            lambda: any("lost" in message for message in pipe.messages()), 20, "the loss is told"
        )
        assert server.stop() == 0
    assert "Shutting down: Master" in pipe.messages()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_every_process_ends_while_nobody_reads(pipe: Pipe, number: signal.Signals) -> None:
    with blocked(pipe, DRAIN_SECONDS="2") as server:
        workers = server.worker_pids()
        assert workers
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(get, server, "/api/async_sleep/", 1)
            wait_until(
                lambda: metric(server, "asgi_requests_in_flight") == 1, 20, "a request is in flight"
            )
            server.process.send_signal(number)
            if number == signal.SIGTERM:
                wait_until(lambda: status_of(server.url + "/readyz") == 503, 5, "it is not ready")
                assert slow.result(30) == [200]
        # The drain's own limits, and no more: the stock master hung in its own log line for ever.
        assert server.process.wait(15) == 0
        wait_until(lambda: not any(map(alive, workers)), 5, "no worker is left")


def test_the_master_reloads_while_nobody_reads(pipe: Pipe) -> None:
    with blocked(pipe) as server:
        old = server.worker_pids()
        server.process.send_signal(signal.SIGHUP)
        wait_until(
            lambda: server.worker_pids() and not set(old) & set(server.worker_pids()),
            30,
            "the worker is replaced",
        )
        wait_until(lambda: status_of(server.url + "/readyz") == 200, 20, "it is ready")
        assert server.stop() == 0


def test_the_reader_is_gone(pipe: Pipe) -> None:
    with blocked(pipe) as server:
        os.close(pipe.writer)
        os.close(pipe.reader)
        assert get(server, "/version", 50) == [200] * 50
        wait_until(lambda: dropped(server) >= 50, 20, "the lines are counted")
        assert server.stop() == 0


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
