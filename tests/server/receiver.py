"""A receiver of traces: OTLP over HTTP in protobuf, as a collector takes them."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True)
class Received:
    """A span with its attributes and its resource's."""

    span: Span
    attributes: dict[str, Any]
    resource: dict[str, Any]

    @property
    def trace(self) -> str:
        """Its trace's id, as the log writes it."""
        return self.span.trace_id.hex()


@dataclass
class Receiver:
    """What was received: the spans, and the headers of each batch."""

    endpoint: str = ""
    spans: list[Received] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> None:
        """One batch. AssertionError if it is not the protocol."""
        assert path == "/v1/traces"
        assert headers["content-type"] == "application/x-protobuf"
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.headers.append(headers)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            own = plain(resource.resource.attributes)
            for scope in resource.scope_spans:
                self.spans += (Received(s, plain(s.attributes), own) for s in scope.spans)

    def servers(self) -> list[Received]:
        """The server spans."""
        return [each for each in self.spans if each.span.kind == Span.SPAN_KIND_SERVER]

    def beneath(self, server: Received) -> list[Received]:
        """The spans right beneath a span."""
        own = server.span
        return [
            each
            for each in self.spans
            if (each.span.trace_id, each.span.parent_span_id) == (own.trace_id, own.span_id)
        ]


def plain(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes as Python has them."""
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "", None) for pair in pairs
    }


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port of loopback."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.take(self.path, headers, self.rfile.read(int(headers["content-length"])))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.endpoint = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
