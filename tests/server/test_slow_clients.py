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
LONG = 100  # seconds that no test waits for: what comes sooner did not wait for a slow client
TIMES = ("FIRST_BYTE_SECONDS", "HEADER_SECONDS", "BODY_SECONDS")
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
            client = socket.create_connection(("127.0.0.1", server.port), timeout=60)
            stack.enter_context(client)
            client.sendall(data)
            opened.append(client)
        yield opened


def served(server: Server) -> bool:
    """Whether a neighbour is answered, by the worker and by Django, before LONG is over."""
    return {status_of(server.url + path, LONG - 10) for path in ("/livez", "/version")} == {200}


def refused(server: Server, reason: str) -> int:
    """The counter of refusals for `reason`."""
    with urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics") as response:
        text = response.read().decode()
    found = re.search(rf'^asgi_requests_refused_total{{reason="{reason}"}} (\S+)$', text, re.M)
    return int(float(found[1])) if found else 0


@pytest.mark.parametrize("half", HALVES)
def test_neighbours_of_many_are_served_meanwhile(half: str) -> None:
    data, _, reason = HALVES[half]
    with gunicorn(dict.fromkeys(TIMES, str(LONG))) as server, clients(server, MANY, data):
        assert served(server)
        assert refused(server, reason) == 0


@pytest.mark.parametrize("half", HALVES)
def test_many_are_closed_in_time(half: str) -> None:
    data, expected, reason = HALVES[half]
    with gunicorn(dict.fromkeys(TIMES, "2")) as server:
        before = time.monotonic()
        with clients(server, MANY, data) as opened:
            for client in opened:
                assert status(rest(client)) == expected
            assert time.monotonic() - before > 1.9
        assert refused(server, reason) == MANY


@pytest.mark.parametrize("half", ["silent", "half a header"])
def test_at_the_bound_those_without_a_header_make_room(half: str) -> None:
    env = dict.fromkeys(TIMES, str(LONG)) | {"CONNECTION_LIMIT": str(MANY)}
    with gunicorn(env) as server, clients(server, MANY, HALVES[half][0]) as opened:
        assert served(server)
        # The harness' own probes may have taken places before these did.
        assert ended(opened[0])
        opened[-1].setblocking(False)
        with pytest.raises(BlockingIOError):
            opened[-1].recv(1)
        assert refused(server, "evicted") >= 1
        assert f"A worker takes {MANY} connections" in server.output()
