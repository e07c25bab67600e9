"""A span for each statement of a request, on the real PostgreSQL, with no value in it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.signals import connection_created
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode
from psycopg import sql
from pytest_django import Settings

from app.serving.handler import AsyncHandler
from app.telemetry import sql_spans
from app.telemetry.sql_spans import SqlSpans
from app.telemetry.telemetry import Telemetry
from tests.callers import acall, call
from tests.telemetry.tracing import Traced, tracing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def traced() -> Iterator[Traced]:
    """Connections opened meanwhile are traced."""
    with tracing() as made:
        connection.close()
        SqlSpans(made.tracer).install()
        try:
            yield made
        finally:
            connection_created.disconnect(dispatch_uid=sql_spans.__name__)
            connection.execute_wrappers.clear()


def statements(traced: Traced) -> list[ReadableSpan]:
    """The spans of SQL, without those of transactions that others begin."""
    return [span for span in traced.spans() if span.kind is SpanKind.CLIENT]


def run(traced: Traced, statement: Any, params: Any = None, *, many: bool = False) -> ReadableSpan:
    """Execute beneath a span; the statement's."""
    with traced.tracer.start_as_current_span("outer"), connection.cursor() as cursor:
        (cursor.executemany if many else cursor.execute)(statement, params)
    return statements(traced)[-1]


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_statement_has_its_text_and_no_values(traced: Traced) -> None:
    span = run(traced, " SELECT %s", ["secret"])
    settings = connection.settings_dict
    assert span.name == f"SELECT {settings['NAME']}"
    assert attributes(span) == {
        "db.system.name": "postgresql",
        "db.namespace": settings["NAME"],
        "server.address": settings["HOST"],
        "db.operation.name": "SELECT",
        "db.query.text": " SELECT %s",
    }
    assert span.status.status_code is StatusCode.UNSET
    outer = traced.spans()[-1]
    assert span.parent == outer.context
    assert "secret" not in span.to_json()


def test_text_that_may_hold_values_is_left_out(traced: Traced) -> None:
    assert "db.query.text" not in attributes(run(traced, "SELECT 'secret'"))
    composed = sql.SQL("SELECT {}").format("secret")
    span = run(traced, composed, [])
    assert span.name == connection.settings_dict["NAME"]
    assert "secret" not in span.to_json()


def test_many_are_one(traced: Traced) -> None:
    span = run(traced, "SELECT %s", [["a"], ["b"]], many=True)
    assert attributes(span)["db.operation.name"] == "SELECT"
    assert len(statements(traced)) == 1


def test_an_error_is_told_by_its_code_and_not_by_its_message(traced: Traced) -> None:
    with traced.tracer.start_as_current_span("outer"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE t (a text PRIMARY KEY) ON COMMIT DROP")
            cursor.execute("INSERT INTO t VALUES (%s)", ["secret"])
        again = pytest.raises(IntegrityError, match="secret")
        with again, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO t VALUES (%s)", ["secret"])
    (failed,) = (s for s in statements(traced) if s.status.status_code is StatusCode.ERROR)
    assert attributes(failed)["error.type"] == "django.db.utils.IntegrityError"
    assert attributes(failed)["db.response.status_code"] == "23505"
    assert "secret" not in failed.to_json()


def test_an_error_of_an_application_has_no_code(traced: Traced) -> None:
    def refuse(*_args: Any) -> None:
        raise RuntimeError

    connection.ensure_connection()
    with connection.execute_wrapper(refuse), pytest.raises(RuntimeError):
        run(traced, "SELECT 1")
    (failed,) = statements(traced)
    assert attributes(failed)["error.type"] == "RuntimeError"
    assert "db.response.status_code" not in attributes(failed)


def test_outside_of_a_span_there_is_none(traced: Traced) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert traced.spans() == []


def test_a_connection_is_traced_once_and_wrappers_of_others_stay(traced: Traced) -> None:
    seen: list[str] = []

    def other(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(other):
        run(traced, "SELECT 1")  # opened in here
    connection.close()
    run(traced, "SELECT 2")
    assert [text for text in seen if "SELECT 1" in text] == ["SELECT 1"]
    assert not [text for text in seen if "SELECT 2" in text]
    assert len(statements(traced)) == 2


def test_statements_of_a_request_are_beneath_its_span(traced: Traced, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.server.database_views"
    assert call("GET", "/read").status == 200
    assert traced.spans() == []  # no span was there to be beneath
    app = Telemetry(AsyncHandler())
    assert asyncio.run(acall(app, "GET", "/read")).status == 200
    select, server = traced.spans()
    assert select.name == f"SELECT {connection.settings_dict['NAME']}"
    assert select.parent == server.context
    assert server.name == "GET read"
