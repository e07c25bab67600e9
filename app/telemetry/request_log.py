"""The log lines of a request.

One at its end (and, if asked for, one at its beginning) on the logger `asgi.request`, one with the
stack on `asgi.error` when it failed, two on `api` when the API logger's middleware is there.
Attribute names are OpenTelemetry's where it has one:
https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from app.asgi import Scope
from app.telemetry.body import FirstBytes
from app.telemetry.plain_log import info
from app.telemetry.redact import redact_body, redact_query

API_BODY_BYTES = 2048

_requests = logging.getLogger("asgi.request")
_errors = logging.getLogger("asgi.error")
_api = logging.getLogger("api")

Headers = Mapping[bytes, bytes]


class End(NamedTuple):
    """How a request ended: its status, its whole time in seconds, the bytes of its response."""

    status: int
    seconds: float
    response_bytes: int


@dataclass(frozen=True, slots=True)
class RequestLog:
    """Writes a request's lines; `query` and the first `body_bytes` of bodies only if asked for."""

    query: bool = False
    body_bytes: int = 0

    def arrived(self, scope: Scope, headers: Headers) -> None:
        """The line of a request's arrival."""
        info(_requests, f"{scope['method']} {path_of(scope)}", _request(scope, headers))

    def failed(self, scope: Scope) -> None:
        """The line of a request's failure, with the stack, if it has failed."""
        exception: BaseException | None = scope.get("exception")
        if exception is not None:
            _errors.error(
                "%s %s",
                scope["method"],
                path_of(scope),
                exc_info=exception,
                extra={"request_id": scope["request_id"], "exception.type": type_of(exception)},
            )

    def ended(self, scope: Scope, headers: Headers, end: End, body: FirstBytes | None) -> None:
        """The line of a request's end, and the API logger's.

        INFO whatever the status, as access logs are: the error's own record is what wakes people.
        """
        if _requests.isEnabledFor(logging.INFO):
            fields = self._fields(scope, headers, end, body)
            message = f"{scope['method']} {fields['url.path']} {end.status}"
            info(_requests, message, fields)
        if "api_logger" in scope.get("marks", ()) and _api.isEnabledFor(logging.INFO):
            _log_api(scope, headers, end, body)

    def _fields(
        self, scope: Scope, headers: Headers, end: End, body: FirstBytes | None
    ) -> dict[str, Any]:
        match = scope.get("resolver_match")
        fields = _request(scope, headers)
        fields["http.route"] = match.route if match else None
        fields["http.response.status_code"] = end.status
        fields["customer"] = _customer(scope, headers)
        fields["duration_ms"] = round(end.seconds * 1000, 3)
        fields["response_bytes"] = end.response_bytes
        fields["hops"] = len(scope.get("hops", ()))
        if (exception := scope.get("exception")) is not None:
            fields["exception.type"] = type_of(exception)
        if ended_by := scope.get("ended_by"):
            fields["ended_by"] = ended_by
        if self.query and scope.get("query_string"):
            fields["url.query"] = redact_query(scope["query_string"])
        if self.body_bytes and body is not None and body.size:
            fields["http.request.body.content"] = _first_bytes(body, self.body_bytes, headers)
        return fields


def _request(scope: Scope, headers: Headers) -> dict[str, Any]:
    client = scope.get("client")
    agent = headers.get(b"user-agent")
    fields = {"request_id": scope["request_id"]}
    if (trace := scope["trace_id"]) is not None:
        fields["trace_id"] = trace
    if (span := scope.get("span_id")) is not None:
        fields["span_id"] = span
    fields["http.request.method"] = scope["method"]
    fields["url.path"] = path_of(scope)
    fields["client.address"] = client[0] if client else None
    fields["user_agent.original"] = None if agent is None else agent.decode("latin-1")
    fields["process.pid"] = os.getpid()
    return fields


def _log_api(scope: Scope, headers: Headers, end: End, body: FirstBytes | None) -> None:
    """The two records of the API logger, both at the end: only then is known that it is wanted."""
    now = time.time()
    fields = _request(scope, headers)
    fields["customer"] = _customer(scope, headers)
    fields["url.original"] = fields.pop("url.path")
    if scope.get("query_string"):
        fields["url.original"] += f"?{redact_query(scope['query_string'])}"
    content = _first_bytes(body, API_BODY_BYTES, headers) if body is not None else ""
    info(
        _api,
        "IN",
        {**fields, "time": _iso(now - end.seconds), "http.request.body.content": content},
    )
    info(
        _api,
        "OUT",
        {
            **fields,
            "time": _iso(now),
            "duration_ms": round(end.seconds * 1000, 3),
            "http.response.status_code": end.status,
        },
    )


def path_of(scope: Scope) -> str:
    """The path as it was sent: decoded, it could hold anything."""
    raw: bytes | None = scope.get("raw_path")
    return raw.decode("latin-1") if raw else scope["path"]


def _customer(scope: Scope, headers: Headers) -> str:
    """Whose request it is; the validator of tokens sets `scope["customer"]`."""
    customer: str | None = scope.get("customer")
    if customer is not None:
        return customer
    return "unknown" if b"authorization" in headers else "no token"


def _first_bytes(body: FirstBytes, limit: int, headers: Headers) -> str:
    return redact_body(bytes(body.data[:limit]), body.size, headers)


def type_of(exception: BaseException) -> str:
    """The name of an exception's class, as a traceback has it."""
    kind = type(exception)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _iso(seconds: float) -> str:
    when = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return when.replace("+00:00", "Z")
