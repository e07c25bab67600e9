"""Errors as `application/problem+json` (RFC 9457), and Django's error handlers that speak it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest, DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404

from app.api.json_response import JsonResponse
from app.statuses import phrase
from app.telemetry.request_id import request_id

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str | None = None,
    *,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> HttpResponse:
    """An error for a caller: `detail` one sentence, `extra` further members of the JSON.

    `title` is the status' own phrase unless given; `request_id` is added when there is one.
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title or phrase(status),
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if own := request_id.get():
        body["request_id"] = own
    return JsonResponse(body | extra, status=status, headers=headers, content_type=CONTENT_TYPE)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`. Only a view's own `BadRequest` is quoted: others tell of Django's inside."""
    if isinstance(exception, RequestDataTooBig):
        return problem(413, "The body is larger than this service takes.")
    if isinstance(exception, DisallowedHost):
        return problem(400, "The Host header names no host of this service (ALLOWED_HOSTS).")
    said = isinstance(exception, BadRequest) and str(exception)
    return problem(400, said or "The request cannot be understood.")


def permission_denied(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403`."""
    return problem(403, str(exception) or "This is not allowed.")


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`."""
    return problem(403, reason or "The CSRF token is missing or wrong.")


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`. The resolver's exception lists every route, so it is not quoted."""
    said = "" if isinstance(exception, Resolver404) else str(exception)
    return problem(404, said or "There is nothing at this address.")


def server_error(_request: HttpRequest) -> HttpResponse:
    """`handler500`: the request id, with which the log tells the rest, and nothing else."""
    return problem(500)


# The handler runs these on the event loop: they do no I/O.
for _handler in (bad_request, permission_denied, csrf_failure, not_found, server_error):
    vars(_handler)["on_loop"] = True
