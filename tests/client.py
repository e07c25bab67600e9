"""One request to an ASGI application, in this process and on this loop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.asgi import App, Message, Scope
from app.serving.threads import RequestThread, count_hops


@dataclass
class Answer:
    """What an application sent: `headers` with names in lower case, in order."""

    scope: Scope
    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The status, 0 when no response has begun."""
        return int(self.messages[0]["status"]) if self.messages else 0

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names in lower case, and values."""
        if not self.messages:
            return []
        pairs = self.messages[0]["headers"]
        return [(name.decode().lower(), value.decode("latin1")) for name, value in pairs]

    @property
    def body(self) -> bytes:
        """All the body that was sent."""
        return b"".join(m.get("body", b"") for m in self.messages)

    @property
    def complete(self) -> bool:
        """Whether the last message ended the response."""
        last = self.messages[-1] if self.messages else {"type": "none"}
        return last["type"] == "http.response.body" and not last.get("more_body", False)


def http_scope(
    path: str = "/",
    method: str = "GET",
    headers: Iterable[tuple[bytes, bytes]] = (),
    **more: Any,
) -> Scope:
    """An ASGI `http` scope as uvicorn makes it; `path` may carry a query string."""
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("192.0.2.7", 12345),
        "server": ("localhost", 80),
        **more,
    }


async def ask(
    app: App,
    path: str = "/",
    *,
    body: Iterable[bytes] = (b"",),
    gone: asyncio.Event | None = None,
    on_send: Callable[[Message], Awaitable[None]] | None = None,
    **scope: Any,
) -> Answer:
    """Ask once. The client disconnects when `gone` is set; `on_send` sees each message first."""
    chunks = list(body)
    gone = gone or asyncio.Event()
    answer = Answer(http_scope(path, **scope))

    async def receive() -> Message:
        if chunks:
            chunk = chunks.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if on_send:
            await on_send(message)
        answer.messages.append(message)

    await app(answer.scope, receive, send)
    return answer


@contextmanager
def recording(hops: list[str]) -> Iterator[None]:
    """As the handler does around a request."""
    count_hops(asyncio.get_running_loop())
    thread = RequestThread(hops)
    try:
        yield
    finally:
        thread.end()
