"""The SDK of OpenTelemetry, set up for one process: spans in batches to an OTLP endpoint.

Import this where traces are wanted (`app.telemetry.traces`): it imports the extra `otel`.
https://opentelemetry.io/docs/languages/python/exporters/
"""

import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from app.telemetry.spans import Spans
from app.telemetry.sql_spans import SqlSpans

FLUSH_SECONDS = 1.0  # what sending the last spans may take
# Of an attribute's value. The SDK has no limit, and 2,048 spans wait when the endpoint is gone:
# with a path and a user agent of 30 kB each they would be 120 MB.
CHARACTERS = 2048


class Batches(BatchSpanProcessor):
    """Sends spans in batches, from a thread; what is left at the end within FLUSH_SECONDS.

    The SDK's own waits 30 s for that, which no drain has.
    """

    def shutdown(self) -> None:
        """Send what waits; what could not be sent in time is lost."""
        self._batch_processor.shutdown(timeout_millis=int(FLUSH_SECONDS * 1000))


def provider(service: str, version: str, processor: SpanProcessor) -> TracerProvider:
    """A provider as the environment says; `service` and `version` where it does not name them."""
    own: dict[str, str | int] = {"service.name": service, "service.version": version}
    own["process.pid"] = os.getpid()
    given = OTELResourceDetector().detect().attributes
    resource = Resource.create({name: own[name] for name in own.keys() - given.keys()})
    limits = SpanLimits()
    if limits.max_span_attribute_length is None:
        limits = SpanLimits(max_span_attribute_length=CHARACTERS)
    # Not at exit, where the SDK would: telemetry's own stop has its place there.
    made = TracerProvider(resource=resource, span_limits=limits, shutdown_on_exit=False)
    made.add_span_processor(processor)
    return made


def begin(service: str, version: str) -> Spans:
    """Begin to send traces, of SQL too; an application's own tracers find the same provider."""
    made = provider(service, version, Batches(OTLPSpanExporter()))
    trace.set_tracer_provider(made)
    SqlSpans(made.get_tracer("app.telemetry", version)).install()
    return Spans(made.get_tracer("app.telemetry", version), made.shutdown)
