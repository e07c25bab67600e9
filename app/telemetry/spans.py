"""The server span of a request: from the telemetry pass, with the times of its one timer.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
"""

import time
from collections.abc import Callable, Mapping, MutableMapping

from opentelemetry.context import Context, attach
from opentelemetry.trace import (
    SpanKind,
    StatusCode,
    Tracer,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.asgi import Scope
from app.telemetry.http_metrics import METHODS
from app.telemetry.redact import redact_query
from app.telemetry.request_id import trace_id
from app.telemetry.request_log import End, Headers, path_of, type_of

_w3c = TraceContextTextMapPropagator()
_CARRIED = ("traceparent", "tracestate")


class Spans:
    """Makes the server spans of a process; `close` sends those that wait."""

    def __init__(self, tracer: Tracer, close: Callable[[], None]) -> None:
        self._tracer = tracer
        self.close = close

    def begin(self, scope: Scope, headers: Headers, *, query: bool = False) -> "ServerSpan":
        """The span of a request that begins now."""
        return ServerSpan(self._tracer, scope, _attributes(scope, headers, query), headers)

    def inject(self, headers: MutableMapping[str, str]) -> None:
        """Add `traceparent` (and `tracestate`) of the current span, if there is one."""
        _w3c.inject(headers)


class ServerSpan:
    """A request's span, current in its context until `end`; the scope has its ids.

    Its parent is the caller's, never a span of this process: a pipelined request may begin inside
    the context of the one before it. For the same reason, and as a context's token is of no use in
    another task's, the end leaves no span behind, whatever there was before.
    """

    __slots__ = ("_began", "_span")

    def __init__(
        self, tracer: Tracer, scope: Scope, attributes: Mapping[str, str], headers: Headers
    ) -> None:
        parent = Context()
        if b"traceparent" in headers:
            brought = {name: headers.get(name.encode(), b"").decode("latin-1") for name in _CARRIED}
            parent = _w3c.extract(brought, parent)
        self._began = time.time_ns()
        self._span = tracer.start_span(
            _method(scope), parent, SpanKind.SERVER, attributes, start_time=self._began
        )
        attach(set_span_in_context(self._span, parent))
        own = self._span.get_span_context()
        scope["trace_id"] = format_trace_id(own.trace_id)
        scope["span_id"] = format_span_id(own.span_id)
        trace_id.set(scope["trace_id"])

    def end(self, scope: Scope, end: End) -> None:
        """End it; of an exception only the type is sent, as a message may hold anything."""
        attach(Context())
        span = self._span
        if not span.is_recording():
            return
        span.set_attribute("http.response.status_code", end.status)
        if match := scope.get("resolver_match"):
            span.set_attribute("http.route", match.route)
            span.update_name(f"{_method(scope)} {match.route}")
        error = str(end.status) if end.status >= 500 else None
        if (exception := scope.get("exception")) is not None:
            error = type_of(exception)
            span.add_event("exception", {"exception.type": error})
        if error is not None:
            span.set_attribute("error.type", error)
            span.set_status(StatusCode.ERROR)
        span.end(self._began + int(end.seconds * 1e9))


def _method(scope: Scope) -> str:
    """The method in a span's name, of which there must not be any number."""
    method: str = scope["method"]
    return method if method in METHODS else "HTTP"


def _attributes(scope: Scope, headers: Headers, query: bool) -> dict[str, str]:
    """What a sampler may decide by."""
    method = scope["method"]
    attributes = {
        "http.request.method": method if method in METHODS else "_OTHER",
        "url.path": path_of(scope),
        "url.scheme": scope.get("scheme", "http"),
        "network.protocol.version": scope.get("http_version", "1.1"),
    }
    if client := scope.get("client"):
        attributes["client.address"] = client[0]
    if (agent := headers.get(b"user-agent")) is not None:
        attributes["user_agent.original"] = agent.decode("latin-1")
    if query and scope.get("query_string"):
        attributes["url.query"] = redact_query(scope["query_string"])
    return attributes
