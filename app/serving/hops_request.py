"""One request to an ASGI application in this process, as a server would send it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from app.asgi import App, Message, Scope
from app.serving.hops_road import Road
from app.serving.hops_watch import watching


@dataclass(frozen=True)
class Request:
    """What to ask for; `path` may carry a query string, `token` becomes `Authorization: Bearer`."""

    path: str
    method: str = "GET"
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    token: str | None = None

    def scope(self) -> Scope:
        """The ASGI scope, with the Host and the scheme that the settings let pass."""
        headers = {"host": host(), "user-agent": "hops"}
        if self.body:
            headers["content-length"] = str(len(self.body))
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        given = [(name.lower(), value) for name, value in self.headers]
        names = {name for name, _ in given}
        pairs = [*((n, v) for n, v in headers.items() if n not in names), *given]
        path, _, query = self.path.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "https" if settings.SECURE_SSL_REDIRECT else "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode("latin1"), value.encode("latin1")) for name, value in pairs],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 80),
        }


@dataclass
class Answer:
    """The response (`status` is 0 when none began), and the road that the request took."""

    road: Road
    status: int = 0
    body: bytes = b""


def host() -> str:
    """A host name that ALLOWED_HOSTS lets pass."""
    first = next(iter(settings.ALLOWED_HOSTS), "localhost")
    return "localhost" if first == "*" else first.removeprefix(".")


async def ask(app: App, request: Request) -> Answer:
    """Ask once, and watch; what the application raises goes on, as to a server."""
    body: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        if body:
            return body.pop()
        client_left: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await client_left

    async def send(message: Message) -> None:
        sent.append(message)

    with watching() as road:
        await app(request.scope(), receive, send)
    answer = Answer(road)
    for message in sent:
        answer.status = message.get("status", answer.status)
        answer.body += message.get("body", b"")
    return answer


@asynccontextmanager
async def alive(app: App) -> AsyncIterator[None]:
    """Around requests: the application's lifespan, where it has one (Django's own has none).

    RuntimeError with its words when it says that it cannot start.
    """
    events: asyncio.Queue[Message] = asyncio.Queue()
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def send(message: Message) -> None:
        if message["type"].startswith("lifespan.startup") and not started.done():
            started.set_result(message.get("message", ""))

    task = asyncio.ensure_future(app({"type": "lifespan", "state": {}}, events.get, send))
    events.put_nowait({"type": "lifespan.startup"})
    waiting: list[asyncio.Future[Any]] = [task, started]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if started.done() and (failure := started.result()):
        raise RuntimeError(failure)
    try:
        yield
    finally:
        events.put_nowait({"type": "lifespan.shutdown"})
        with contextlib.suppress(Exception):  # an application without lifespan raises
            await task


async def ask_repeatedly(app: App, request: Request, times: int) -> list[Answer]:
    """One after the other, on one loop."""
    async with alive(app):
        return [await ask(app, request) for _ in range(times)]
