"""The load of the stories: clients that never retry, run in a pod, by the service's own image.

    python load.py http://service TOKEN --clients 30 --rate 400 < pipe

It prints one JSON line when the first answer has come and counting begins, and one, the report,
when its standard input has closed and every note that was acknowledged has been read back. It
imports nothing but the image's packages.
"""

import argparse
import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import httptools
import uvloop

# What of a hundred requests is which.
SHARES = {"hello": 70, "sleeper": 5, "read": 15, "write": 10}
# An answer later than this is lost, as for a caller with the usual timeout.
LIMIT_SECONDS = 5.0
FRESH_EVERY = 50
PAGE = 100


@dataclass
class Answer:
    """A response; `keep` says whether its connection may be used again."""

    status: int
    body: bytes
    keep: bool


class Connection(asyncio.Protocol):
    """One connection, with one request at a time on it."""

    def __init__(self) -> None:
        self.open = False
        self._body = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.open = True
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("closed without an answer"))

    async def ask(self, request: bytes) -> Answer:
        """The answer. OSError when the connection ends instead."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._body.clear()
        self.parser = httptools.HttpResponseParser(self)
        self.transport.write(request)
        answer = await self._waiting
        if not answer.keep:
            self.close()
        return answer

    def close(self) -> None:
        """Use it no more."""
        self.open = False
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.transport.abort()
            if self._waiting and not self._waiting.done():
                self._waiting.set_exception(ConnectionError(f"no HTTP: {error}"))

    def on_body(self, body: bytes) -> None:
        """Part of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """The answer is here."""
        if self._waiting and not self._waiting.done():
            status, keep = self.parser.get_status_code(), self.parser.should_keep_alive()
            self._waiting.set_result(Answer(status, bytes(self._body), keep))


@dataclass
class Client:
    """Keeps a connection, and opens a fresh one at every fiftieth request."""

    host: str
    port: int
    limit: float
    connection: Connection | None = None
    _asked: Iterator[int] = field(default_factory=itertools.count)

    async def ask(self, request: bytes) -> Answer:
        """The answer. OSError when there is none, TimeoutError when it is late."""
        async with asyncio.timeout(self.limit):
            if self.connection and next(self._asked) % FRESH_EVERY == 0:
                self.drop()
            if not self.connection or not self.connection.open:
                _, self.connection = await asyncio.get_running_loop().create_connection(
                    Connection, self.host, self.port
                )
            return await self.connection.ask(request)

    def drop(self) -> None:
        """Let go of the connection."""
        if self.connection:
            self.connection.close()
            self.connection = None


@dataclass
class Report:
    """What happened, in JSON's types.

    - `lost`: `kind`, `why`, `began` and `ended` (Unix time) of each.
    - `slowest_ms`: of each kind; a sleeper's second is not counted.
    - `quiet_ms`: the longest time without any answer.
    - `notes`: how many were acknowledged; `missing` are the ids of those not found at the end.
    """

    began: float = field(default_factory=time.time)
    ended: float = 0.0
    answered: Counter[str] = field(default_factory=Counter)
    lost: list[dict[str, Any]] = field(default_factory=list)
    slowest_ms: dict[str, int] = field(default_factory=dict)
    quiet_ms: int = 0
    notes: int = 0
    missing: list[str] = field(default_factory=list)


class Load:
    """All clients together."""

    def __init__(
        self, url: str, token: str, clients: int, rate: float, limit: float = LIMIT_SECONDS
    ) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.clients = [Client(self.host, self.port, limit) for _ in range(clients)]
        self.pause = clients / rate
        self.limit = limit
        self.notes: dict[str, str] = {}
        self._ids: list[str] = []
        self._headers = f"Host: {self.host}\r\nAuthorization: Bearer {token}\r\n"
        self._last = time.monotonic()
        self.report = Report()

    def request(self, path: str, text: str | None = None) -> bytes:
        """A GET of `path`, or a note to be written."""
        if text is None:
            return f"GET {path} HTTP/1.1\r\n{self._headers}\r\n".encode()
        body = json.dumps({"text": text})
        head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"POST {path} HTTP/1.1\r\n{self._headers}{head}\r\n{body}".encode()

    async def first(self, patience: float) -> None:
        """Wait for the first answer: a Service's way to a new pod is not there at once."""
        deadline = time.monotonic() + patience
        while True:
            try:
                if (await self.clients[0].ask(self.request("/readyz"))).status == 200:
                    return
            except (OSError, TimeoutError):
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.1)

    async def run(self, stop: asyncio.Event) -> Report:
        """Ask until `stop`, then read back what was acknowledged."""
        self.report = Report()
        self._last = time.monotonic()
        await asyncio.gather(*(self._client(client, stop) for client in self.clients))
        self.report.ended = time.time()
        await self._read_back()
        return self.report

    async def _client(self, client: Client, stop: asyncio.Event) -> None:
        due = time.monotonic() + random.random() * self.pause  # noqa: S311 - spread, not secret
        while not stop.is_set():
            await asyncio.sleep(due - time.monotonic())
            due = max(due + self.pause, time.monotonic())
            (kind,) = random.choices(list(SHARES), list(SHARES.values()))  # noqa: S311 - a mix
            await self._once(client, kind)

    async def _once(self, client: Client, kind: str) -> None:
        if kind == "read" and not self._ids:
            kind = "hello"
        note = random.choice(self._ids) if kind == "read" else ""  # noqa: S311 - any of them
        text = f"{random.getrandbits(64):016x}" if kind == "write" else None
        paths = {"hello": "/version", "sleeper": "/api/async_sleep/", "write": "/api/notes"}
        began, start = time.time(), time.monotonic()
        why = ""
        try:
            answer = await client.ask(self.request(paths.get(kind, f"/api/notes/{note}"), text))
            why = self._wrong(kind, note, text, answer)
        except TimeoutError:
            why = f"no answer in {self.limit:g} s"
        except OSError as error:
            why = f"{type(error).__name__}: {error}"
        now = time.monotonic()
        if why:
            client.drop()
            lost = {"kind": kind, "why": why, "began": began, "ended": time.time()}
            self.report.lost.append(lost)
            return
        self.report.answered[kind] += 1
        self.report.quiet_ms = max(self.report.quiet_ms, round((now - self._last) * 1000))
        self._last = now
        took = round((now - start - (kind == "sleeper")) * 1000)
        self.report.slowest_ms[kind] = max(took, self.report.slowest_ms.get(kind, 0))

    def _wrong(self, kind: str, note: str, text: str | None, answer: Answer) -> str:
        """What is not as it should be with an answer, "" when all is."""
        if answer.status != (201 if text else 200):
            return f"{answer.status} {answer.body[:200].decode(errors='replace')}"
        if text:
            self.notes[written := json.loads(answer.body)["id"]] = text
            self._ids.append(written)
        if kind == "read" and json.loads(answer.body)["text"] != self.notes[note]:
            return "another note than was written"
        return ""

    async def _read_back(self) -> None:
        """Page through all notes of this token's customer."""
        found: dict[str, str] = {}
        path, cursor = f"/api/notes?limit={PAGE}", ""
        while self.notes:
            answer = await self.clients[0].ask(self.request(path + cursor))
            if answer.status != 200:
                raise ConnectionError(f"reading back: {answer.status} {answer.body!r}")
            page = json.loads(answer.body)
            found |= {note["id"]: note["text"] for note in page["items"]}
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        self.report.notes = len(self.notes)
        missing = [note for note, text in self.notes.items() if found.get(note) != text]
        self.report.missing = missing


async def main(arguments: argparse.Namespace) -> None:
    """Load until standard input closes."""
    load = Load(arguments.url, arguments.token, arguments.clients, arguments.rate)
    await load.first(patience=30)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    sys.stdout.write(json.dumps({"began": time.time()}) + "\n")
    sys.stdout.flush()
    report = await load.run(stop)
    sys.stdout.write(json.dumps(vars(report)) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--rate", type=float, default=400, help="requests a second, of all clients")
    uvloop.run(main(parser.parse_args()))
