"""The last answer on a connection can be read, and the connection ends."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from math import inf
from typing import cast

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from app.asgi import App, Receive, Scope, Send
from app.serving.closing import LINGER_BYTES, LINGER_SECONDS
from app.serving.connections import Connections
from app.serving.limits import ConnectionLimits
from app.serving.protocol import BoundedProtocol, protocol_class
from tests.serving.wire import (
    CHUNKED,
    GET,
    HOST,
    Gate,
    Reader,
    Wire,
    ended,
    hello,
    listening,
    response,
    rest,
    status,
    within,
)

HUGE = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 50000000\r\n\r\n"


@pytest.mark.parametrize("size", [4_000_000, 50_000_000])
def test_a_plain_client_reads_the_answer_each_time(size: int) -> None:
    with listening() as wire:
        for _ in range(20):
            client = HTTPConnection("127.0.0.1", wire.address[1], timeout=10)
            try:
                client.request("POST", "/", body=b"x" * size, headers={"Host": "a"})
            except (BrokenPipeError, ConnectionResetError):
                assert size > LINGER_BYTES  # of what is beyond, the sender hears
            answer = client.getresponse()
            assert (answer.status, answer.getheader("connection")) == (200, "close")
            answer.close()
            client.close()


def send_on(client: socket.socket, piece: bytes, pause: float = 0) -> int:
    """Send `piece` every `pause` seconds until the server has had enough; the bytes it took."""
    sent, limit = 0, time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            sent += client.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            return sent
        time.sleep(pause)
    raise AssertionError("the server takes it for ever")


def test_no_more_than_8_mib_are_discarded() -> None:
    with listening() as wire:
        sent = send_on(wire.connect(HUGE), b"x" * 65536)
        assert sent < LINGER_BYTES + 16_000_000  # with what the kernel's buffers hold


def test_nothing_is_discarded_for_more_than_a_second() -> None:
    with listening() as wire:
        client, started = wire.connect(HUGE), time.monotonic()
        send_on(client, b"x", pause=0.01)
        assert LINGER_SECONDS * 0.9 < time.monotonic() - started < LINGER_SECONDS + 1


def test_the_answer_is_followed_by_the_end_at_once() -> None:
    with listening() as wire:
        client, started = wire.connect(HUGE), time.monotonic()
        assert response(client)[1]["connection"] == "close"
        assert rest(client) == b""
        assert time.monotonic() - started < LINGER_SECONDS / 2
        client.close()
        within(LINGER_SECONDS / 2, lambda: not wire.server.server_state.connections, "all gone")


def test_a_refusal_waits_for_the_responses_before_it() -> None:
    gate = Gate()
    with listening(gate) as wire:
        client = wire.connect(GET + b"nonsense\r\n")
        within(2, lambda: wire.reasons == ["parse"], "the refusal")
        client.sendall(b"more nonsense")
        gate.opened.set()
        assert response(client)[0] == 200
        assert response(client)[0] == 400
        assert rest(client) == b""


def test_a_request_that_is_whole_is_answered_before_its_trailer_is_refused() -> None:
    gate = Gate()
    with listening(gate, header_count=2) as wire:
        client = wire.connect(CHUNKED + b"0\r\n" + b"X: y\r\n" * 3 + b"\r\n")
        within(2, lambda: wire.reasons == ["header_count"], "the refusal")
        gate.opened.set()
        assert response(client)[0] == 200
        assert response(client)[0] == 431


def test_a_request_whose_body_is_broken_is_not_begun() -> None:
    gate = Gate()
    with listening(gate) as wire:
        client = wire.connect(GET + CHUNKED + b"zz\r\n")
        within(2, lambda: wire.reasons == ["parse"], "the refusal")
        gate.opened.set()
        assert response(client)[0] == 200
        assert response(client)[0] == 400
        assert gate.served == 1


def test_an_application_whose_request_breaks_is_told_that_the_client_is_gone() -> None:
    reader = Reader()
    with listening(reader) as wire:
        client = wire.connect(CHUNKED + b"1\r\nx\r\n")
        within(2, lambda: reader.heard, "the first chunk")
        client.sendall(b"zz\r\n")
        assert status(rest(client)) == 400
        gone = LINGER_SECONDS / 2  # before the connection is
        within(gone, lambda: reader.heard[-1]["type"] == "http.disconnect", "the disconnect")


def test_a_response_that_has_begun_is_cut_when_its_request_breaks() -> None:
    async def streams(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    with listening(streams) as wire:
        client = wire.connect(CHUNKED + b"1\r\nx\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        client.sendall(b"zz\r\n")
        got = b""
        while more := client.recv(1000):
            got += more
        assert b"400" not in got
        assert not got.endswith(b"0\r\n\r\n")


def test_a_response_for_a_client_that_is_gone() -> None:
    gate = Gate()
    with listening(gate) as wire:
        wire.connect(GET).close()
        within(2, lambda: not wire.server.server_state.connections and gate.served, "it is gone")
        gate.opened.set()
        within(2, lambda: not wire.server.server_state.tasks, "the task has ended")


def shut(wire: Wire) -> None:
    """Call `shutdown()` of every connection, on the loop."""
    done = threading.Event()

    def each() -> None:
        for connection in list(wire.server.server_state.connections):
            connection.shutdown()
        done.set()

    (connection,) = {c.loop for c in wire.server.server_state.connections}
    connection.call_soon_threadsafe(each)
    assert done.wait(5)


def test_shutdown_closes_what_is_idle() -> None:
    with listening() as wire:
        client = wire.connect(GET)
        assert response(client)[0] == 200
        shut(wire)
        assert rest(client) == b""


def test_shutdown_lets_a_request_in_flight_be_answered() -> None:
    gate = Gate()
    with listening(gate) as wire:
        client = wire.connect(GET)
        within(2, lambda: gate.served, "the request is being served")
        shut(wire)
        gate.opened.set()
        assert response(client)[1]["connection"] == "close"
        assert rest(client) == b""


def test_shutdown_lets_a_stream_end() -> None:
    opened = threading.Event()

    async def streams(_scope: Scope, _receive: Receive, send: Send) -> None:
        head = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await asyncio.to_thread(opened.wait, 10)
        await send({"type": "http.response.body", "body": b"y"})

    with listening(streams) as wire:
        client = wire.connect(GET)
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
        shut(wire)
        opened.set()
        assert rest(client).endswith(b"y")


def test_shutdown_leaves_a_connection_that_lingers_to_its_end() -> None:
    with listening() as wire:
        client = wire.connect(HUGE)
        assert response(client)[0] == 200
        shut(wire)
        assert len(wire.server.server_state.connections) == 1
        assert ended(client)


class Transport:
    """A transport that cannot half-close, as TLS, with `unsent` bytes."""

    def __init__(self) -> None:
        self.unsent = 0
        self.closing = False
        self.done: list[str] = []

    def get_extra_info(self, _name: str) -> None:
        return None

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def can_write_eof(self) -> bool:
        return False

    def is_closing(self) -> bool:
        return self.closing

    def write(self, _data: bytes) -> None:
        self.done.append("write")

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")


def connected(transport: Transport, app: App = hello) -> BoundedProtocol:
    """Our protocol on that transport."""
    config = Config(app, http="httptools", ws="none", lifespan="off", log_config=None)

    made = protocol_class(Connections(ConnectionLimits(10)), bool)
    protocol = cast("BoundedProtocol", made(config, ServerState(), {}))
    protocol.connection_made(cast("asyncio.Transport", transport))
    return protocol


async def _reads_too_slowly() -> None:
    transport = Transport()
    protocol = connected(transport)
    protocol.data_received(b"nonsense\r\n")
    assert transport.done == ["write"]
    assert protocol.deadline < inf
    before, transport.unsent = protocol.deadline, 100
    protocol.expire()
    assert protocol.deadline > before
    transport.unsent = 50
    protocol.expire()
    assert transport.done == ["write"]
    protocol.expire()  # nothing was read since
    assert transport.done == ["write", "abort"]


def test_one_who_does_not_read_its_last_answer_is_cut_off() -> None:
    asyncio.run(_reads_too_slowly())


async def _closing() -> None:
    """asyncio's own transport closes within `write` when the peer is gone."""
    transport = Transport()
    protocol = connected(transport)
    protocol.data_received(GET)
    transport.closing = True
    await asyncio.wait(protocol.tasks)
    assert protocol.cycle.response_complete
    assert protocol not in protocol.pool.idle


def test_a_connection_that_is_closing_is_not_idle() -> None:
    asyncio.run(_closing())


@pytest.mark.parametrize(
    ("end", "then"),
    [
        (BoundedProtocol.evict, ["abort"]),
        (BoundedProtocol.shutdown, ["close"]),
        (BoundedProtocol.eof_received, []),
    ],
)
def test_an_end_in_the_turn_of_a_response_loses_nothing_of_it(
    end: Callable[[BoundedProtocol], None], then: list[str]
) -> None:
    transport = Transport()

    async def turn() -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await hello(scope, receive, send)
            end(protocol)

        protocol = connected(transport, app)
        protocol.data_received(GET)
        await asyncio.wait(protocol.tasks)

    asyncio.run(turn())
    assert transport.done == ["write", *then]


def test_a_client_that_sends_no_more_has_its_answer() -> None:
    with listening() as wire:
        client = wire.connect(GET)
        client.shutdown(socket.SHUT_WR)
        assert response(client)[2] == b"hello"
