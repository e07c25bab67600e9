"""Django's ASGI handler without its thread hops.

Every promise of Django's own is kept (signals, closing of connections and responses, disconnects,
streaming, uploads, exceptions, sub-path mounting); what changes is where the work is done. A
request that runs no synchronous code starts no thread; one that does has its own, and is counted.
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.urls import set_script_prefix, set_urlconf
from django.utils.log import log_response

from app.asgi import Receive, Scope, Send
from app.serving import signals
from app.serving.drain import drain
from app.serving.exceptions import reconverted, respond
from app.serving.exchange import Exchange
from app.serving.reply import reply
from app.serving.streaming import pieces
from app.serving.threads import RequestThread, count_hops

_is_async = lru_cache(maxsize=1024)(iscoroutinefunction)


class AsyncHandler(ASGIHandler):
    """Handles ASGI's `http` scopes and refuses websockets; anything else is the server's error."""

    # What Django's load_middleware sets; its stubs know none of them, nor the inner parts of a
    # request or a response: these are Any throughout.
    _middleware_chain: Any
    _view_middleware: list[Any]
    _template_response_middleware: list[Any]
    _exception_middleware: list[Any]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
            return
        if scope["type"] != "http":
            raise ValueError(f"Only http can be handled, not {scope['type']}.")
        hops: list[str] = []
        scope["hops"] = hops
        count_hops(asyncio.get_running_loop())
        thread = RequestThread(hops)
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
        response = None
        try:
            response = await self.run_get_response(request)
            await self.send_response(response, exchange.send)
        except asyncio.CancelledError:
            if not exchange.disconnected:
                await self._cut(request, response, exchange)
                return
        finally:
            try:
                await exchange.settle()
            except AssertionError:
                body.close()
                raise
        await self._close(request, response)

    async def _close(self, request: Any, response: Any) -> None:
        if response is None:
            await signals.finished(type(self))
        else:
            await signals.close(response, type(self))
        request._stream.close()

    async def _cut(self, request: Any, response: Any, exchange: Exchange) -> None:
        """The server cancelled the request; a thread that is still at work is not waited for."""
        await exchange.settle()
        drain.leave(asyncio.ensure_future(self._close(request, response)))
        if not drain.limit_reached:
            raise asyncio.CancelledError
        request.scope["ended_by"] = "drain limit"
        if not exchange.begun:
            await reply(exchange.send, 503, "The service is shutting down.")

    async def get_response_async(self, request: Any) -> Any:
        """The response, after all middleware; an unknown Host is refused before any."""
        set_urlconf(settings.ROOT_URLCONF)
        try:
            request.get_host()
        except DisallowedHost as exc:
            response: Any = await respond(request, exc)
        else:
            response = await self._middleware_chain(request)
        response._resource_closers.append(request.close)
        if response.status_code >= 400:
            log_response(
                "%s: %s", response.reason_phrase, request.path, response=response, request=request
            )
        return response

    async def _get_response_async(self, request: Any) -> Any:
        """Resolve and call the view with the middleware around it, as Django's own does."""
        callback, args, kwargs = self.resolve_request(request)
        request.scope["resolver_match"] = request.resolver_match
        for process_view in self._view_middleware:
            if response := await process_view(request, callback, args, kwargs):
                break
        else:
            view: Any = self.make_view_atomic(callback)
            # inspect looks through wrappers and partials each time, 2 µs: a view does not change.
            is_async = _is_async(view) if view is callback else iscoroutinefunction(view)
            view = view if is_async else sync_to_async(view)
            response = await self._excepting(request, view, request, *args, **kwargs)
        self.check_response(response, callback)
        if callable(getattr(response, "render", None)):
            for process in self._template_response_middleware:
                response = await process(request, response)
                self.check_response(response, process, name=f"{process.__qualname__}")
            render = response.render
            render = render if iscoroutinefunction(render) else sync_to_async(render)
            response = await self._excepting(request, render)
        if asyncio.iscoroutine(response):
            raise RuntimeError("Response is still a coroutine.")
        return response

    async def _excepting(self, request: Any, call: Callable[..., Any], *a: Any, **k: Any) -> Any:
        """What `call` answers, or what `process_exception` of a middleware makes of its error."""
        try:
            return await call(*a, **k)
        except Exception as exc:
            if not self._exception_middleware:
                raise
            response = await sync_to_async(self.process_exception_by_middleware)(exc, request)
            if response is None:
                raise
            return response

    async def send_response(self, response: Any, send: Send) -> None:
        """Send a response, with its length where that is known (Django leaves it to middleware)."""
        if response.streaming:
            if not response.is_async:
                response.streaming_content = pieces(iter(response))
            await super().send_response(response, send)
            return
        body: bytes = response.content
        headers = [
            (name.encode("ascii"), value.encode("latin1")) for name, value in response.items()
        ]
        if "Content-Length" not in response.headers:
            headers.append((b"Content-Length", b"%d" % len(body)))
        headers += [
            (b"Set-Cookie", cookie.output(header="").strip().encode("ascii"))
            for cookie in response.cookies.values()
        ]
        await send(
            {"type": "http.response.start", "status": response.status_code, "headers": headers}
        )
        for chunk, last in self.chunk_bytes(body):
            await send({"type": "http.response.body", "body": chunk, "more_body": not last})

    def adapt_method_mode(self, is_async: bool, method: Any, *args: Any, **kwargs: Any) -> Any:
        """Django calls this for each link of the chain: where its conversion of exceptions goes."""
        return super().adapt_method_mode(is_async, reconverted(method), *args, **kwargs)
