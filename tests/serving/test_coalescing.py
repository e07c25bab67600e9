"""What a response writes in one turn of the loop is one write, and nothing waits for longer."""

import asyncio
import threading
from typing import Any

import pytest

from app.asgi import Receive, Scope, Send
from app.serving.coalescing import JOINED_BYTES, Coalescing
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

    def coalescing(transport: Any, loop: asyncio.AbstractEventLoop) -> Coalescing:
        made.append(Written(transport))
        return Coalescing(made[-1], loop)  # type: ignore[arg-type] # all that it uses

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


def turns(*pieces: bytes) -> Written:
    """What is written of pieces that are written in one turn, after that turn."""
    transport = Written()

    async def write() -> None:
        coalescing = Coalescing(transport, asyncio.get_running_loop())  # type: ignore[arg-type] # all that it uses
        for piece in pieces:
            coalescing.write(piece)
        await asyncio.sleep(0)

    asyncio.run(write())
    return transport


def test_a_piece_alone_waits_for_one_turn() -> None:
    assert turns(b"a").pieces == [b"a"]


def test_pieces_are_held_one_at_a_time() -> None:
    assert turns(b"a", b"b", b"c").pieces == [b"ab", b"c"]


def test_what_is_long_is_neither_held_nor_copied() -> None:
    long = b"x" * JOINED_BYTES
    assert turns(b"a", long, b"b").pieces == [b"a", long, b"b"]


def test_a_close_comes_after_what_is_held() -> None:
    transport = Written()

    async def close() -> None:
        coalescing = Coalescing(transport, asyncio.get_running_loop())  # type: ignore[arg-type] # all that it uses
        coalescing.write(b"a")
        coalescing.close()
        await asyncio.sleep(0)

    asyncio.run(close())
    assert (transport.pieces, transport.closed) == ([b"a"], True)


def test_what_is_held_for_a_client_that_left_is_dropped() -> None:
    transport = Written()

    async def leave() -> None:
        coalescing = Coalescing(transport, asyncio.get_running_loop())  # type: ignore[arg-type] # all that it uses
        coalescing.write(b"a")
        transport.closed = True
        await asyncio.sleep(0)

    asyncio.run(leave())
    assert transport.pieces == []
