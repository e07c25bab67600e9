"""The loop's lag and the stack of what blocks it."""

import asyncio
import logging
import re
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from app.telemetry import watchdog
from app.telemetry.watchdog import Watchdog
from tests.server.harness import wait_until
from tests.telemetry.samples import value


def a_blocking_call(seconds: float) -> None:
    """What an `async def` view should not do."""
    time.sleep(seconds)


async def block(*seconds: float) -> None:
    """Block the running loop so often and so long, under a watchdog of 0.1 s."""
    dog = Watchdog(asyncio.get_running_loop(), 0.1)
    dog.start()
    await asyncio.sleep(0.15)  # it begins
    for each in seconds:
        await asyncio.sleep(0.15)  # its timer runs in between
        a_blocking_call(each)
    await asyncio.sleep(0.15)
    dog.stop()


def counted() -> tuple[float, float, float]:
    """The metrics: measurements, their sum, blocks."""
    names = ("asgi_loop_lag_seconds_count", "asgi_loop_lag_seconds_sum", "asgi_loop_blocked_total")
    first, second, third = (value(name) or 0 for name in names)
    return first, second, third


def test_a_block_is_counted_and_named_once(caplog: pytest.LogCaptureFixture) -> None:
    before = counted()
    asyncio.run(block(0.8))
    after = counted()
    assert after[0] - before[0] >= 2
    assert after[1] - before[1] >= 0.6
    assert after[2] - before[2] == 1
    (record,) = caplog.records
    assert record.name == "asgi.loop"
    assert (
        record.getMessage() == "event loop blocked for more than 0.1 s (0 more not logged before)"
    )
    assert "in a_blocking_call" in (record.stack_info or "")


def test_a_loop_that_runs_is_not_blocked(caplog: pytest.LogCaptureFixture) -> None:
    before = counted()
    asyncio.run(block(0.0, 0.0, 0.0))
    assert counted()[2] == before[2]
    assert not caplog.records


def test_lines_are_few_and_say_how_many_are_missing(caplog: pytest.LogCaptureFixture) -> None:
    async def block_four_times() -> None:
        dog = Watchdog(asyncio.get_running_loop(), 0.1)
        dog.start()
        await asyncio.sleep(0.15)
        for number in range(4):
            if number == 3:
                dog._quiet_until = 0  # as if the quiet time were over
            await asyncio.sleep(0.15)
            a_blocking_call(0.4)
        dog.stop()

    before = counted()
    asyncio.run(block_four_times())
    assert counted()[2] - before[2] == 4
    assert [record.args for record in caplog.records] == [
        ("more than 0.1 s", 0),
        ("more than 0.1 s", 2),
    ]


def test_a_level_that_is_off_writes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    before = counted()
    with caplog.at_level(logging.CRITICAL, "asgi.loop"):
        asyncio.run(block(0.4))
    assert counted()[2] - before[2] == 1
    assert not caplog.records


def test_what_blocks_before_the_first_turn_is_the_start(caplog: pytest.LogCaptureFixture) -> None:
    async def import_much() -> None:
        dog = Watchdog(asyncio.get_running_loop(), 0.1)
        dog.start()
        a_blocking_call(0.5)
        await asyncio.sleep(0.15)
        dog.stop()

    before = counted()
    asyncio.run(import_much())
    assert counted()[2] == before[2]
    assert not caplog.records


def test_it_can_be_stopped_before_it_began() -> None:
    async def stop_at_once() -> None:
        dog = Watchdog(asyncio.get_running_loop(), 0.1)
        dog.start()
        dog.stop()

    before = counted()
    asyncio.run(stop_at_once())
    assert counted() == before


def test_a_loop_that_ends_takes_its_thread_along() -> None:
    async def start() -> None:
        Watchdog(asyncio.get_running_loop(), 0.05).start()
        await asyncio.sleep(0.15)
        assert "loop-watchdog" in [each.name for each in threading.enumerate()]

    asyncio.run(start())
    wait_until(
        lambda: "loop-watchdog" not in [each.name for each in threading.enumerate()],
        5,
        "the thread has ended",
    )


def test_a_stopped_loop_is_not_blocked(caplog: pytest.LogCaptureFixture) -> None:
    """One that is stopped and run again, as in tests: nothing ran late while nothing should run."""
    loop = asyncio.new_event_loop()
    dog = Watchdog(loop, 0.05)

    async def start() -> None:
        dog.start()
        await asyncio.sleep(0.15)

    loop.run_until_complete(start())
    time.sleep(0.5)  # the thread looks ten times; there is no condition to wait for
    dog.stop()
    loop.close()
    assert not caplog.records


@pytest.mark.parametrize(("overslept", "lines"), [(0.0, 1), (0.04, 1), (0.06, 0), (5.0, 0)])
def test_a_thread_that_came_late_too_blames_no_frame(
    overslept: float,
    lines: int,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Time:
        """Stands where `time` stands, and where the event stands that ends the thread."""

        now = 1000.0

        def monotonic(self) -> float:
            """Seconds."""
            return self.now

        def wait(self, seconds: float) -> bool:
            """Sleep, and longer than asked for."""
            self.now += seconds + overslept
            return False

    class Loop:
        """A loop that is watched once."""

        rounds = 0

        def is_closed(self) -> bool:
            """Whether the watch ends."""
            self.rounds += 1
            return self.rounds > 1

        def is_running(self) -> bool:
            """It runs."""
            return True

    clock: Any = Time()
    loop: Any = Loop()
    monkeypatch.setattr(watchdog, "time", clock)
    dog = Watchdog(loop, 0.1)
    dog._ended = clock
    dog._due = clock.now
    dog._loop_thread = threading.get_ident()
    dog._watch()
    assert len(caplog.records) == lines


def test_a_process_that_stood_still_blames_no_frame() -> None:
    """Suspended, or held by code that keeps the interpreter's lock: the stack would be wrong."""
    program = """
import asyncio, logging
from app.telemetry import watchdog
from app.telemetry.watchdog import Watchdog
logging.basicConfig(format="%(message)s")
async def main():
    dog = Watchdog(asyncio.get_running_loop(), 0.3)
    dog.start()
    await asyncio.sleep(0.2)
    print("up", flush=True)
    await asyncio.to_thread(input)
    await asyncio.sleep(0.2)
    dog.stop()
asyncio.run(main())
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGSTOP)
        time.sleep(1.5)  # the time that the process stands still is the point
        process.send_signal(signal.SIGCONT)
        _, errors = process.communicate("\n", timeout=10)
    assert process.returncode == 0
    (line,) = errors.splitlines()
    assert re.fullmatch(r"event loop blocked for \d\.\d s .*: all threads stood still.*", line)
