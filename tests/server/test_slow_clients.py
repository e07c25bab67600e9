"""Clients that send half of something, or nothing, and seven hundred of them at once."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from tests.server.harness import Server, gunicorn, status_of
from tests.serving.wire import ended, rest, status

pytestmark = pytest.mark.usefixtures("postgres")

MANY = 700
HALVES = {
    "silent": (b"", 0, "first_byte"),
    "half a header": (b"GET / HTTP/1.1\r\nHost: localhost\r\n", 408, "header_time"),
    "half a body": (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf",
        408,
        "body_time",
    ),
}


@contextlib.contextmanager
def clients(server: Server, number: int, data: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that have sent `data`."""
    with contextlib.ExitStack() as stack:
        opened = []
        for _ in range(number):
            client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            stack.enter_context(client)
            client.sendall(data)
            opened.append(client)
        yield opened


def answered_in(server: Server, path: str) -> float:
    """Seconds that a GET takes which must be 200."""
    started = time.monotonic()
    assert status_of(server.url + path) == 200
    return time.monotonic() - started


def refused(server: Server, reason: str) -> int:
    """The counter of refusals for `reason`."""
    with urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics") as response:
        text = response.read().decode()
    found = re.search(rf'^asgi_requests_refused_total{{reason="{reason}"}} (\S+)$', text, re.M)
    return int(float(found[1])) if found else 0


@pytest.mark.parametrize("half", HALVES)
def test_many_are_closed_in_time_and_their_neighbours_are_served(half: str) -> None:
    data, expected, reason = HALVES[half]
    env = {"FIRST_BYTE_SECONDS": "2", "HEADER_SECONDS": "2", "BODY_SECONDS": "2"}
    with gunicorn(env) as server:
        before = time.monotonic()
        with clients(server, MANY, data) as opened:
            for path in ("/livez", "/version"):
                assert answered_in(server, path) < 1
            for client in opened:
                assert status(rest(client)) == expected
            assert 1.9 < time.monotonic() - before < 10
        assert refused(server, reason) == MANY


@pytest.mark.parametrize("half", ["silent", "half a header"])
def test_at_the_bound_those_without_a_header_make_room(half: str) -> None:
    env = {"CONNECTION_LIMIT": str(MANY), "FIRST_BYTE_SECONDS": "60", "HEADER_SECONDS": "60"}
    with gunicorn(env) as server, clients(server, MANY, HALVES[half][0]) as opened:
        for path in ("/livez", "/version"):
            assert answered_in(server, path) < 1
        # The harness' own probes may have taken places before these did.
        assert ended(opened[0])
        opened[-1].setblocking(False)
        with pytest.raises(BlockingIOError):
            opened[-1].recv(1)
        assert refused(server, "evicted") >= 1
        assert f"A worker takes {MANY} connections" in server.output()
