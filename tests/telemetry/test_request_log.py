"""The lines of a request, down to their bytes."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asgi import Scope
from app.telemetry.body import FirstBytes
from app.telemetry.log_format import JsonFormatter
from app.telemetry.log_snapshot import snapshot
from app.telemetry.request_log import End, RequestLog
from tests.client import http_scope

END = End(status=200, seconds=0.0123456, response_bytes=17)
MATCH = SimpleNamespace(route="notes/<int:id>/", view_name="note")


class Written(logging.Handler):
    """Records as JSON lines, the way they go to stdout."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[bytes] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(JsonFormatter().format(snapshot(record)).encode() + b"\n")


def body_of(data: bytes, size: int | None = None) -> FirstBytes:
    body = FirstBytes(None, 0)  # type: ignore[arg-type] # nothing is received
    body.data += data
    body.size = len(data) if size is None else size
    return body


def scope_of(path: str = "/", **more: Any) -> Scope:
    return http_scope(path, **{"request_id": "own", "trace_id": None, **more})


def ended(
    scope: Scope, body: FirstBytes | None = None, end: End = END, **settings: Any
) -> list[dict[str, Any]]:
    """All lines that the end of a request writes, parsed."""
    return [orjson.loads(line) for line in ended_bytes(scope, body, end, **settings)]


def ended_bytes(
    scope: Scope, body: FirstBytes | None = None, end: End = END, **settings: Any
) -> list[bytes]:
    with written() as lines:
        log = RequestLog(**settings)
        log.failed(scope)
        log.ended(scope, dict(scope["headers"]), end, body)
    return lines


@contextmanager
def written() -> Iterator[list[bytes]]:
    """The lines written meanwhile; stdout does not get them."""
    handler = Written()
    loggers = [logging.getLogger(name) for name in ("asgi.request", "asgi.error", "api")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield handler.lines
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True


def test_the_line_of_a_request() -> None:
    scope = scope_of(
        "/notes/7/?q=1",
        headers=[(b"user-agent", b"curl/8")],
        resolver_match=MATCH,
        hops=["a", "b"],
    )
    (line,) = ended(scope)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("timestamp"))
    assert line == {
        "level": "INFO",
        "logger": "asgi.request",
        "message": "GET /notes/7/ 200",
        "request_id": "own",
        "http.request.method": "GET",
        "http.route": "notes/<int:id>/",
        "url.path": "/notes/7/",
        "http.response.status_code": 200,
        "client.address": "192.0.2.7",
        "user_agent.original": "curl/8",
        "process.pid": os.getpid(),
        "customer": "no token",
        "duration_ms": 12.346,
        "response_bytes": 17,
        "hops": 2,
    }


def test_what_is_not_known_is_null() -> None:
    scope = scope_of(client=None, raw_path=None)
    (line,) = ended(scope)
    assert line["client.address"] is line["user_agent.original"] is line["http.route"] is None
    assert line["url.path"] == "/"
    assert line["hops"] == 0


def test_the_path_is_the_one_that_was_sent() -> None:
    (line,) = ended(scope_of(raw_path=b"/a%0Ab\xff"))
    assert line["url.path"] == "/a%0Ab\xff"


@pytest.mark.parametrize(
    ("headers", "more", "customer"),
    [
        ([], {}, "no token"),
        ([(b"authorization", b"Bearer x")], {}, "unknown"),
        ([(b"authorization", b"Bearer x")], {"customer": "acme"}, "acme"),
        ([(b"authorization", b"Bearer x")], {"customer": ""}, ""),
    ],
)
def test_the_customer(headers: Any, more: dict[str, str], customer: str) -> None:
    (line,) = ended(scope_of(headers=headers, **more))
    assert line["customer"] == customer


def test_the_process_is_the_one_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getpid", lambda: 42)
    assert ended(scope_of())[0]["process.pid"] == 42


def test_what_ended_it_is_named() -> None:
    (line,) = ended(scope_of(ended_by="drain limit"))
    assert line["ended_by"] == "drain limit"


def test_a_failure_has_one_record_with_the_stack() -> None:
    try:
        raise BlockingIOError("the disk")
    except OSError as exc:
        error, line = ended(scope_of("/f", exception=exc), end=END._replace(status=500))
    assert (error["level"], error["logger"], error["message"]) == ("ERROR", "asgi.error", "GET /f")
    assert error["request_id"] == line["request_id"] == "own"
    assert error["exception"].startswith("Traceback")
    assert error["exception"].endswith("BlockingIOError: the disk")
    assert error["exception.type"] == line["exception.type"] == "BlockingIOError"
    assert line["level"] == "INFO"
    assert "exception" not in line


def test_the_type_of_an_exception_says_where_it_is_from() -> None:
    line = ended(scope_of(exception=orjson.JSONDecodeError("", "", 0)))[1]
    assert line["exception.type"] == "orjson.JSONDecodeError"


def test_a_long_stack_is_cut_in_its_middle() -> None:
    def deep(left: int) -> None:
        space: dict[str, Any] = {}
        if left:
            exec(f"def f{left}(g):\n g()\n", space)  # noqa: S102 - frames that differ
            space[f"f{left}"](lambda: deep(left - 1))
        raise ValueError('\n\\"\x01 ends ' + "\N{SNOWMAN}" * 10_000 + "here")

    try:
        deep(200)
    except ValueError as exc:
        raw, _ = ended_bytes(scope_of(exception=exc))
    assert len(raw) <= 16_384
    text = orjson.loads(raw)["exception"]
    assert text.startswith("Traceback")
    assert text.endswith("here")
    assert "…" in text


def test_the_query_is_left_out_unless_asked_for() -> None:
    scope = scope_of("/?a=1&api_key=abc")
    assert "url.query" not in ended(scope)[0]
    assert ended(scope, query=True)[0]["url.query"] == "a=1&api_key=[redacted]"
    assert "url.query" not in ended(scope_of("/"), query=True)[0]


def test_the_first_bytes_of_the_body_are_left_out_unless_asked_for() -> None:
    scope = scope_of(headers=[(b"content-type", b"application/x-www-form-urlencoded")])
    body = body_of(b"a=1&password=abc&b=2")
    assert "http.request.body.content" not in ended(scope, body)[0]
    assert "http.request.body.content" not in ended(scope, body_of(b""), body_bytes=9)[0]
    assert "http.request.body.content" not in ended(scope, None, body_bytes=9)[0]
    (line,) = ended(scope, body, body_bytes=15)
    assert line["http.request.body.content"] == "a=1&password=[redacted]…"


def test_the_api_loggers_records() -> None:
    scope = scope_of(
        "/notes/?a=1&token=abc",
        headers=[(b"content-type", b"text/plain"), (b"user-agent", b"curl/8")],
        marks={"api_logger"},
        customer="acme",
    )
    _, came, went = ended(scope, body_of(b"x" * 3000), end=END._replace(seconds=1.5))
    same = {
        "level": "INFO",
        "logger": "api",
        "request_id": "own",
        "process.pid": os.getpid(),
        "client.address": "192.0.2.7",
        "user_agent.original": "curl/8",
        "customer": "acme",
        "http.request.method": "GET",
        "url.original": "/notes/?a=1&token=[redacted]",
    }
    times = [came.pop("time"), went.pop("time")]
    for line in (came, went):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("timestamp"))
    assert came == {**same, "message": "IN", "http.request.body.content": "x" * 2048 + "…"}
    assert went == {
        **same,
        "message": "OUT",
        "duration_ms": 1500.0,
        "http.response.status_code": 200,
    }
    arrival, end = (int(time[17:19]) * 1000 + int(time[20:23]) for time in times)
    assert (end - arrival) % 60_000 in (1499, 1500, 1501)


def test_the_api_loggers_records_without_a_body_or_query() -> None:
    _, came, _ = ended(scope_of("/notes/", marks={"api_logger"}))
    assert came["url.original"] == "/notes/"
    assert came["http.request.body.content"] == ""


@pytest.mark.parametrize("marks", [set(), {"prometheus_before", "prometheus_after"}])
def test_other_marks_have_no_records(marks: set[str]) -> None:
    assert len(ended(scope_of(marks=marks))) == 1


def test_levels_are_honoured() -> None:
    for name in ("asgi.request", "api"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        assert ended(scope_of(marks={"api_logger"})) == []
    finally:
        for name in ("asgi.request", "api"):
            logging.getLogger(name).setLevel(logging.NOTSET)


def test_the_line_of_an_arrival() -> None:
    scope = scope_of("/a/?b=c", headers=[(b"user-agent", b"curl/8")])
    with written() as lines:
        RequestLog().arrived(scope, dict(scope["headers"]))
    (line,) = map(orjson.loads, lines)
    assert line["message"] == "GET /a/"
    assert line["user_agent.original"] == "curl/8"
    assert "http.response.status_code" not in line


def test_an_arrival_below_the_level_has_no_line() -> None:
    logger = logging.getLogger("asgi.request")
    logger.setLevel(logging.WARNING)
    try:
        with written() as lines:
            RequestLog().arrived(scope_of(), {})
    finally:
        logger.setLevel(logging.NOTSET)
    assert lines == []


def test_what_was_short_stays_when_something_is_long() -> None:
    scope = scope_of("/short/", headers=[(b"user-agent", b"x" * 9000)], customer="acme")
    raw = ended_bytes(scope)[0]
    line = orjson.loads(raw)
    assert 4088 <= len(raw) <= 4096
    assert (line["url.path"], line["customer"]) == ("/short/", "acme")
    assert "…" in line["user_agent.original"]


anything = st.one_of(
    st.text(max_size=300),
    st.text(min_size=1, max_size=5).map(lambda text: text * 1200),
    st.sampled_from(['"' * 5000, "\\" * 5000, "\x00" * 5000, "\N{SNOWMAN}" * 5000, "\ud800" * 99]),
)


@given(anything, anything, anything, anything, st.binary(max_size=2500))
def test_a_line_is_valid_json_of_at_most_4_kb_whatever_comes(
    path: str, agent: str, query: str, customer: str, body: bytes
) -> None:
    def raw(text: str) -> bytes:
        return text.encode("utf-8", "surrogatepass")

    scope = scope_of(
        raw_path=raw(path),
        query_string=raw(query),
        headers=[(b"user-agent", raw(agent)), (b"content-type", b"text/plain")],
        request_id="r" * 128,
        trace_id="f" * 32,
        customer=customer,
        ended_by=path,
        resolver_match=SimpleNamespace(route=agent, view_name=None),
        marks={"api_logger"},
    )
    written = ended_bytes(scope, body_of(body, 9999), query=True, body_bytes=2048)
    assert len(written) == 3
    for line in written:
        assert len(line) <= 4096
        assert line.count(b"\n") == 1
        parsed = orjson.loads(line)
        assert parsed["request_id"] == "r" * 128
        assert parsed["trace_id"] == "f" * 32
