"""The middleware and the view, called on the loop wherever they are asynchronous.

What a fork brings that is synchronous (a view, a middleware, a template, `process_exception`) runs
in the request's thread, as Django does it; nothing else does.
"""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIHandler
from django.http.response import HttpResponseBase
from django.urls import get_resolver, set_urlconf
from django.utils.log import log_response

from app.serving.addresses import resolved
from app.serving.exceptions import reconverted, respond
from app.serving.hosts import host_allowed

_is_async = lru_cache(maxsize=1024)(iscoroutinefunction)


class Chain(ASGIHandler):
    """From a request to its response."""

    # What Django's load_middleware sets; its stubs know none of them, nor the inner parts of a
    # request or a response: these are Any throughout.
    _middleware_chain: Any
    _view_middleware: list[Any]
    _template_response_middleware: list[Any]
    _exception_middleware: list[Any]

    async def get_response_async(self, request: Any) -> Any:
        """The response, after all middleware; an unknown Host is refused before any."""
        set_urlconf(settings.ROOT_URLCONF)
        if host_allowed(request._get_raw_host()):
            response: Any = await self._middleware_chain(request)
        else:
            response = await self._refuse_host(request)
        response._resource_closers.append(request.close)
        if response.status_code >= 400:
            log_response(
                "%s: %s", response.reason_phrase, request.path, response=response, request=request
            )
        return response

    async def _refuse_host(self, request: Any) -> Any:
        request.scope["ended_by"] = "host not in ALLOWED_HOSTS"
        try:
            raise DisallowedHost(f"Invalid HTTP_HOST header: {request._get_raw_host()!r}.")
        except DisallowedHost as exc:
            return await respond(request, exc)

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
        if not isinstance(response, HttpResponseBase):
            self.check_response(response, callback)
        if callable(getattr(response, "render", None)):
            for process in self._template_response_middleware:
                response = await process(request, response)
                self.check_response(response, process, name=f"{process.__qualname__}")
            render = response.render
            render = render if iscoroutinefunction(render) else sync_to_async(render)
            response = await self._excepting(request, render)
        if not isinstance(response, HttpResponseBase) and asyncio.iscoroutine(response):
            raise RuntimeError("Response is still a coroutine.")
        return response

    def resolve_request(self, request: Any) -> Any:
        """The view with its arguments; the match is set on the request, as Django's own does."""
        if hasattr(request, "urlconf"):  # a middleware's own choice
            return super().resolve_request(request)
        match = request.resolver_match = resolved(get_resolver(), request.path_info)
        # Copied: `process_view` may change them, and the match may be shared.
        return match.func, match.args, {**match.kwargs}

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

    def adapt_method_mode(self, is_async: bool, method: Any, *args: Any, **kwargs: Any) -> Any:
        """Django calls this for each link of the chain: where its conversion of exceptions goes."""
        return super().adapt_method_mode(is_async, reconverted(method), *args, **kwargs)
