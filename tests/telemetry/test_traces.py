"""Whether there are traces at all; without them nothing of OpenTelemetry is imported."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from unittest import mock

import pytest

from app.telemetry import trace_export, traces
from app.telemetry.spans import Spans
from tests import environment

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}
# Asks once as a server without a lifespan does, as a fork without the extra if told so.
ONE_REQUEST = r"""
import asyncio, sys
if sys.argv[1:] == ["without"]:
    sys.modules["opentelemetry"] = None
from config.asgi import application
from tests.client import ask
answer = asyncio.run(ask(application, "/version"))
loaded = {name.split(".")[0] for name in sys.modules} & {"opentelemetry", "google"}
# In one piece, as the log's thread writes meanwhile.
sys.stdout.write(f"{answer.status} {sorted(loaded)}\n")
"""


@pytest.fixture(autouse=True)
def _without(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(traces, "spans", None)
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    yield
    traces.stop()


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, True),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "True"}, False),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "false"}, True),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "otlp"}, True),
    ],
)
def test_wanted_where_there_is_somewhere_to_send_them(
    environ: dict[str, str], wanted: bool
) -> None:
    assert traces.wanted(environ) is wanted


def test_begins_once_and_ends_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, closed = [], []

    def begin(service: str, version: str) -> Spans:
        begun.append((service, version))
        return Spans(mock.Mock(), lambda: closed.append(service))

    monkeypatch.setattr(trace_export, "begin", begin)
    traces.start("a", "1")
    assert not begun
    with mock.patch.dict(os.environ, ENDPOINT):
        traces.start("a", "1")
        traces.start("a", "1")
    assert begun == [("a", "1")]
    assert isinstance(traces.spans, Spans)
    traces.stop()
    traces.stop()
    assert closed == ["a"]


def test_a_wrong_setting_of_the_sdk_is_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in (ENDPOINT | {"OTEL_BSP_MAX_QUEUE_SIZE": "-1"}).items():
        monkeypatch.setenv(name, value)
    traces.start("a", "1")
    assert traces.spans is None
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    why = "ValueError: max_queue_size must be a positive integer."
    assert record.getMessage() == f"No traces are sent: {why}"


def asked(*argv: str, **environ: str) -> list[str]:
    """One request to a service of its own; the lines of its output."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_REQUEST, *argv],
        cwd=environment.ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_without_an_endpoint_nothing_of_it_is_imported() -> None:
    said = asked()
    assert "200 []" in said
    assert not [line for line in said if "races" in line]


def test_without_the_extra_a_service_serves_and_says_so_once() -> None:
    said = asked("without", **ENDPOINT)
    assert "200 ['opentelemetry']" in said  # the None that stands for what is missing
    (line,) = [line for line in said if "asgi.traces" in line]
    assert '"level":"WARNING"' in line
    assert "No traces are sent, though OTEL_EXPORTER_OTLP_ENDPOINT is set" in line
    assert "uv sync --extra otel" in line
