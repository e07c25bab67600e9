"""Django's ASGI handler without its thread hops.

Every promise of Django's own is kept (signals, closing of connections and responses, disconnects,
streaming, uploads, exceptions, sub-path mounting); what changes is where the work is done. A
request that runs no synchronous code starts no thread; one that does has its own, and is counted.
"""

import asyncio
from io import BytesIO
from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import get_script_prefix
from django.urls import set_script_prefix

from app.asgi import Receive, Scope, Send
from app.serving import signals
from app.serving.chain import Chain
from app.serving.drain import drain
from app.serving.exchange import Exchange
from app.serving.places import Places
from app.serving.reply import reply
from app.serving.streaming import pieces
from app.serving.threads import RequestThread, count_hops, refusable


class AsyncHandler(Chain):
    """Handles ASGI's `http` scopes and refuses websockets; anything else is the server's error.

    - `places`: for the threads of requests; None is without a bound.
    """

    def __init__(self, places: Places | None = None) -> None:
        super().__init__()
        self.places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
            return
        if scope["type"] != "http":
            raise ValueError(f"Django can only handle ASGI/HTTP connections, not {scope['type']}.")
        hops: list[str] = []
        scope["hops"] = hops
        count_hops(asyncio.get_running_loop())
        thread = RequestThread(hops, self.places)
        try:
            await self.handle(scope, receive, send)
        finally:
            thread.end()

    async def read_body(self, receive: Receive) -> Any:
        """The body as a file: in memory when it came in one piece, else as Django spools it."""
        first: Any = await receive()
        if first["type"] == "http.request" and not first.get("more_body", False):
            return BytesIO(first.get("body", b""))

        async def again() -> Any:
            nonlocal first
            message, first = first, None
            return message or await receive()

        return await super().read_body(again)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        set_script_prefix(get_script_prefix(scope))
        await signals.started(type(self), scope=scope)
        request, _refusal = self.create_request(scope, body)
        if request is None:  # the only reason is a query string that is not UTF-8
            body.close()
            await reply(send, 400, "The request's target is not valid UTF-8.")
            await signals.finished(type(self))
            return
        exchange = Exchange(receive, send)
        response, cut = None, False
        try:
            response = await self.run_get_response(request)
            await self.send_response(response, exchange.send)
        except asyncio.CancelledError:
            cut = not exchange.disconnected
        finally:
            try:
                exchange.settle()
            finally:
                closing = self._close(request, response)
                if cut:  # a thread of it may be at work still
                    drain.leave(asyncio.ensure_future(closing))
                else:
                    await closing
        if cut:
            await self._answer_cut(scope, exchange)

    async def run_get_response(self, request: Any) -> Any:
        """The response; only in here does a refusal become one."""
        refusable(True)
        try:
            return await super().run_get_response(request)
        finally:
            refusable(False)

    async def _close(self, request: Any, response: Any) -> None:
        if response is None:
            await signals.finished(type(self))
        else:
            await signals.close(response, type(self))
        request._stream.close()

    async def _answer_cut(self, scope: Scope, exchange: Exchange) -> None:
        """The server, not the client, cancelled the request."""
        if drain.cut_by is None:
            raise asyncio.CancelledError
        scope["ended_by"] = drain.cut_by
        if not exchange.begun:
            await reply(exchange.send, 503, "The service is shutting down.")

    async def send_response(self, response: Any, send: Send) -> None:
        """Send a response, with its length where that is known (Django leaves it to middleware)."""
        if response.streaming:
            if not response.is_async:
                response.streaming_content = pieces(iter(response))
            await super().send_response(response, send)
            return
        # They have no body, and a length of 0 would be wrong (RFC 9110, section 8.6).
        bodyless = response.status_code in (204, 304)
        body: bytes = b"" if bodyless else response.content
        if bodyless:
            response.headers.pop("Content-Length", None)
        # Not items(), which looks up each name anew: of ten headers 8 µs.
        named = response.headers._store
        headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in named.values()]
        if not bodyless and "content-length" not in named:
            headers.append((b"Content-Length", b"%d" % len(body)))
        headers += [
            (b"Set-Cookie", cookie.output(header="").strip().encode("ascii"))
            for cookie in response.cookies.values()
        ]
        await send(
            {"type": "http.response.start", "status": response.status_code, "headers": headers}
        )
        short = len(body) <= self.chunk_size
        for chunk, last in ((body, True),) if short else self.chunk_bytes(body):
            await send({"type": "http.response.body", "body": chunk, "more_body": not last})
