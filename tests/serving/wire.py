"""uvicorn's real server with our protocol on a loopback socket, and plain sockets to talk to it."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from uvicorn.config import Config
from uvicorn.server import Server

from app.asgi import App, Message, Receive, Scope, Send
from app.serving.connections import Connections
from app.serving.limits import ConnectionLimits
from app.serving.observer import observer
from app.serving.protocol import protocol_class

HOST = b"Host: a\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"


def within(seconds: float, condition: Callable[[], object], what: str = "") -> None:
    """Wait until `condition()` holds; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.005)


async def answer(send: Send, body: bytes = b"hello", status: int = 200) -> None:
    """A whole response."""
    head = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def hello(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer without reading anything."""
    await answer(send)


@dataclass
class Reader:
    """An application that reads all of the body, then answers its size; `heard` has all it got."""

    heard: list[Message] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        size, more = 0, True
        while more:
            message = await receive()
            self.heard.append(message)
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        await answer(send, b"%d" % size)


class Gate:
    """An application that answers once it is opened; `served` counts its requests."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.served = 0

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.served += 1
        await asyncio.to_thread(self.opened.wait, 10)
        await answer(send)


@dataclass
class Wire:
    """A server that listens."""

    server: Server
    connections: Connections
    address: Any
    family: socket.AddressFamily
    refused: list[tuple[str, str | None]]
    opened: list[socket.socket] = field(default_factory=list)

    @property
    def reasons(self) -> list[str]:
        """Why something was refused, in order."""
        return [reason for reason, _client in self.refused]

    def connect(self, data: bytes = b"") -> socket.socket:
        """A new connection on which `data` has been sent; closed with the server."""
        client = socket.socket(self.family)
        self.opened.append(client)
        client.settimeout(10)
        client.connect(self.address)
        client.sendall(data)
        return client

    def ask(self, data: bytes) -> bytes:
        """All that comes back for `data` until the server closes."""
        return rest(self.connect(data))


def rest(client: socket.socket) -> bytes:
    """All that still comes, until the other side closes."""
    got = b""
    while more := client.recv(65536):
        got += more
    return got


def ended(client: socket.socket) -> bool:
    """Whether the server has closed, in whichever way the kernel tells it."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def response(client: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """The next response and no byte more: status, headers in lower case, body."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        more = client.recv(1)
        assert more, f"closed after {head!r}"
        head += more
    lines = head.decode().lower().split("\r\n")[1:-2]
    headers = dict(line.split(": ", 1) for line in lines)
    size, body = int(headers["content-length"]), b""
    while len(body) < size:
        body += client.recv(size - len(body))
    return status(head), headers, body


def status(data: bytes) -> int:
    """The status of the first response in `data`, 0 when there is none."""
    return int(data.split(b" ", 2)[1]) if data else 0


@contextlib.contextmanager
def listening(
    app: App = hello,
    *,
    keep_alive: float = 5,
    path: str | None = None,
    connections: int = 1000,
    **limits: Any,
) -> Iterator[Wire]:
    """Serve `app` in a thread, on loopback or on a Unix socket at `path`, within `limits`."""
    pool = Connections(ConnectionLimits(connections=connections, **limits))
    config = Config(
        app,
        http=protocol_class(pool, lambda host: host in ("a", "a:80", "a:8000")),
        loop="uvloop",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    config.timeout_keep_alive = keep_alive  # type: ignore[assignment] # annotated as whole seconds
    server = Server(config)
    family = socket.AF_UNIX if path else socket.AF_INET
    listener = socket.socket(family)
    listener.bind(path or ("127.0.0.1", 0))
    listener.listen(1024)
    refused: list[tuple[str, str | None]] = []
    before, observer.refused = observer.refused, lambda *told: refused.append(told)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    wire = Wire(server, pool, listener.getsockname(), family, refused)
    try:
        within(5, lambda: server.started, "the server has started")
        yield wire
    finally:
        for client in wire.opened:
            client.close()
        server.should_exit = True
        thread.join()
        observer.refused = before
