"""Asks for a one-second sleeper many times at once, and notes when each was answered.

Raw HTTP/1.1 on asyncio: a client library costs a millisecond of CPU for each request, as much as
what is to be seen. Connections are opened first, then all are asked in one go.
"""

import asyncio
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_SECONDS = 10.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Level:
    """`asked` at once; `answers` are the seconds from the first request to each good answer."""

    asked: int
    answers: tuple[float, ...]

    @property
    def makespan(self) -> float:
        """Seconds until the last answer; those that were lost are not among them."""
        return max(self.answers, default=0.0)

    @property
    def lost(self) -> bool:
        """Whether more than one of ten was not answered."""
        return len(self.answers) < 0.9 * self.asked


async def ask(target: str, path: str, number: int, seconds: float) -> Level:
    """Ask `number` at once and wait for at most so many seconds. OSError when none can connect."""
    opened = await _open(target, number)
    request = _request(target, path)
    begin = time.perf_counter()

    async def one(connection: Connection) -> float | None:
        reader, writer = connection
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        at = time.perf_counter() - begin
        writer.close()  # a server of one connection at a time waits for it
        return at if head.split(maxsplit=2)[1] == b"200" else None

    tasks = [asyncio.create_task(one(connection)) for connection in opened]
    done, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    ended = [task.result() for task in done if not task.cancelled() and not task.exception()]
    for _, writer in opened:
        writer.transport.abort()
    await asyncio.gather(*late, return_exceptions=True)
    return Level(number, tuple(sorted(at for at in ended if at is not None)))


async def _open(target: str, number: int) -> list[Connection]:
    parts = urlsplit(target)
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if tls else 80)

    async def one() -> Connection:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await asyncio.open_connection(parts.hostname, port, ssl=tls)

    tried = await asyncio.gather(*(one() for _ in range(number)), return_exceptions=True)
    opened = [each for each in tried if not isinstance(each, BaseException)]
    if not opened:
        raise OSError(f"none of {number} connections to {target} could be opened: {tried[0]}")
    return opened


def _request(target: str, path: str) -> bytes:
    parts = urlsplit(target)
    head = [f"GET {parts.path}{path} HTTP/1.1", f"Host: {parts.netloc}", "User-Agent: loadtest"]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode()


async def floor(number: int, seconds: float) -> float:
    """Seconds above a second that asking takes by itself: of sleepers that cost nothing, here."""

    async def sleep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(sleep, "127.0.0.1", 0, backlog=2 * number) as server:
        host, port = server.sockets[0].getsockname()
        level = await ask(f"http://{host}:{port}", "/", number, seconds)
    return level.makespan - 1
