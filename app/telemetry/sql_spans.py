"""A span for each statement that Django sends to a database while a sampled request is served.

By Django's own hook. OpenTelemetry's instrumentation of psycopg works, too, but sends PostgreSQL's
error messages ("Key (email)=(…) already exists") and the literals of raw SQL, makes a trace of its
own of each statement outside of a request (readiness asks every second), and sees no server-side
cursor.
https://opentelemetry.io/docs/specs/semconv/database/database-spans/
"""

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from opentelemetry.trace import SpanKind, StatusCode, Tracer, get_current_span

from app.telemetry.request_log import type_of

_OPERATION = re.compile(r"[\s(]*([A-Za-z]+)")


class SqlSpans:
    """Traces the connections that are opened after `install`."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def install(self) -> None:
        """From now on. Each request that has a thread opens a connection of its own there."""
        connection_created.connect(self.trace, weak=False, dispatch_uid=__name__)

    def trace(self, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
        """Trace one connection, also if it was opened before and closed."""
        if self.execute not in connection.execute_wrappers:
            # First, not last: `with connection.execute_wrapper(…)` takes the last one away.
            connection.execute_wrappers.insert(0, self.execute)

    def execute(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        """Send one statement, with a span beneath the current one; raises what `execute` raises.

        https://docs.djangoproject.com/en/5.2/topics/db/instrumentation/
        """
        if not get_current_span().is_recording():
            return execute(sql, params, many, context)
        settings = context["connection"].settings_dict
        word = _OPERATION.match(sql) if isinstance(sql, str) else None
        attributes = {
            "db.system.name": context["connection"].vendor,
            "db.namespace": settings["NAME"],
            "server.address": settings["HOST"],
        }
        name = settings["NAME"]
        if word:
            attributes["db.operation.name"] = word[1].upper()
            name = f"{word[1].upper()} {name}"
            # Where there are parameters the values are in them; else they may stand in the text.
            if params is not None:
                attributes["db.query.text"] = sql
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)
        try:
            return execute(sql, params, many, context)
        except Exception as error:
            span.set_attribute("error.type", type_of(error))
            if state := getattr(error.__cause__, "sqlstate", None):
                span.set_attribute("db.response.status_code", state)
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            span.end()
