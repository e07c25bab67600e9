"""A readiness check's limit, kept verdict, and log."""

import asyncio
import datetime
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from health_check.base import HealthCheck

from app.serving.kept_check import KeptCheck
from app.serving.observer import observer

LONG = 30.0


@dataclass
class Check(HealthCheck):  # type: ignore[misc] # the library ships no types
    """Counts how often it is asked and does as it is told."""

    does: Callable[[], object] = lambda: None
    runs: int = 0

    async def run(self) -> None:
        self.runs += 1
        told = self.does()
        if asyncio.iscoroutine(told):
            await told


@dataclass
class Synchronous(HealthCheck):  # type: ignore[misc] # the library ships no types
    """Runs in a thread; `go_on` lets it end."""

    go_on: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    fails: bool = False

    def run(self) -> None:
        self.threads.append(threading.current_thread())
        self.go_on.wait(LONG)
        if self.fails:
            raise ConnectionError("refused\nby peer")


def fail() -> None:
    raise ConnectionError("refused\n\tby peer")


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    heard: list[tuple[str, bool]] = []
    monkeypatch.setattr(observer, "ready", lambda *verdict: heard.append(verdict))
    return heard


def test_a_storm_of_probes_asks_once() -> None:
    check = Check(does=lambda: asyncio.sleep(0))

    async def main() -> None:
        kept = KeptCheck("database", check, timeout=LONG, keep=LONG)
        assert await asyncio.gather(*(kept.verdict() for _ in range(100))) == [True] * 100
        assert await kept.verdict()

    asyncio.run(main())
    assert check.runs == 1


def test_a_verdict_is_asked_for_anew_when_it_is_old() -> None:
    check = Check()

    async def main() -> None:
        kept = KeptCheck("database", check, timeout=LONG, keep=0)
        for _ in range(3):
            assert await kept.verdict()

    asyncio.run(main())
    assert check.runs == 3


def test_a_failure_is_kept_too() -> None:
    check = Check(does=fail)

    async def main() -> None:
        kept = KeptCheck("database", check, timeout=LONG, keep=LONG)
        assert [await kept.verdict() for _ in range(3)] == [False] * 3

    asyncio.run(main())
    assert check.runs == 1


def test_a_prober_that_hangs_up_does_not_end_the_run_of_the_others() -> None:
    async def main() -> None:
        end = asyncio.Event()
        kept = KeptCheck("database", Check(does=end.wait), timeout=LONG, keep=LONG)
        first, second = (asyncio.create_task(kept.verdict()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait({first})
        end.set()
        assert await second

    asyncio.run(main())


def test_says_why_once_and_that_it_is_over(
    caplog: pytest.LogCaptureFixture, heard: list[tuple[str, bool]]
) -> None:
    check = Check()

    async def main() -> None:
        kept = KeptCheck("database", check, timeout=LONG, keep=0)
        for does in (lambda: None, fail, fail, fail, lambda: None, lambda: None):
            check.does = does
            await kept.verdict()

    with caplog.at_level("INFO"):
        asyncio.run(main())
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "readiness check database failed: ConnectionError: refused by peer"),
        ("INFO", "readiness check database is ok again"),
    ]
    assert heard == [("database", ok) for ok in (True, False, False, False, True, True)]


def test_a_check_that_hangs_fails_at_its_limit(caplog: pytest.LogCaptureFixture) -> None:
    ended = []

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def main() -> None:
        kept = KeptCheck("database", Check(does=hang), timeout=0.02, keep=0)
        assert not await kept.verdict()
        assert not await kept.verdict()

    asyncio.run(asyncio.wait_for(main(), LONG))
    assert ended == [True, True]
    assert [record.getMessage() for record in caplog.records] == [
        "readiness check database failed: no answer within 0.02 s"
    ]


def test_a_check_that_does_not_end_is_not_started_a_second_time() -> None:
    async def main() -> None:
        end, ended = asyncio.Event(), asyncio.Event()

        async def resist() -> None:
            while not end.is_set():
                try:
                    await end.wait()
                except asyncio.CancelledError:
                    continue
            ended.set()

        check = Check(does=resist)
        kept = KeptCheck("database", check, timeout=0.02, keep=0)
        assert [await kept.verdict() for _ in range(3)] == [False] * 3
        assert check.runs == 1
        end.set()
        await ended.wait()
        check.does = lambda: None
        assert await kept.verdict()

    asyncio.run(asyncio.wait_for(main(), LONG))


def test_a_run_that_ends_cancelled_late_is_no_answer() -> None:
    async def main() -> None:
        async def stop() -> None:
            raise asyncio.CancelledError

        kept = KeptCheck("database", Check(does=stop), timeout=LONG, keep=0)
        assert not await kept.verdict()

    asyncio.run(main())


def test_a_check_may_have_a_shorter_limit_of_its_own() -> None:
    check = Check()
    check.timeout = datetime.timedelta(seconds=0.25)
    assert KeptCheck("database", check, timeout=1, keep=0).timeout == 0.25
    assert KeptCheck("database", check, timeout=0.1, keep=0).timeout == 0.1


@pytest.mark.parametrize("fails", [False, True])
def test_a_synchronous_check_runs_in_a_daemon_thread(fails: bool) -> None:
    check = Synchronous(fails=fails)
    check.go_on.set()

    async def main() -> bool:
        return await KeptCheck("cache", check, timeout=LONG, keep=0).verdict()

    assert asyncio.run(main()) is not fails
    assert [thread.daemon for thread in check.threads] == [True]
    assert check.threads[0] is not threading.current_thread()


def test_a_synchronous_check_that_hangs_takes_one_thread(caplog: pytest.LogCaptureFixture) -> None:
    check = Synchronous()

    async def main() -> None:
        kept = KeptCheck("cache", check, timeout=0.02, keep=0)
        assert [await kept.verdict() for _ in range(3)] == [False] * 3
        assert len(check.threads) == 1
        check.go_on.set()
        check.threads[0].join(LONG)
        await asyncio.sleep(0)  # its late answer arrives, and nobody waits for it
        kept.timeout = LONG
        assert await kept.verdict()

    asyncio.run(main())
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "readiness check cache failed: no answer within 0.02 s"
    ]


def test_a_thread_may_outlive_the_loop() -> None:
    check = Synchronous()

    async def main() -> None:
        assert not await KeptCheck("cache", check, timeout=0.02, keep=0).verdict()

    asyncio.run(main())
    check.go_on.set()
    check.threads[0].join(LONG)  # an exception in a thread would fail the test


def test_closes_what_can_be_closed() -> None:
    closed = []

    @dataclass
    class Closing(Check):
        async def close(self) -> None:
            closed.append(True)

    async def main() -> None:
        await KeptCheck("plain", Check(), timeout=1, keep=0).close()
        await KeptCheck("closing", Closing(), timeout=1, keep=0).close()

    asyncio.run(main())
    assert closed == [True]
