"""Traces by OpenTelemetry, where the environment asks for them; docs/traces.md has the rest.

OpenTelemetry is an extra. Nothing of it is imported before `start`, and nothing at all without an
endpoint: its import takes 0.4 s of CPU and 10 MB.
"""

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.telemetry.spans import Spans

logger = logging.getLogger("asgi.traces")

# None while there are no traces: all that a request pays for them then is this one look.
spans: "Spans | None" = None


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether there is somewhere to send traces to, and nothing switches them off.

    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    """
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return False
    names = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    return any(environ.get(name, "").strip() for name in names)


def start(service: str, version: str) -> None:
    """Set up the SDK in this process, if traces are wanted; to be called after the last fork.

    Where that fails the service serves without traces and says so. Endpoints are often set for a
    whole cluster, by whoever runs its collector: a variable of his must not keep a pod that has
    no use for it from starting, least of all at night.
    """
    global spans  # noqa: PLW0603 - one SDK a process
    if spans is not None or not wanted(os.environ):
        return
    try:
        from app.telemetry import trace_export  # noqa: PLC0415 - see above
    except ImportError as error:
        logger.warning(
            "No traces are sent, though OTEL_EXPORTER_OTLP_ENDPOINT is set: %s. "
            "Install the extra: uv sync --extra otel",
            error,
        )
        return
    try:
        spans = trace_export.begin(service, version)
    except Exception as error:
        logger.error("No traces are sent: %s: %s", type(error).__name__, error)


def stop() -> None:
    """Send the spans that wait, for at most a second; there are none after that."""
    global spans
    ending, spans = spans, None
    if ending is not None:
        ending.close()
