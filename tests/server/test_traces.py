"""Traces as a collector gets them from the real server, and what happens when there is none."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from tests.server.harness import Server, free_port, gunicorn, status_of, wait_until
from tests.server.receiver import Received, Receiver, receiving

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
VIEWS = {"DJANGO_SETTINGS_MODULE": "tests.server.database_settings"}
LATE = {"OTEL_BSP_SCHEDULE_DELAY": "3600000"}  # in ms: only the end of the process sends


@contextmanager
def traced(**env: str) -> Iterator[tuple[Server, Receiver]]:
    """A server that sends its traces to a receiver."""
    with receiving() as receiver:
        to = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint}
        with gunicorn(VIEWS | to | env) as server:
            yield server, receiver


def lines(server: Server) -> list[dict[str, Any]]:
    """The lines of requests."""
    said = [json.loads(line) for line in server.output().splitlines() if line.startswith("{")]
    return [line for line in said if line["logger"] == "asgi.request"]


def of(receiver: Receiver, path: str) -> Received:
    """The one server span of a path."""
    (found,) = (each for each in receiver.servers() if each.attributes["url.path"] == path)
    return found


def test_a_request_is_one_span_with_its_sql_beneath() -> None:
    with traced() as (server, receiver):
        parent = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        with urlopen(Request(f"{server.url}/read?token=x", headers=parent)) as response:  # noqa: S310 - our own
            assert response.status == 200
        paths = ("/block", "/nowhere", "/livez", "/readyz", "/startupz")
        asked = [status_of(server.url + path) for path in paths]
        assert asked == [200, 404, 200, 200, 200]
        assert status_of(f"http://127.0.0.1:{server.metrics_port}/metrics") == 200
        wait_until(lambda: len(receiver.servers()) == 3, 20, "all spans are here")
        assert server.stop() == 0
        logged = {line["url.path"]: line for line in lines(server)}
    # Neither probes and scrapes nor the readiness check's own SQL are traced.
    assert len(receiver.spans) == 5
    read = of(receiver, "/read")
    assert (read.span.name, read.trace) == ("GET read", TRACE)
    assert read.span.parent_span_id.hex() == CALLER
    assert read.attributes["http.route"] == "read"
    assert read.attributes["http.response.status_code"] == 200
    assert "url.query" not in read.attributes
    (select,) = receiver.beneath(read)
    assert select.attributes["db.operation.name"] == "SELECT"
    assert select.attributes["db.query.text"].startswith('SELECT "pg_roles"."rolname"')
    assert "= %s" in select.attributes["db.query.text"]
    (block,) = receiver.beneath(of(receiver, "/block"))
    assert block.span.name.startswith("SELECT")
    assert "db.query.text" not in block.attributes
    assert of(receiver, "/nowhere").span.name == "GET"
    for path, line in logged.items():
        span = of(receiver, path)
        assert (line["trace_id"], line["span_id"]) == (span.trace, span.span.span_id.hex())
        assert span.resource["process.pid"] == line["process.pid"]
        assert span.resource["service.name"] == settings.SERVICE_NAME
        assert span.resource["service.version"]


def test_what_waits_is_sent_at_the_end_by_each_worker() -> None:
    with traced(WEB_CONCURRENCY="2", **LATE) as (server, receiver):
        wait_until(lambda: len(server.worker_pids()) == 2, 20, "both are there")
        for _ in range(20):
            assert status_of(server.url + "/read") == 200
        assert receiver.spans == []
        assert server.stop() == 0
        served = {line["process.pid"] for line in lines(server)}
    assert len(receiver.servers()) == 20
    assert {each.resource["process.pid"] for each in receiver.spans} == served
    instances = {each.resource["service.instance.id"] for each in receiver.spans}
    assert len(instances) == len(served)


def test_the_sdks_own_variables_hold() -> None:
    env = {
        "OTEL_SERVICE_NAME": "other",
        "OTEL_TRACES_SAMPLER": "parentbased_always_off",
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20x",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
    }
    sampled = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
    with traced(**env) as (server, receiver):
        assert status_of(server.url + "/block") == 200
        with urlopen(Request(f"{server.url}/read", headers=sampled)) as response:  # noqa: S310 - our own
            assert response.status == 200
        assert server.stop() == 0
        block, read = lines(server)
    assert len(block["trace_id"]) == 32
    assert {each.trace for each in receiver.spans} == {TRACE} == {read["trace_id"]}
    assert {each.resource["service.name"] for each in receiver.spans} == {"other"}
    assert receiver.headers[0]["authorization"] == "Bearer x"


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of somebody who takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("which", ["silent", "refused", "nonsense"])
def test_an_endpoint_that_is_none_costs_no_request(
    which: str, silent: str, request: pytest.FixtureRequest
) -> None:
    endpoints = {"silent": silent, "refused": f"http://127.0.0.1:{free_port()}", "nonsense": "?"}
    # A batch for each request: what the endpoint does is met at once, and again at the end.
    batches = {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1", "OTEL_BSP_MAX_QUEUE_SIZE": "4"}
    env = VIEWS | batches | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoints[which]}
    with gunicorn(env) as server:
        assert [status_of(server.url + "/read") for _ in range(30)] == [200] * 30
        # The exporter's own limit is 10 s, and after 8 the master kills what has not ended.
        assert server.stop() == 0
        said = server.output()
    assert len(lines_of(said)) == 30
    assert "Drained in" in said
    assert "SIGKILL" not in said
    assert "Traceback" not in said


def lines_of(said: str) -> list[str]:
    return [line for line in said.splitlines() if '"logger":"asgi.request"' in line]


def test_an_image_without_the_extra_serves_and_says_so() -> None:
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.server.no_otel_settings",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}",
    }
    with gunicorn(env) as server:
        assert status_of(server.url + "/version") == 200
        assert server.stop() == 0
        said = server.output()
    assert said.count("No traces are sent, though OTEL_EXPORTER_OTLP_ENDPOINT is set") == 1
    assert "Traceback" not in said
