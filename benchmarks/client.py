"""A client in asyncio for what wrk cannot do: a fixed rate, a burst, and an exact number.

At a fixed rate each request has its moment, whatever the service does (an open loop), and its
latency counts from that moment: a stall is felt by all requests that it kept waiting.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import cast

import httptools
import uvloop

from app.serving.connections import raise_file_limit
from benchmarks.refused import Refused

HOST = "127.0.0.1"
CONNECTIONS = 32
LATE_SECONDS = 0.001


class Connection(asyncio.Protocol):
    """A keep-alive connection, with one request at a time on it."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the two below."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """A response is whole."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Who waits for an answer gets none."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed without an answer"))

    async def ask(self, request: bytes) -> None:
        """Send a request and wait for its answer. Refused unless that is a 200."""
        if self._transport.is_closing():
            raise Refused("A connection was closed between two requests.")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            await self._answer
        except OSError as error:
            raise Refused(f"A request was not answered: {error}") from error
        if (status := self._parser.get_status_code()) != 200:
            self.close()
            raise Refused(f"A request was answered with {status}.")

    def close(self) -> None:
        """Close it."""
        self._transport.close()


def get(path: str) -> bytes:
    """The bytes of a GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n\r\n".encode()


async def connect(port: int) -> Connection:
    """An open connection."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, HOST, port)
    return connection


def p99(port: int, path: str, rate: float, seconds: float) -> float:
    """The 99th percentile of latency in ms. Refused when the client, not the service, was late."""
    latencies, late = fixed_rate(port, path, rate, seconds)
    if (worst := quantile(late, 0.99)) > LATE_SECONDS:
        raise Refused(f"The client itself was {worst * 1000:.1f} ms late with 1 % of its requests.")
    return quantile(latencies, 0.99) * 1000


def fixed_rate(
    port: int, path: str, rate: float, seconds: float
) -> tuple[list[float], list[float]]:
    """Of each of `rate` × `seconds` requests the latency, and how late it was sent, in seconds."""
    return uvloop.run(_fixed_rate(port, get(path), rate, seconds))


async def _fixed_rate(
    port: int, request: bytes, rate: float, seconds: float
) -> tuple[list[float], list[float]]:
    idle = deque([await connect(port) for _ in range(CONNECTIONS)])
    latencies: list[float] = []
    late: list[float] = []
    now = time.perf_counter  # the loop's own time counts in milliseconds

    async def one(moment: float) -> None:
        # The longest idle first: a server closes what it has not heard of for some seconds.
        connection = idle.popleft() if idle else await connect(port)
        late.append(now() - moment)
        await connection.ask(request)
        latencies.append(now() - moment)
        idle.append(connection)

    start = now()
    async with asyncio.TaskGroup() as tasks:
        for number in range(round(rate * seconds)):
            moment = start + number / rate
            # Its timers do, too; the client has a core to itself.
            while now() < moment:  # noqa: ASYNC110 - nothing happens but time
                await asyncio.sleep(0)
            tasks.create_task(one(moment))
    for connection in idle:
        connection.close()
    return latencies, late


def count(port: int, path: str, number: int) -> None:
    """Send exactly so many requests, each connection its next one after an answer."""
    uvloop.run(_count(port, get(path), number))


async def _count(port: int, request: bytes, number: int) -> None:
    left = iter(range(number))

    async def client() -> None:
        connection = await connect(port)
        for _ in left:
            await connection.ask(request)
        connection.close()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(client())


def burst(port: int, path: str, number: int, look: Callable[[], None]) -> float:
    """Seconds until so many requests, sent at once, are all answered; `look` is called meanwhile,
    every 20 ms."""
    raise_file_limit()
    return uvloop.run(_burst(port, get(path), number, look))


async def _burst(port: int, request: bytes, number: int, look: Callable[[], None]) -> float:
    async def one() -> Connection:
        connection = await connect(port)
        await connection.ask(request)
        return connection

    async def watch() -> None:
        while True:
            look()
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    start = time.perf_counter()
    connections = await asyncio.gather(*(one() for _ in range(number)))
    took = time.perf_counter() - start
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    for connection in connections:
        connection.close()
    return took


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]
