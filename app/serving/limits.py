"""The bounds of what a client may send: the worker's numbers, and the pass that bounds bodies.

The worker (`protocol.py`) keeps `ConnectionLimits`. `Limits` is plain ASGI and holds under every
server: Django reads the whole body before its first middleware runs, which is too late to refuse.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.asgi import App, Message, Receive, Scope, Send
from app.serving.refusals import REFUSALS
from app.serving.reply import reply

REASONS = tuple(REFUSALS)

CLOSE = ((b"connection", b"close"),)


@dataclass(frozen=True)
class ConnectionLimits:
    """What one connection may take: bytes, fields and seconds; `connections` is their number."""

    connections: int
    header_bytes: int = 64 * 1024
    header_count: int = 100
    first_byte_seconds: float = 10
    header_seconds: float = 10
    body_seconds: float = 60


def no_own_limit(_scope: Scope) -> int | None:
    """The default of `Limits`: no view has a limit of its own."""
    return None


class Limits:
    """Answer 413 to a body of more than `body_bytes`, before the application has it.

    `limit_for(scope)` gives the bytes that the request's view allows, or None for the default. Only
    requests with a body are asked about, so a GET pays nothing for it.
    """

    def __init__(
        self,
        app: App,
        body_bytes: int = 1024 * 1024,
        limit_for: Callable[[Scope], int | None] = no_own_limit,
    ) -> None:
        self.app = app
        self.body_bytes = body_bytes
        self.limit_for = limit_for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it by its Content-Length, or count what has none."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"")
        if declared in (b"", b"0"):
            if b"transfer-encoding" not in headers and scope.get("http_version", "1.1") < "2":
                await self.app(scope, receive, send)  # no body
            else:
                counted = CountedBody(self.limit(scope), scope, receive, send)
                await self.app(scope, counted.receive, counted.send)
        elif not declared.isdigit() or len(declared) > 18:  # int() raises beyond 4,300 digits
            detail = "Content-Length is not a number."
            await reply(send, 400, detail, headers=CLOSE, request_id=scope.get("request_id"))
        elif int(declared) > self.limit(scope):
            await refuse(scope, send)
        else:
            await self.app(scope, receive, send)  # servers hand on no more than was declared

    def limit(self, scope: Scope) -> int:
        """The bytes that the body of this request may have."""
        own = self.limit_for(scope)
        return self.body_bytes if own is None else own


async def refuse(scope: Scope, send: Send) -> None:
    """Answer 413; the worker then half-closes and discards what still comes, others just close."""
    detail = "The body of the request is too large."
    await reply(send, 413, detail, headers=CLOSE, request_id=scope.get("request_id"))


class CountedBody:
    """One request whose length nobody declared: its bytes are counted as they come.

    Over the limit the application is told that the client has gone: raising into it would meet
    whatever `except Exception` stands there, and become a 500.
    """

    def __init__(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        self.limit = limit
        self.scope = scope
        self._receive = receive
        self._send = send
        self.size = 0
        self.started = False
        self.refused = False

    async def receive(self) -> Message:
        """The next message, or `http.disconnect` from the first byte over the limit on."""
        if self.refused:
            return {"type": "http.disconnect"}
        message: Message = await self._receive()
        self.size += len(message.get("body", b""))
        if self.size <= self.limit:
            return message
        self.refused = True
        if not self.started:
            await refuse(self.scope, self._send)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Pass the application's answer on, unless 413 has been given."""
        self.started = True
        if not self.refused:
            await self._send(message)
