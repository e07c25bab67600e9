"""Answers that are slow, failing or blocking on request, to try a deployment with.

Served under `/rehearsal/` with `REHEARSAL=true` only; parameters stand in the path or the query.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import cast

from asgiref.sync import sync_to_async
from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import URLPattern, URLResolver, include, path

from app.api.json_response import JsonResponse
from app.api.methods import methods, reads
from app.api.problems import problem
from app.statuses import phrase
from app.telemetry.redact import redact_headers


def number(name: str, given: str, least: float, most: float) -> float:
    """A number from the request; BadRequest with what is allowed."""
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise BadRequest(f"{name} must be a number from {least:g} to {most:g}.")
    return value


def whole(name: str, given: str, least: int, most: int) -> int:
    """A whole number from the request; BadRequest with what is allowed."""
    value = number(name, given, least, most)
    if value != int(value):
        raise BadRequest(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


@reads
async def overview(_request: HttpRequest) -> JsonResponse:
    """What can be rehearsed."""
    return JsonResponse({"rehearsal": [str(route.pattern) for route in routes[1:]]})


@reads
async def delay(_request: HttpRequest, seconds: str) -> JsonResponse:
    """Answer after up to an hour, on no thread."""
    wait = number("seconds", seconds, 0, 3600)
    await asyncio.sleep(wait)
    return JsonResponse({"delay": wait})


@methods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
async def status(_request: HttpRequest, code: str) -> HttpResponseBase:
    """Answer with a status from 200 to 599."""
    number_ = whole("code", code, 200, 599)
    if number_ in (204, 205, 304):
        return HttpResponse(status=number_)
    if number_ < 400:
        return JsonResponse({"status": number_}, status=number_)
    title = phrase(number_) if number_ in {*HTTPStatus} else "Unassigned"
    return problem(number_, "As asked for.", title=title)


@reads
async def stream(request: HttpRequest, count: str) -> HttpResponseBase:
    """Up to 10,000 chunks of `size` bytes (64 KiB at most), `pause` seconds (60 at most) apart."""
    chunks = whole("count", count, 0, 10_000)
    size = whole("size", request.GET.get("size", "1024"), 1, 65_536)
    pause = number("pause", request.GET.get("pause", "0"), 0, 60)

    async def body() -> AsyncIterator[bytes]:
        for index in range(chunks):
            if index:
                await asyncio.sleep(pause)
            yield f"{index}\n".encode().rjust(size, b".")

    return StreamingHttpResponse(body(), content_type="text/plain")


@reads
async def fail(_request: HttpRequest) -> HttpResponseBase:
    """Raise."""
    raise RuntimeError("rehearsed failure")


@reads
async def block(_request: HttpRequest, seconds: str) -> JsonResponse:
    """Hold the event loop for up to a minute: what no view must do."""
    wait = number("seconds", seconds, 0, 60)
    time.sleep(wait)  # noqa: ASYNC251 - the point of it
    return JsonResponse({"block": wait})


def synchronous() -> dict[str, bool]:
    """What no loop waits for."""
    return {"hop": True}


@reads
async def hop(_request: HttpRequest) -> JsonResponse:
    """Go to a thread. Not a synchronous view: `make dev` would begin with a warning of it."""
    return JsonResponse(await sync_to_async(synchronous)())


@methods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
async def echo(request: HttpRequest) -> JsonResponse:
    """The request as it arrived; headers that hold secrets are redacted as in the log."""
    return JsonResponse(
        {
            "method": request.method,
            "path": request.path,
            "scheme": request.scheme,
            "client": request.META.get("REMOTE_ADDR"),
            "headers": redact_headers(cast(ASGIRequest, request).scope["headers"]),
        }
    )


routes = [
    path("", overview, name="rehearsal"),
    path("delay/<seconds>", delay),
    path("status/<code>", status),
    path("stream/<count>", stream),
    path("fail", fail),
    path("block/<seconds>", block),
    path("hop", hop),
    path("echo", echo),
]


def rehearsal(served: bool) -> list[URLPattern | URLResolver]:
    """The routes, or none: then their addresses are as unknown as any other."""
    return [path("rehearsal/", include(routes))] if served else []
