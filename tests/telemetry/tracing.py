"""Traces whose spans stay in this process: the SDK's provider with its exporter in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from opentelemetry.context import Context, attach
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from app.telemetry import traces
from app.telemetry.spans import Spans
from app.telemetry.trace_export import provider


@dataclass
class Traced:
    """What was traced: `spans()` in the order of their ends."""

    provider: TracerProvider
    memory: InMemorySpanExporter

    @property
    def tracer(self) -> Tracer:
        """A tracer as the application has it."""
        return self.provider.get_tracer("tests")

    def spans(self) -> list[ReadableSpan]:
        """All that have ended."""
        return list(self.memory.get_finished_spans())

    def only(self) -> ReadableSpan:
        """The only one."""
        (span,) = self.spans()
        return span


@contextmanager
def tracing(**environ: str) -> Iterator[Traced]:
    """Trace requests meanwhile, with these variables in the environment."""
    memory = InMemorySpanExporter()
    with mock.patch.dict("os.environ", environ):
        made = provider("service", "1.2.3", SimpleSpanProcessor(memory))
    traced = Traced(made, memory)
    with mock.patch.object(traces, "spans", Spans(traced.tracer, made.shutdown)):
        try:
            yield traced
        finally:
            attach(Context())  # what a test left current would be the parent of another's spans
