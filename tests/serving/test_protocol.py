"""What arrives before ASGI sees it is bounded in bytes, fields, time and kind."""

import asyncio
import json
import time
from contextvars import ContextVar
from typing import cast

import pytest

from app.asgi import Receive, Scope, Send
from app.serving.protocol import PIPELINED
from tests.serving.wire import (
    CHUNKED,
    GET,
    HOST,
    Gate,
    Reader,
    answer,
    ended,
    listening,
    response,
    rest,
    status,
    within,
)

START = b"GET / HTTP/1.1\r\n" + HOST


def test_a_request_is_answered_and_the_next_on_the_same_connection() -> None:
    with listening() as wire:
        client = wire.connect(GET)
        assert response(client)[0] == 200
        client.sendall(GET)
        got, headers, body = response(client)
        assert (got, body, wire.refused) == (200, b"hello", [])
        assert "connection" not in headers


def test_the_scope_is_what_uvicorn_gives() -> None:
    reader = Reader()
    with listening(reader) as wire:
        wire.ask(b"GET /a%20b/%C3%BC?q=%ff#f HTTP/1.0\r\n\r\n")
    (scope,) = reader.scopes
    assert scope["path"] == "/a b/ü"
    assert scope["raw_path"] == b"/a%20b/%C3%BC"
    assert scope["query_string"] == b"q=%ff"
    assert (scope["method"], scope["http_version"]) == ("GET", "1.0")
    assert scope["headers"] == []


REFUSED = {
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n": "host",
    b"GET / HTTP/1.1\r\n\r\n": "host",
    b"GET /\r\n": "version",
    b"GET /\r\n\r\n": "version",
    b"GET / HTTP/2.0\r\nHost: a\r\n\r\n": "version",
    b"GET / HTTP/1.2\r\nHost: a\r\n\r\n": "parse",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": "parse",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03": "parse",
    b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n": "parse",
    b"GET foo HTTP/1.1\r\nHost: a\r\n\r\n": "parse",
    b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n": "parse",
    b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n": "parse",
    b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n": "target",
    b"GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n": "target",
    b"GET * HTTP/1.1\r\nHost: a\r\n\r\n": "target",
    b"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n": "target",
    b"GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n": "parse",
    b"GET / HTTP/1.1\nHost: a\n\n": "parse",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na": "parse",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n": "parse",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n": "parse",
    CHUNKED + b"zz\r\n": "parse",
    b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n": "method",
    b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n": "method",
    START + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n": "upgrade",
    START + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n": "upgrade",
}


@pytest.mark.parametrize("data", REFUSED, ids=lambda data: repr(data[:60]))
def test_what_no_application_should_see_gets_a_problem(data: bytes) -> None:
    with listening(Reader()) as wire:
        client = wire.connect(data)
        got, headers, body = response(client)
        assert rest(client) == b""
        assert wire.refused == [(REFUSED[data], "127.0.0.1")]
    assert got == (405 if REFUSED[data] == "method" else 400)
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert ("allow" in headers) == (got == 405)
    assert json.loads(body)["status"] == got


@pytest.mark.parametrize("data", [b"GET http://a/x HTTP/1.1\r\n", b"OPTIONS * HTTP/1.1\r\n"])
def test_other_forms_of_target_are_served(data: bytes) -> None:
    with listening() as wire:
        assert status(wire.ask(data + HOST + b"Connection: close\r\n\r\n")) == 200


def test_a_header_may_have_so_many_bytes() -> None:
    def head(size: int) -> bytes:
        begin, end = START + b"X: ", b"\r\nConnection: close\r\n\r\n"
        return begin + b"x" * (size - len(begin) - len(end)) + end

    with listening(header_bytes=1000) as wire:
        assert status(wire.ask(head(1000))) == 200
        assert status(wire.ask(head(1001))) == 431
        assert status(wire.ask(b"GET /" + b"x" * 1000)) == 431
        assert status(wire.ask(b"\r\n" * 501)) == 400
        assert wire.reasons == ["header_bytes", "header_bytes", "parse"]


def test_a_header_in_pieces_may_have_no_more() -> None:
    with listening(header_bytes=1000) as wire:
        client = wire.connect(START + b"X: ")
        for _ in range(10):
            client.sendall(b"x" * 100)
        assert status(rest(client)) == 431


def test_a_body_is_not_a_header() -> None:
    with listening(Reader(), header_bytes=1000) as wire:
        body = b"Content-Length: 100000\r\n\r\n" + b"x" * 100000
        client = wire.connect(b"POST / HTTP/1.1\r\n" + HOST + body)
        assert response(client)[2] == b"100000"
        client.sendall(CHUNKED.replace(b"\r\n", b"\r\nX: " + b"x" * 800 + b"\r\n", 1))
        client.sendall(b"1;" + b"x" * 800 + b"\r\nx\r\n0\r\n\r\n")
        assert response(client)[2] == b"1"
        client.sendall(CHUNKED + b"186a0\r\n" + b"x" * 100000 + b"\r\n0\r\n\r\n")
        assert response(client)[2] == b"100000"


@pytest.mark.parametrize("end", [b"\r\n", b""])
def test_a_header_may_have_so_many_fields(end: bytes) -> None:
    with listening(header_count=10) as wire:
        assert response(wire.connect(START + b"X: y\r\n" * 9 + b"\r\n"))[0] == 200
        # A field is known to be whole when the next one begins.
        assert status(wire.ask(START + b"X: y\r\n" * (10 if end else 11) + end)) == 431
        assert wire.reasons == ["header_count"]


def test_trailers_are_dropped_and_bounded() -> None:
    reader = Reader()
    with listening(reader, header_count=10, header_bytes=1000) as wire:
        client = wire.connect(CHUNKED + b"1;a=b\r\nx\r\n0\r\nX-Forwarded-For: 1.1.1.1\r\n")
        client.sendall(b"\r\n")
        assert response(client)[2] == b"1"
        assert [name for name, _ in reader.scopes[0]["headers"]] == [b"host", b"transfer-encoding"]
        assert status(wire.ask(CHUNKED + b"0\r\n" + b"X: y\r\n" * 12)) == 431
        assert status(wire.ask(CHUNKED + b"0\r\nX: " + b"x" * 2000)) == 400
        assert status(wire.ask(CHUNKED + b"1;" + b"x" * 2000)) == 400
        assert wire.reasons == ["header_count", "parse", "parse"]


def test_silence_is_closed_without_an_answer() -> None:
    with listening(first_byte_seconds=0.2) as wire:
        assert wire.ask(b"") == b""
        assert wire.refused == [("first_byte", "127.0.0.1")]


def test_empty_lines_are_silence() -> None:
    with listening(first_byte_seconds=0.2) as wire:
        assert wire.ask(b"\r\n") == b""


def test_half_a_header_gets_408_however_it_drips() -> None:
    with listening(header_seconds=0.4) as wire:
        client = wire.connect(START)
        client.settimeout(0.05)
        got, started = b"", time.monotonic()
        while not got:
            try:
                got = client.recv(1000)
            except TimeoutError:
                client.sendall(b"X: y\r\n")
        assert status(got) == 408
        assert time.monotonic() - started < 2
        assert wire.reasons == ["header_time"]


def test_half_a_header_behind_a_request_gets_408_after_its_answer() -> None:
    with listening(header_seconds=0.2, keep_alive=30) as wire:
        client = wire.connect(GET + START)
        assert response(client)[0] == 200
        assert response(client)[0] == 408


def test_half_a_header_after_a_request_gets_408() -> None:
    with listening(header_seconds=0.2, keep_alive=30) as wire:
        client = wire.connect(GET)
        assert response(client)[0] == 200
        client.sendall(START)
        assert response(client)[0] == 408


def test_half_a_body_gets_408_and_the_application_hears_of_it() -> None:
    reader = Reader()
    with listening(reader, body_seconds=0.2) as wire:
        got = wire.ask(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\nhalf")
        assert status(got) == 408
        assert wire.reasons == ["body_time"]
        within(1, lambda: reader.heard[-1]["type"] == "http.disconnect", "the disconnect")


def test_an_application_that_takes_its_time_is_not_the_clients_fault() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.6)
        await Reader()(scope, receive, send)

    with listening(slow, body_seconds=0.2) as wire:
        size = 300_000  # more than uvicorn reads ahead
        data = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n" % size
        paused = wire.connect(data + b"\r\n" + b"x" * size)
        asked = wire.connect(data + b"Expect: 100-continue\r\n\r\n")
        assert response(paused)[2] == b"%d" % size
        assert asked.recv(1000).startswith(b"HTTP/1.1 100 ")
        asked.sendall(b"x" * size)
        assert response(asked)[2] == b"%d" % size
        assert wire.refused == []


def test_a_client_is_to_blame_again_once_the_application_reads() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.4)
        await Reader()(scope, receive, send)

    with listening(slow, body_seconds=0.2) as wire:
        client = wire.connect(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 300000\r\n\r\n")
        client.sendall(b"x" * 200_000)
        assert status(rest(client)) == 408


def test_a_request_that_is_whole_may_take_its_time() -> None:
    gate = Gate()
    with listening(gate, body_seconds=0.1, header_seconds=0.1) as wire:
        client = wire.connect(GET)
        client.settimeout(0.4)
        with pytest.raises(TimeoutError):
            client.recv(1)
        gate.opened.set()
        assert response(client)[0] == 200


def test_an_idle_connection_is_closed_and_that_is_no_refusal() -> None:
    with listening(keep_alive=0.2, first_byte_seconds=0.4) as wire:
        client = wire.connect(GET)
        assert response(client)[0] == 200
        assert rest(client) == b""
        assert wire.refused == []


def test_empty_lines_do_not_keep_an_idle_connection_open() -> None:
    with listening(keep_alive=0.2, first_byte_seconds=0.4) as wire:
        client = wire.connect(GET)
        assert response(client)[0] == 200
        client.sendall(b"\r\n")
        assert rest(client) == b""


def test_pipelined_requests_are_answered_in_order() -> None:
    async def path(scope: Scope, _receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        await answer(send, scope["path"].encode())

    with listening(path) as wire:
        client = wire.connect(
            b"".join(START.replace(b"/", b"/%d" % n, 1) + b"\r\n" for n in range(9))
        )
        assert [response(client)[2] for _ in range(9)] == [b"/%d" % n for n in range(9)]


def test_a_pipelined_request_inherits_no_context() -> None:
    seen: ContextVar[str] = ContextVar("seen", default="nothing")

    async def remembers(scope: Scope, _receive: Receive, send: Send) -> None:
        before = seen.get()
        seen.set(scope["path"])
        await asyncio.sleep(0)
        await answer(send, before.encode())

    with listening(remembers) as wire:
        client = wire.connect(GET * 3)
        assert [response(client)[2] for _ in range(3)] == [b"nothing"] * 3


def test_so_many_requests_may_wait_behind_one() -> None:
    with listening() as wire:
        got = wire.ask(GET * (PIPELINED + 2))
        assert got.count(b"200 OK") == PIPELINED + 1
        assert got.count(b"429 Too Many Requests") == 1
        assert wire.reasons == ["pipeline"]


def test_a_client_that_goes_while_others_wait_is_gone_for_the_one_being_served() -> None:
    gone: list[str] = []

    async def waits(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        gone.append((await receive())["type"])

    with listening(waits) as wire:
        client = wire.connect(GET * 2)
        within(2, lambda: wire.server.server_state.tasks, "the request is being served")
        client.close()
        within(2, lambda: gone == ["http.disconnect"], "the disconnect")


def test_those_without_a_header_make_room_oldest_first() -> None:
    with listening(connections=3) as wire:
        kept = wire.connect(GET)
        assert response(kept)[0] == 200
        silent = [wire.connect(), wire.connect(START)]
        within(2, lambda: len(wire.server.server_state.connections) == 3, "all are in")
        new = wire.connect(GET)
        assert response(new)[0] == 200
        assert ended(silent[0])
        newer = wire.connect(GET)
        assert response(newer)[0] == 200
        assert wire.reasons == ["evicted", "evicted"]
        newest = wire.connect(GET)  # now the oldest idle one goes
        assert response(newest)[0] == 200
        for client in (new, newer, newest):
            client.sendall(GET)
            assert response(client)[0] == 200
        assert wire.reasons == ["evicted"] * 3


@pytest.mark.parametrize("more", [b"", START])
def test_a_request_that_is_served_makes_no_room(more: bytes) -> None:
    gate = Gate()
    with listening(gate, connections=1) as wire:
        client = wire.connect(GET + more)
        within(2, lambda: gate.served, "the request is being served")
        surplus = wire.connect()
        assert ended(surplus)
        assert wire.reasons == ["surplus"]
        gate.opened.set()
        assert response(client)[0] == 200


def test_a_client_without_an_address_can_be_refused(tmp_path: object) -> None:
    with listening(path=f"{tmp_path}/socket") as wire:
        assert status(wire.ask(b"nonsense\r\n")) == 400
        assert wire.refused == [("parse", None)]


def test_a_fault_of_ours_is_not_called_a_bad_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise ZeroDivisionError

    with listening() as wire:
        told: list[dict[str, object]] = []
        assert response(wire.connect(GET))[0] == 200
        (connection,) = wire.server.server_state.connections
        connection.loop.set_exception_handler(lambda _, context: told.append(context))
        monkeypatch.setattr("app.serving.protocol.read_target", faulty)
        assert wire.ask(GET) == b""
        (context,) = told
        assert isinstance(cast("Exception", context["exception"]).__context__, ZeroDivisionError)
        assert wire.refused == []
