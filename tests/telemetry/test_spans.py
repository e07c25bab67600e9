"""One server span a request, with the times of its log line, whatever becomes of it."""

import asyncio
import contextvars
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.trace import SpanKind, StatusCode, get_current_span

from app.asgi import App, Receive, Scope, Send
from app.telemetry.request_id import outgoing_headers, trace_id
from app.telemetry.telemetry import Telemetry
from tests.client import Answer, ask, http_scope
from tests.telemetry.test_telemetry import cancelled, endless, hello, lines
from tests.telemetry.tracing import Traced, tracing

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def traced() -> Iterator[Traced]:
    with tracing() as made:
        yield made


def asked(app: App, path: str = "/", *, query: bool = False, **scope: Any) -> Answer:
    return asyncio.run(ask(Telemetry(app, query=query), path, **scope))


def attributes(traced: Traced) -> dict[str, Any]:
    return dict(traced.only().attributes or {})


def ids(traced: Traced) -> tuple[str, str]:
    """The only span's trace and span id, as the log writes them."""
    own = traced.only().context
    assert own is not None
    return f"{own.trace_id:032x}", f"{own.span_id:016x}"


def parent(*, sampled: bool = True, **more: str) -> dict[str, Any]:
    """Headers of a caller whose trace it is."""
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-0{int(sampled)}", **more}
    return {"headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


async def routed(scope: Scope, receive: Receive, send: Send) -> None:
    scope["resolver_match"] = SimpleNamespace(route="a/<int:id>", view_name="a")
    await hello(scope, receive, send)


async def failing(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("a secret")


def test_a_request_is_one_span(traced: Traced, caplog: pytest.LogCaptureFixture) -> None:
    asked(routed, "/a/7?b=c", method="PUT", headers=[(b"user-agent", b"curl/8")], scheme="https")
    span = traced.only()
    assert (span.name, span.kind, span.parent) == ("PUT a/<int:id>", SpanKind.SERVER, None)
    assert attributes(traced) == {
        "http.request.method": "PUT",
        "url.path": "/a/7",
        "url.scheme": "https",
        "network.protocol.version": "1.1",
        "client.address": "192.0.2.7",
        "user_agent.original": "curl/8",
        "http.route": "a/<int:id>",
        "http.response.status_code": 200,
    }
    assert span.status.status_code is StatusCode.UNSET
    (line,) = lines(caplog)
    assert (line["trace_id"], line["span_id"]) == ids(traced)
    assert span.start_time is not None
    assert span.end_time is not None
    assert abs((span.end_time - span.start_time) / 1e6 - line["duration_ms"]) < 0.001


def test_what_is_not_known_is_left_out(traced: Traced) -> None:
    asked(hello, method="BREW", client=None)
    assert traced.only().name == "HTTP"
    assert attributes(traced)["http.request.method"] == "_OTHER"
    assert not attributes(traced).keys() & {"client.address", "user_agent.original", "http.route"}


def test_the_query_is_as_private_as_in_the_log(traced: Traced) -> None:
    asked(hello, "/?a=1&token=abc")
    asked(hello, "/", query=True)
    asked(hello, "/?a=1&token=abc", query=True)
    queries = [(span.attributes or {}).get("url.query") for span in traced.spans()]
    assert queries == [None, None, "a=1&token=[redacted]"]


def test_the_callers_span_is_the_parent(traced: Traced, caplog: pytest.LogCaptureFixture) -> None:
    answer = asked(hello, **parent(tracestate="vendor=value"))
    span = traced.only()
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == CALLER
    assert ids(traced)[0] == TRACE == answer.scope["trace_id"] == lines(caplog)[0]["trace_id"]
    assert span.context is not None
    assert dict(span.context.trace_state) == {"vendor": "value"}


@pytest.mark.parametrize("header", ["", "00-xyz-1-01", f"ff-{TRACE}-{CALLER}-01", "é" * 600])
def test_a_broken_parent_is_none(
    traced: Traced, caplog: pytest.LogCaptureFixture, header: str
) -> None:
    asked(hello, headers=[(b"traceparent", header.encode())])
    assert traced.only().parent is None
    assert lines(caplog)[0]["trace_id"] == ids(traced)[0]


def test_what_the_caller_does_not_sample_is_not_sent(
    traced: Traced, caplog: pytest.LogCaptureFixture
) -> None:
    passed: list[dict[str, str]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(outgoing_headers())
        await routed(scope, receive, send)

    asked(app, **parent(sampled=False))
    assert traced.spans() == []
    (line,) = lines(caplog)
    assert line["trace_id"] == TRACE
    assert passed[0]["traceparent"] == f"00-{TRACE}-{line['span_id']}-00"


def test_calls_to_others_are_beneath_the_current_span(traced: Traced) -> None:
    passed: list[dict[str, str]] = []
    own: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        own.append(scope["span_id"])
        passed.append(outgoing_headers())
        with traced.tracer.start_as_current_span("inner") as inner:
            own.append(f"{inner.get_span_context().span_id:016x}")
            passed.append(outgoing_headers())
        await hello(scope, receive, send)

    asked(app, **parent(tracestate="vendor=value"))
    inner, outer = traced.spans()
    assert inner.parent == outer.context
    assert [sent["traceparent"] for sent in passed] == [f"00-{TRACE}-{each}-01" for each in own]
    assert {sent["tracestate"] for sent in passed} == {"vendor=value"}
    assert outgoing_headers() == {}


def test_an_exception_is_an_error_and_its_message_stays_here(traced: Traced) -> None:
    asked(failing)
    span = traced.only()
    assert span.status.status_code is StatusCode.ERROR
    assert attributes(traced)["error.type"] == "ValueError"
    assert attributes(traced)["http.response.status_code"] == 500
    (event,) = span.events
    assert (event.name, dict(event.attributes or {})) == (
        "exception",
        {"exception.type": "ValueError"},
    )
    assert "secret" not in span.to_json()


@pytest.mark.parametrize(
    ("status", "error"), [(400, None), (499, None), (500, "500"), (503, "503")]
)
def test_a_status_of_5xx_is_an_error(traced: Traced, status: int, error: str | None) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    asked(app)
    assert attributes(traced).get("error.type") == error
    assert (traced.only().status.status_code is StatusCode.ERROR) == (error is not None)
    assert traced.only().events == ()


def test_a_cancelled_request_ends_its_span(traced: Traced) -> None:
    cancelled(endless)
    assert attributes(traced)["http.response.status_code"] == 499
    assert traced.only().status.status_code is StatusCode.UNSET


def test_a_request_that_is_ended_from_another_context_ends_its_span(
    traced: Traced, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(3600)

    async def run() -> None:
        call = Telemetry(app)(http_scope(), None, None)  # type: ignore[arg-type] # nobody asks
        contextvars.copy_context().run(call.send, None)
        call.close()  # as the collector does

    asyncio.run(run())
    assert attributes(traced)["error.type"] == "GeneratorExit"
    assert [r.name for r in caplog.records if r.levelno > logging.INFO] == ["asgi.error"]


def test_a_request_that_begins_inside_another_is_not_its_child(traced: Traced) -> None:
    """As a pipelined one does, under a server that starts it in the other's context."""

    seen: list[tuple[str | None, str]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/first":
            await asyncio.create_task(ask(Telemetry(app), "/second"))
        seen.append((trace_id.get(), scope["trace_id"]))
        await hello(scope, receive, send)

    async def run() -> None:
        await ask(Telemetry(app), "/first")
        assert not get_current_span().get_span_context().is_valid
        await ask(Telemetry(app), "/third")

    asyncio.run(run())
    assert [in_context for in_context, _ in seen] == [own for _, own in seen]
    spans = traced.spans()
    assert [span.parent for span in spans] == [None] * 3
    assert len({span.context.trace_id for span in spans if span.context}) == 3


def test_a_hundred_at_once_keep_to_themselves(
    traced: Traced, caplog: pytest.LogCaptureFixture
) -> None:
    passed: list[tuple[str, str]] = []

    async def run() -> None:
        everybody = asyncio.Event()
        here: list[str] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            here.append(scope["span_id"])
            if len(here) == 100:
                everybody.set()
            await everybody.wait()
            sent, _, _flags = outgoing_headers()["traceparent"].rpartition("-")
            passed.append((sent, f"00-{scope['trace_id']}-{scope['span_id']}"))
            await hello(scope, receive, send)

        telemetry = Telemetry(app)
        await asyncio.gather(*(ask(telemetry, f"/{n}") for n in range(100)))

    asyncio.run(run())
    logged = {(line["url.path"], line["trace_id"], line["span_id"]) for line in lines(caplog)}
    made = {
        ((span.attributes or {})["url.path"], f"{own.trace_id:032x}", f"{own.span_id:016x}")
        for span in traced.spans()
        if (own := span.context)
    }
    assert logged == made
    assert [sent for sent, _ in passed] == [own for _, own in passed]
    assert len({trace for _, trace, _ in made}) == 100


def test_a_sampler_decides_by_what_came() -> None:
    with tracing(OTEL_TRACES_SAMPLER="parentbased_always_off") as traced:
        asked(failing)
        assert traced.spans() == []
        asked(hello, **parent())
        assert ids(traced)[0] == TRACE


def test_without_traces_there_is_nothing_of_them(caplog: pytest.LogCaptureFixture) -> None:
    answer = asked(hello)
    assert "span_id" not in answer.scope
    assert not lines(caplog)[0].keys() & {"trace_id", "span_id"}
