"""The SDK as the environment says, with an end that no drain waits for."""

import threading
from collections.abc import Iterator, Sequence
from unittest import mock

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from app.telemetry import sql_spans, trace_export
from app.telemetry.trace_export import CHARACTERS, Batches, provider
from tests.telemetry.tracing import tracing


class Stuck(SpanExporter):
    """An endpoint that takes a connection and never answers."""

    def __init__(self) -> None:
        self.begun, self.over = threading.Event(), threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.begun.set()
        self.over.wait()
        return SpanExportResult.FAILURE


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    exporter = Stuck()
    yield exporter
    exporter.over.set()


@pytest.mark.timeout(25)  # the SDK's own end takes 30 s here
def test_the_end_waits_for_no_endpoint(stuck: Stuck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_export, "FLUSH_SECONDS", 0.05)
    made = provider("service", "1", Batches(stuck))
    made.get_tracer("tests").start_span("lost").end()
    made.shutdown()  # returns, though the endpoint still holds the thread
    assert stuck.begun.is_set()
    assert not stuck.over.is_set()


def test_the_environment_has_the_last_word_on_who_this_is() -> None:
    with tracing() as traced:
        own = dict(traced.provider.resource.attributes)
    assert (own["service.name"], own["service.version"]) == ("service", "1.2.3")
    assert isinstance(own["process.pid"], int)
    assert len(str(own["service.instance.id"])) == 36
    told = {"OTEL_SERVICE_NAME": "told", "OTEL_RESOURCE_ATTRIBUTES": "service.version=9,a=b"}
    with tracing(**told) as traced:
        own = dict(traced.provider.resource.attributes)
    assert (own["service.name"], own["service.version"], own["a"]) == ("told", "9", "b")


@pytest.mark.parametrize(
    ("environ", "length"),
    [
        ({}, CHARACTERS),
        ({"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "7"}, 7),
        ({"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT": "8"}, 8),
    ],
)
def test_what_a_caller_sends_is_cut(environ: dict[str, str], length: int) -> None:
    with tracing(**environ) as traced:
        traced.tracer.start_span("a", attributes={"url.path": "a" * 60_000}).end()
    assert traced.only().attributes == {"url.path": "a" * length}


def test_an_applications_tracers_and_connections_are_traced_too() -> None:
    with (
        mock.patch.object(trace, "set_tracer_provider") as set_provider,
        mock.patch.object(sql_spans.SqlSpans, "install") as install,
    ):
        spans = trace_export.begin("service", "1")
    spans.close()
    (made,) = set_provider.call_args.args
    assert made.resource.attributes["service.name"] == "service"
    install.assert_called_once_with()
