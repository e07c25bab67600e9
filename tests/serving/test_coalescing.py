"""What is written in one turn of the loop goes out at its end, and nothing waits for longer."""

import asyncio
import threading
from typing import Any

import pytest

from app.asgi import Receive, Scope, Send
from app.serving.coalescing import AT_ONCE, HELD_BYTES, Coalescing, Turn
from tests.serving.wire import GET, listening, response

HEAD = {"type": "http.response.start", "status": 200, "headers": []}


class Written:
    """A transport, or nothing in its place, whose writes are kept."""

    def __init__(self, transport: Any = None) -> None:
        self.pieces: list[bytes] = []
        self.closed = False
        self._transport = transport

    def write(self, data: bytes) -> None:
        self.pieces.append(bytes(data))
        if self._transport:
            self._transport.write(data)

    def close(self) -> None:
        self.closed = True
        if self._transport:
            self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing() if self._transport else self.closed


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Written]:
    """The transports of connections to come."""
    made: list[Written] = []

    def coalescing(transport: Any, turn: Turn) -> Coalescing:
        made.append(Written(transport))
        return Coalescing(made[-1], turn)  # type: ignore[arg-type] # all that it uses

    monkeypatch.setattr("app.serving.closing.Coalescing", coalescing)
    return made


def test_a_response_is_one_write(written: list[Written]) -> None:
    with listening() as wire:
        client = wire.connect(GET)
        response(client)
        client.sendall(GET)
        assert response(client)[2] == b"hello"
    assert [piece[-5:] for piece in written[0].pieces] == [b"hello", b"hello"]


def test_the_head_of_a_stream_does_not_wait_for_its_first_piece() -> None:
    opened = threading.Event()

    async def stream(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(HEAD)
        await asyncio.to_thread(opened.wait, 10)
        await send({"type": "http.response.body", "body": b"first"})

    with listening(stream) as wire:
        client = wire.connect(GET)
        try:
            assert client.recv(65536).endswith(b"\r\n\r\n")
        finally:
            opened.set()
        assert b"first" in client.recv(65536)


def test_a_response_that_breaks_after_its_head_still_shows_it() -> None:
    async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(HEAD)
        raise ValueError

    with listening(broken) as wire:
        assert wire.ask(GET).startswith(b"HTTP/1.1 200 OK\r\n")


def pieces(*data: bytes) -> list[bytes]:
    """What is written of `data` that a connection writes in one turn."""
    transport = Written()

    async def turn() -> None:
        connection = Coalescing(transport, Turn())  # type: ignore[arg-type] # all that it uses
        for piece in data:
            connection.write(piece)
        await asyncio.sleep(0)

    asyncio.run(turn())
    return transport.pieces


def test_what_is_written_in_a_turn_is_one_piece() -> None:
    assert pieces(b"a", b"b", b"c") == [b"abc"]


def test_no_more_is_held_than_is_worth_it() -> None:
    long = b"x" * HELD_BYTES
    assert pieces(b"a", long, b"b") == [b"a", long, b"b"]


def test_a_buffer_that_is_used_again_was_written_as_it_was() -> None:
    transport, buffer = Written(), bytearray(b"first")

    async def turn() -> None:
        connection = Coalescing(transport, Turn())  # type: ignore[arg-type] # all that it uses
        connection.write(buffer)
        buffer[:] = b"again"
        connection.write(buffer)

    asyncio.run(turn())
    assert transport.pieces == [b"firstagain"]


def test_connections_wait_for_the_end_of_the_turn_up_to_a_bound() -> None:
    made = [Written() for _ in range(AT_ONCE + 1)]
    before: list[int] = []

    async def turn() -> None:
        together = Turn()
        for transport in made:
            before.append(sum(len(each.pieces) for each in made))
            Coalescing(transport, together).write(b"a")  # type: ignore[arg-type] # all that it uses
        before.append(sum(len(each.pieces) for each in made))

    asyncio.run(turn())
    assert before == [0] * (AT_ONCE + 1) + [AT_ONCE]
    assert [each.pieces for each in made] == [[b"a"]] * len(made)


def test_a_close_comes_after_what_is_held() -> None:
    transport = Written()

    async def close() -> None:
        connection = Coalescing(transport, Turn())  # type: ignore[arg-type] # all that it uses
        connection.write(b"a")
        connection.close()

    asyncio.run(close())
    assert (transport.pieces, transport.closed) == ([b"a"], True)


def test_what_is_held_for_a_client_that_left_is_dropped() -> None:
    transport = Written()

    async def leave() -> None:
        Coalescing(transport, Turn()).write(b"a")  # type: ignore[arg-type] # all that it uses
        transport.closed = True

    asyncio.run(leave())
    assert transport.pieces == []
