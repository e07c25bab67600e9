"""The table "What bad input gets", on the running service, with its memory flat.

Half-sent requests and silent connections: `test_slow_clients.py`. Wrong settings:
`tests/config/test_gunicorn.py`. A database that is down: `test_readiness.py`.
"""

import json
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.server.harness import Server, gunicorn, wait_until
from tests.serving.wire import response, rest, status

pytestmark = pytest.mark.usefixtures("postgres")

HOST = b"Host: localhost\r\n"
END = HOST + b"Connection: close\r\n\r\n"
FLAT = 6_000_000  # bytes that memory may grow in a test: the allocator's own arenas


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """One service for all tests here, warm."""
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.server.faults_settings",
        "FORWARDED_ALLOW_IPS": "127.0.0.0/8",
    }
    with gunicorn(env) as server:
        for _ in range(20):
            ask(server, b"GET / HTTP/1.1\r\n" + END)
            ask(server, b"POST / HTTP/1.1\r\nContent-Length: 500000\r\n" + END + b"x" * 500_000)
        yield server
        server.stop()
        assert "Traceback" not in server.output()


@pytest.fixture(scope="module")
def failing() -> Iterator[Server]:
    """Another, whose log may have stacks in it; it trusts no peer of these tests."""
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.server.faults_settings",
        "FORWARDED_ALLOW_IPS": "10.0.0.0/8",
    }
    with gunicorn(env) as server:
        yield server


def memory(server: Server) -> int:
    """Resident bytes of the worker."""
    (worker,) = server.worker_pids()
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines()
    )
    return int(fields["VmRSS"].split()[0]) * 1024


@pytest.fixture
def server(shared: Server) -> Iterator[Server]:
    """The service; its memory must not grow in the test, and its neighbours must be served."""
    before = memory(shared)
    yield shared
    assert status(ask(shared, b"GET /version HTTP/1.1\r\n" + END)) == 200
    assert memory(shared) - before < FLAT


def connect(server: Server, data: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    client.sendall(data)
    return client


def flood(client: socket.socket, piece: bytes, times: int) -> int:
    """Send `piece` so often, or until the server has closed; the bytes it took."""
    sent = 0
    for _ in range(times):
        try:
            sent += client.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            break
    return sent


def ask(server: Server, data: bytes) -> bytes:
    """All that comes back for `data`."""
    with connect(server, data) as client:
        return rest(client)


def lines(server: Server, **fields: Any) -> list[dict[str, Any]]:
    """The log's lines that have these fields."""
    logged = [json.loads(line) for line in server.output().splitlines()]
    return [line for line in logged if fields.items() <= line.items()]


@pytest.mark.parametrize(
    ("begin", "piece", "times"),
    [
        (b"GET / HTTP/1.1\r\n", b"X: " + b"x" * 1000 + b"\r\n", 60_000),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n", 10_000),
        (b"GET / HTTP/1.1\r\nX: ", b"x" * 1000, 1_000),
        (b"GET / HTTP/1.1\r\nX: ", b"x" * 65536, 1_000),
        (b"GET /", b"x" * 1000, 1_000),
    ],
    ids=["60 MB", "10,000 fields", "one of 1 MB", "one of 60 MB", "target of 1 MB"],
)
def test_large_headers(server: Server, begin: bytes, piece: bytes, times: int) -> None:
    with connect(server, begin) as client:
        flood(client, piece, times)
        got, headers, _ = response(client)
        assert (got, headers["connection"]) == (431, "close")
        assert client.recv(1) == b""


def declared(size: int, *fields: bytes) -> bytes:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n" % size
    return head + b"".join(fields) + b"\r\n"


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (declared(1_000_000_000), b"x" * 65536),
        (
            b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n",
            b"1\r\nx\r\n" * 9999,
        ),
    ],
    ids=["1 GB", "endless chunks"],
)
def test_large_bodies(server: Server, begin: bytes, piece: bytes) -> None:
    with connect(server, begin) as client:
        sent = flood(client, piece, 16_000)
        got, headers, body = response(client)
    assert (got, headers["connection"]) == (413, "close")
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["request_id"] == headers["x-request-id"]
    assert sent < 40_000_000  # a limit of 1 MiB, 6 bytes a byte, 8 MiB discarded, and buffers


def test_413_is_half_closed_at_once_and_closed_within_a_second(server: Server) -> None:
    with connect(server, declared(1_000_000_000)) as client:
        started = time.monotonic()
        assert response(client)[0] == 413
        assert client.recv(1) == b""
        assert time.monotonic() - started < 0.5
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            drip(client)
        assert time.monotonic() - started < 2


def drip(client: socket.socket) -> None:
    """Send on, slowly, for ten seconds."""
    for _ in range(1000):
        client.send(b"x")
        time.sleep(0.01)


@pytest.mark.parametrize("size", [4_000_000, 50_000_000])
def test_a_plain_client_reads_413_in_20_of_20(server: Server, size: int) -> None:
    for _ in range(20):
        client = HTTPConnection("localhost", server.port, timeout=10)
        try:
            client.request("POST", "/", body=b"x" * size)
        except (BrokenPipeError, ConnectionResetError):
            assert size > 8 * 1024 * 1024  # of what is beyond, the sender hears
        answer = client.getresponse()
        assert answer.status == 413
        answer.close()
        client.close()


def test_who_asks_before_sending_is_told_no(server: Server) -> None:
    with connect(server, declared(1_000_000_000, b"Expect: 100-continue\r\n")) as client:
        assert response(client)[0] == 413
    with connect(server, declared(5, b"Expect: 100-continue\r\n")) as client:
        assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_view_may_take_more(server: Server) -> None:
    head = b"POST /upload HTTP/1.1\r\nContent-Length: %d\r\n" + END
    assert b'{"size": 3000000' in ask(server, head % 3_000_000 + b"x" * 3_000_000)
    assert status(ask(server, head % 3_000_001)) == 413


MALFORMED = [
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n" + END + b"x",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + END + b"x",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n" + END,
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n" + END,
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, x\r\n" + END,
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END + b"zz\r\n",
    b"GET /\0 HTTP/1.1\r\n" + END,
    b"GET /%00 HTTP/1.1\r\n" + END,
    b"GET /\xff HTTP/1.1\r\n" + END,
    b"GET /%ff HTTP/1.1\r\n" + END,
    b"GET //evil/ HTTP/1.1\r\n" + END,
    b"GET /%2e%2e/ HTTP/1.1\r\n" + END,
    b"GET /../../etc/passwd HTTP/1.1\r\n" + END,
    b"GET /nowhere?q=\xff HTTP/1.1\r\n" + END,
    b"GET /nowhere?q=%ff%00 HTTP/1.1\r\n" + END,
    b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + END,
    b"GET / HTTP/1.1\r\nX y: z\r\n" + END,
    b"GET / HTTP/1.1\r\nX: \0\r\n" + END,
    b"GET /\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET * HTTP/1.1\r\n" + END,
    b"OPTIONS * HTTP/1.1\r\n" + END,
]


@pytest.mark.parametrize("data", MALFORMED, ids=lambda data: repr(data[:50]))
def test_malformed_requests(server: Server, data: bytes) -> None:
    with connect(server, data) as client:
        got, headers, body = response(client)
        assert rest(client) == b""
    assert got in (400, 404)
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["status"] == got


@pytest.mark.parametrize(
    ("target", "host", "expected"),
    [
        (b"http://localhost/version", b"localhost", 200),
        (b"http://LOCALHOST:80/version", b"localhost", 200),
        (b"http://localhost/version", b"127.0.0.1", 400),  # both allowed, but two
        (b"http://evil/version", b"evil", 400),
        (b"http://evil/version", b"localhost", 400),
        (b"ftp://localhost/version", b"localhost", 400),
    ],
)
def test_absolute_form(server: Server, target: bytes, host: bytes, expected: int) -> None:
    data = b"GET %b HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % (target, host)
    assert status(ask(server, data)) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + HOST, "upgrade"),
        (b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" + HOST, "upgrade"),
        (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST, "method"),
        (b"TRACE / HTTP/1.1\r\n" + HOST, "method"),
    ],
)
def test_other_protocols(server: Server, data: bytes, reason: str) -> None:
    before = len(lines(server, reason=reason))
    got = ask(server, data + b"\r\n")
    assert 400 <= status(got) < 500
    assert b"Traceback" not in got
    wait_until(lambda: lines(server, reason=reason), 5, "the line in the log")
    # None is added where the reason had its line within the last ten seconds.
    assert len(lines(server, reason=reason)) <= before + 1


@pytest.mark.parametrize("given", [b"a b", b"{x}", b"x" * 10_000, b"a\tb", b"\xc3\xbc", b""])
def test_a_request_id_of_ones_own_making(server: Server, given: bytes) -> None:
    with connect(server, b"GET / HTTP/1.1\r\nX-Request-ID: " + given + b"\r\n" + END) as client:
        made = response(client)[1]["x-request-id"]
    assert made != given.decode("latin1").lower()
    assert made.replace("-", "").isalnum()
    assert len(made) <= 128


def test_a_request_id_cannot_bring_a_line(server: Server) -> None:
    got = ask(server, b"GET / HTTP/1.1\r\nX-Request-ID: a\r\n\tb\r\n" + END)
    assert status(got) == 400
    got = ask(server, b"GET / HTTP/1.1\r\nX-Request-ID: a\rX-Evil: b\r\n" + END)
    assert status(got) == 400


def test_wrong_hosts(failing: Server) -> None:
    wrong = b"Host: evil.example\r\nConnection: close\r\n\r\n"
    for path in (b"/", b"/version", b"/nowhere", b"/in-view"):
        got = ask(failing, b"GET %b HTTP/1.1\r\n" % path + wrong)
        assert status(got) == 400
        assert b"application/problem+json" in got
    for path in (b"/livez", b"/readyz"):
        assert status(ask(failing, b"GET %b HTTP/1.1\r\n" % path + wrong)) == 200


def test_a_trusted_peer_names_the_client(server: Server) -> None:
    ask(
        server,
        b"GET /version?trusted HTTP/1.1\r\nX-Request-ID: trusted\r\n"
        b"X-Forwarded-For: 1.1.1.1, 9.9.9.9, 127.0.0.7\r\nX-Forwarded-Proto: https\r\n" + END,
    )
    wait_until(lambda: lines(server, request_id="trusted"), 5, "the line in the log")
    assert lines(server, request_id="trusted")[0]["client.address"] == "9.9.9.9"
    forwarded = b"POST /upload HTTP/1.1\r\nX-Forwarded-Proto: https\r\nContent-Length: 0\r\n" + END
    assert b'"secure": true' in ask(server, forwarded)


def test_an_untrusted_peer_does_not(failing: Server) -> None:
    got = ask(
        failing,
        b"POST /upload HTTP/1.1\r\nX-Request-ID: forged\r\nContent-Length: 0\r\n"
        b"X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\n" + END,
    )
    assert b'"secure": false' in got
    wait_until(lambda: lines(failing, request_id="forged"), 5, "the line in the log")
    assert lines(failing, request_id="forged")[0]["client.address"] == "127.0.0.1"


@pytest.mark.parametrize("where", ["view", "middleware", "stream"])
def test_exceptions(failing: Server, where: str) -> None:
    request_id = f"in-{where}"
    data = f"GET /in-{where} HTTP/1.1\r\nX-Request-ID: {request_id}\r\n".encode() + END
    got = ask(failing, data)
    assert b"secret" not in got
    if where == "stream":
        assert b"begun" in got
        assert not got.endswith(b"0\r\n\r\n")
    else:
        assert status(got) == 500
        problem = json.loads(got.partition(b"\r\n\r\n")[2])
        assert problem["request_id"] == request_id
        assert set(problem) <= {"type", "title", "status", "detail", "request_id"}

    def stacks() -> list[str]:
        return [line.get("exception", "") for line in lines(failing, request_id=request_id)]

    wait_until(lambda: any("Traceback" in stack for stack in stacks()), 5, "the stack in the log")
    assert f"secret in {where}" in "".join(stacks())
