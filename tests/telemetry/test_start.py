"""Telemetry starts once a process and loop, ends once, and starts anew in a forked child."""

import asyncio
import os
import threading
from collections.abc import Iterator

import pytest

from app.telemetry import log_hooks, metrics, start
from app.telemetry.log_handler import process_log


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # The hooks have tests of their own; here they would take pytest's away.
    monkeypatch.setattr(log_hooks, "install", lambda: None)
    start.stop()
    yield
    start.stop()


def threads() -> list[str]:
    return sorted(t.name for t in threading.enumerate() if t.name in ("log", "loop-watchdog"))


def test_starts_the_log_alone_without_a_loop() -> None:
    start.start()
    start.start()
    assert threads() == ["log"]
    start.stop()
    start.stop()
    assert threads() == []


def test_starts_one_watchdog_a_loop() -> None:
    async def events() -> None:
        start.start(5.0)
        first = start._watchdog
        start.start(5.0)
        assert first is not None
        assert start._watchdog is first
        assert first.loop is asyncio.get_running_loop()
        assert threads() == ["log", "loop-watchdog"]

    asyncio.run(events())
    asyncio.run(events())
    start.stop()
    assert threads() == []


def test_the_watchdog_may_come_later() -> None:
    async def event() -> None:
        start.start(5.0)
        assert threads() == ["log", "loop-watchdog"]
        start.stop()

    start.start()
    asyncio.run(event())


def test_starts_again_after_a_stop() -> None:
    start.start()
    start.stop()
    start.start()
    assert threads() == ["log"]


def test_lost_records_are_counted_as_a_metric() -> None:
    start.prepare()
    (before,) = (s.value for m in metrics.records_dropped.collect() for s in m.samples[:1])
    process_log.lose(2)
    (after,) = (s.value for m in metrics.records_dropped.collect() for s in m.samples[:1])
    assert after == before + 2


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_starts_its_own() -> None:
    async def event() -> None:
        start.start(5.0)

    asyncio.run(event())
    pid = os.fork()
    if not pid:
        ok = not process_log.running and start._watchdog is None
        start.start()
        os._exit(0 if ok and process_log.running else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert process_log.running
