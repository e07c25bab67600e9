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
    if (reason := reason_of(exc)) is not None:
        return unavailable(request, reason)
    status = status_of(exc)
    if status == 500:
        request.scope["exception"] = exc  # type: ignore[attr-defined] # an ASGIRequest has a scope
    if _needs_thread(status):
        return await sync_to_async(response_for_exception)(request, exc)
    return response_for_exception(request, exc)


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


# What Django's conversion is recognised by (any coroutine function will do as its argument).
_DJANGOS = cast("Any", convert_exception_to_response)(asyncio.sleep).__code__


def reconverted(handler: GetResponse) -> GetResponse:
    """`handler` with Django's conversion of exceptions, if it has that, replaced by ours."""
    if getattr(handler, "__code__", None) is _DJANGOS:
        return converting(handler.__wrapped__)  # type: ignore[attr-defined] # set by functools.wraps
    return handler
