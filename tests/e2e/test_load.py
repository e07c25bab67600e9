"""A load that overlooks a loss would prove nothing: each kind of loss is made, and seen."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.e2e.load import Load, Report

Handler = Callable[[str, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def reply(writer: asyncio.StreamWriter, body: Any, status: int = 200, more: str = "") -> None:
    """An answer with JSON."""
    content = json.dumps(body)
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n{more}\r\n"
    writer.write(f"{head}{content}".encode())


class Service:
    """Does what the service does, but for what `fault` does to the requests that it is given."""

    def __init__(self, fault: Handler | None = None) -> None:
        self.fault = fault
        self.notes: dict[str, str] = {}
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                await self.answer(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One request."""
        method, path, _ = head.split(" ", 2)
        if method == "POST":
            _, length = head.strip().rsplit("Content-Length: ", 1)
            text = json.loads(await reader.readexactly(int(length)))["text"]
        if self.fault and path != "/readyz":
            await self.fault(path, reader, writer)
        elif method == "POST":
            self.notes[name := f"note-{len(self.notes)}"] = text
            reply(writer, {"id": name}, 201)
        elif path.startswith("/api/notes?"):
            items = [{"id": name, "text": text} for name, text in self.notes.items()]
            reply(writer, {"items": items, "next": None})
        else:
            name = path.removeprefix("/api/notes/")
            reply(writer, {"text": self.notes.get(name)})


async def loaded(service: Service, seconds: float = 1, limit: float = 5) -> Report:
    """The report of a load on it."""
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    load = Load(f"http://127.0.0.1:{port}", "token", clients=5, rate=300, limit=limit)
    stop = asyncio.Event()
    await load.first(patience=5)
    asyncio.get_running_loop().call_later(seconds, stop.set)
    try:
        return await load.run(stop)
    finally:
        server.close()


def losses(fault: Handler, limit: float = 5) -> set[str]:
    """Why requests are lost by a service with this fault."""
    report = asyncio.run(loaded(Service(fault), limit=limit))
    assert not report.answered
    assert all(lost["began"] <= lost["ended"] for lost in report.lost)
    return {lost["why"] for lost in report.lost}


def test_a_service_that_answers_loses_nothing() -> None:
    service = Service()
    report = asyncio.run(loaded(service, seconds=2))
    assert report.lost == []
    assert report.missing == []
    assert report.answered.keys() == {"hello", "sleeper", "read", "write"}
    assert report.notes == len(service.notes) == report.answered["write"]
    # Five clients, and a fresh connection at each fiftieth request of theirs.
    assert 5 < service.connections < sum(report.answered.values()) / 20


def test_a_connection_that_is_to_be_closed_is_not_used_again() -> None:
    async def fault(
        _path: str, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        reply(writer, {}, more="Connection: close\r\n")
        await writer.drain()
        # Whoever asks here once more is not answered.
        await asyncio.sleep(0.05)
        raise ConnectionError

    report = asyncio.run(loaded(Service(fault)))
    assert not [lost for lost in report.lost if lost["kind"] != "write"]  # 200 is none of a write


def test_a_server_error_is_lost() -> None:
    async def fault(
        _path: str, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        reply(writer, "later", 503)

    assert losses(fault) == {'503 "later"'}


def test_a_late_answer_is_lost() -> None:
    async def fault(
        _path: str, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await asyncio.sleep(0.5)
        reply(writer, {})

    assert losses(fault, limit=0.1) == {"no answer in 0.1 s"}


def test_a_connection_that_ends_is_lost() -> None:
    async def fault(
        _path: str, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        raise ConnectionError

    assert losses(fault) == {"ConnectionResetError: closed without an answer"}


def test_a_refused_connection_is_lost() -> None:
    async def refused() -> Report:
        load = Load("http://127.0.0.1:1", "token", clients=2, rate=100)
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.5, stop.set)
        return await load.run(stop)

    report = asyncio.run(refused())
    assert report.lost
    assert all("ConnectionRefused" in lost["why"] for lost in report.lost)


def test_what_is_no_http_is_lost() -> None:
    async def fault(
        _path: str, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"SSH-2.0\r\n\r\n")

    (why,) = losses(fault)
    assert why.startswith("ConnectionError: no HTTP")


def test_an_acknowledged_note_that_is_gone_is_missing() -> None:
    service = Service()

    async def forgetful() -> Report:
        asyncio.get_running_loop().call_later(0.9, service.notes.clear)
        return await loaded(service)

    report = asyncio.run(forgetful())
    assert report.missing
    assert len(report.missing) <= report.notes


def test_the_first_answer_is_not_waited_for_without_end() -> None:
    load = Load("http://127.0.0.1:1", "token", clients=1, rate=1)
    with pytest.raises(ConnectionRefusedError):
        asyncio.run(load.first(patience=0.3))
