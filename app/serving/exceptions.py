"""Exceptions become responses on the loop wherever that needs no thread.

Django sends every exception, a plain 404 too, through `sync_to_async(response_for_exception)`.
Here its own function is called where it stands when nothing that it will run can block: the error
handler says so of itself (`handler.on_loop = True`), no page of DEBUG is built and nobody listens
to `got_request_exception`. Otherwise it runs in the request's thread.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.handlers.exception import convert_exception_to_response, response_for_exception
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.urls import get_resolver, get_urlconf

from app.serving.unavailable import reason_of, unavailable

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
SyncGetResponse = Callable[[HttpRequest], HttpResponseBase]

# As in Django's response_for_exception: what is not here is a 500.
STATUS_OF = (
    (Http404, 404),
    (PermissionDenied, 403),
    ((MultiPartParserError, BadRequest, SuspiciousOperation), 400),
)


def status_of(exc: Exception) -> int:
    """The status that Django gives to an exception."""
    return next((status for kinds, status in STATUS_OF if isinstance(exc, kinds)), 500)


async def respond(request: HttpRequest, exc: Exception) -> HttpResponseBase:
    """The response to `exc`; to be awaited while it is handled (Django reads `sys.exc_info`)."""
    if (answer := _judged(request, exc)) is not None:
        return answer
    if _needs_thread(status_of(exc)):
        return await sync_to_async(response_for_exception)(request, exc)
    return response_for_exception(request, exc)


def _judged(request: HttpRequest, exc: Exception) -> HttpResponseBase | None:
    """The 503 where the database could not be had; else None, and the log will tell of a 500."""
    if (reason := reason_of(exc)) is not None:
        return unavailable(request, reason)
    if status_of(exc) == 500:
        request.scope["exception"] = exc  # type: ignore[attr-defined] # an ASGIRequest has a scope
    return None


def _needs_thread(status: int) -> bool:
    if settings.DEBUG or settings.DEBUG_PROPAGATE_EXCEPTIONS:
        return True
    if status == 500 and got_request_exception.has_listeners():
        return True
    handler = get_resolver(get_urlconf()).resolve_error_handler(status)
    return not getattr(handler, "on_loop", False)


def converting(get_response: GetResponse) -> GetResponse:
    """Django's `convert_exception_to_response`, with `respond` for its thread."""

    @functools.wraps(get_response)
    async def inner(request: HttpRequest) -> HttpResponseBase:
        try:
            return await get_response(request)
        except Exception as exc:
            return await respond(request, exc)

    return inner


def converting_in_thread(get_response: SyncGetResponse) -> SyncGetResponse:
    """The same for a middleware that is synchronous, in the request's thread already."""

    @functools.wraps(get_response)
    def inner(request: HttpRequest) -> HttpResponseBase:
        try:
            return get_response(request)
        except Exception as exc:
            return _judged(request, exc) or response_for_exception(request, exc)

    return inner


# What Django's conversions are recognised by (any function of the kind will do as their argument).
_DJANGOS = cast("Any", convert_exception_to_response)(asyncio.sleep).__code__
_DJANGOS_IN_THREAD = cast("Any", convert_exception_to_response)(len).__code__
# What a link of the chain that is synchronous looks like: Django's, or ours in its place.
SYNCHRONOUS_LINKS = (_DJANGOS_IN_THREAD, cast("Any", converting_in_thread)(len).__code__)


def reconverted(handler: Any) -> Any:
    """`handler` with Django's conversion of exceptions, if it has that, replaced by ours."""
    code = getattr(handler, "__code__", None)
    if code is _DJANGOS:
        return converting(handler.__wrapped__)
    if code is _DJANGOS_IN_THREAD:
        return converting_in_thread(handler.__wrapped__)
    return handler
