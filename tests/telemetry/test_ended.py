"""Requests are told of after the turn of the loop in which they ended, once and in order."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.telemetry.ended import Ended, Request
from app.telemetry.http_metrics import Finished
from app.telemetry.metric_steps import Steps
from app.telemetry.outcome import Outcome
from app.telemetry.request_id import enter, request_id
from app.telemetry.request_log import End, RequestLog
from tests.client import http_scope


def request(path: str) -> Request:
    scope = http_scope(path, request_id=path, trace_id=None)
    outcome = Outcome(scope, None)  # type: ignore[arg-type] # nothing is sent
    return Request(scope, {}, outcome, End(200, 0.1, 5), None)


@contextmanager
def filtering(logger: str, judge: Any) -> Iterator[None]:
    logging.getLogger(logger).addFilter(judge)
    try:
        yield
    finally:
        logging.getLogger(logger).removeFilter(judge)


def paths(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [vars(each)["url.path"] for each in caplog.records if each.name == "asgi.request"]


def test_they_are_told_of_after_the_turn(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def turns() -> None:
        ended = Ended(RequestLog())
        ended.add(request("/a"))
        ended.add(request("/b"))
        assert (paths(caplog), counted) == ([], [])
        await asyncio.sleep(0)
        assert (paths(caplog), len(counted)) == (["/a", "/b"], 2)
        ended.add(request("/c"))
        await asyncio.sleep(0)

    asyncio.run(turns())
    assert (paths(caplog), len(counted)) == (["/a", "/b", "/c"], 3)


def test_what_cannot_be_counted_is_logged_as_are_the_others(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_finished: Finished, _steps: Steps) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.telemetry.ended.observe", full)

    async def turn() -> None:
        ended = Ended(RequestLog())
        ended.add(request("/a"))
        ended.add(request("/b"))

    asyncio.run(turn())
    assert paths(caplog) == ["/a", "/b"]
    errors = [each for each in caplog.records if each.name == "app.telemetry.ended"]
    assert [each.levelname for each in errors] == ["ERROR", "ERROR"]


@pytest.mark.usefixtures("counted")
def test_a_filter_finds_no_other_requests_id() -> None:
    found: list[Any] = []

    def judge(record: logging.LogRecord) -> bool:
        found.append((request_id.get(), vars(record)["request_id"]))
        return True

    async def turn() -> None:
        ended = Ended(RequestLog())
        enter({b"x-request-id": b"first"})
        ended.add(request("/a"))
        ended.add(request("/b"))

    with filtering("asgi.request", judge):
        asyncio.run(turn())
    assert found == [(None, "/a"), (None, "/b")]


@pytest.mark.usefixtures("counted")
def test_what_cannot_be_logged_keeps_no_other_from_it(caplog: pytest.LogCaptureFixture) -> None:
    def judge(record: logging.LogRecord) -> bool:
        if vars(record)["url.path"] == "/a":
            raise ValueError
        return True

    async def turn() -> None:
        ended = Ended(RequestLog())
        ended.add(request("/a"))
        ended.add(request("/b"))

    with filtering("asgi.request", judge):
        asyncio.run(turn())
    assert paths(caplog) == ["/b"]
    assert [each.name for each in caplog.records if each.levelname == "ERROR"] == [
        "app.telemetry.ended"
    ]
