"""Each refusal is counted; the log has one line a reason and interval."""

import pytest
from prometheus_client import REGISTRY

from app.telemetry.refusals import Refusals, refused


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def counted(reason: str) -> float:
    return REGISTRY.get_sample_value("asgi_requests_refused_total", {"reason": reason}) or 0.0


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[object, ...]]:
    return [
        (r.reason, vars(r)["client.address"], r.suppressed)  # type: ignore[attr-defined] # extras
        for r in caplog.records
        if r.name == "asgi.refused"
    ]


def test_a_flood_is_one_line_until_the_interval_is_over(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    refusals = Refusals(seconds=10, clock=clock)
    before = counted("parser")
    for last in range(50):
        refusals("parser", f"192.0.2.{last}")
        clock.now += 0.1
    assert lines(caplog) == [("parser", "192.0.2.0", 0)]
    clock.now = 110.0
    refusals("parser", "192.0.2.99")
    assert lines(caplog)[1:] == [("parser", "192.0.2.99", 49)]
    clock.now = 130.0
    refusals("parser", None)
    assert lines(caplog)[2:] == [("parser", None, 0)]
    assert counted("parser") - before == 52
    assert caplog.records[0].getMessage() == "Refused: parser"


def test_reasons_do_not_silence_each_other(caplog: pytest.LogCaptureFixture) -> None:
    refusals = Refusals(clock=Clock())
    refusals("header_bytes", "192.0.2.1")
    refusals("silent", "192.0.2.2")
    refusals("silent", "192.0.2.3")
    assert lines(caplog) == [("header_bytes", "192.0.2.1", 0), ("silent", "192.0.2.2", 0)]


def test_the_process_has_one() -> None:
    before = counted("silent")
    refused("silent", "192.0.2.1")
    assert counted("silent") - before == 1
