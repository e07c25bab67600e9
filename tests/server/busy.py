"""Busy keep-alive connections, and what became of each request on them."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.server.harness import Server, wait_until


@dataclass
class Load:
    """What `busy` saw: requests `answered`, by status; `lost` ones by what was seen instead.

    `told` counts the connections that heard `Connection: close`.
    """

    connections: int
    answered: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    told: int = 0


async def read_response(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read one response whole: its status, and whether it said `Connection: close`."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    status = int(lines[0].split()[1])
    headers = dict(line.split(b": ", 1) for line in lines[1:] if line)
    await reader.readexactly(int(headers[b"content-length"]))
    return status, headers.get(b"connection") == b"close"


async def one_connection(
    load: Load, port: int, path: str, *, again: bool, over: threading.Event
) -> None:
    """Send requests one after another; told to close, connect anew if `again`, else be done."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    while not over.is_set():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError as error:
            load.lost.append(f"connecting: {error!r}")
            return
        try:
            close = False
            while not close and not over.is_set():
                writer.write(request)
                status, close = await read_response(reader)
                load.answered[status] += 1
            load.told += close
        except (OSError, EOFError) as error:
            load.lost.append(repr(error))
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        if close and not again:
            return


@contextmanager
def busy(
    server: Server, path: str = "/version", connections: int = 60, *, again: bool = False
) -> Iterator[Load]:
    """Keep `connections` busy from a thread while the block runs, until all are told to close."""
    load, over = Load(connections), threading.Event()

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(one_connection(load, server.port, path, again=again, over=over))

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    try:
        wait_until(lambda: load.answered.total() > 2 * connections, 20, "the load is on")
        yield load
    finally:
        if again:
            over.set()
        thread.join(30)
        over.set()
        assert not thread.is_alive(), "a connection got neither an answer nor an end"
