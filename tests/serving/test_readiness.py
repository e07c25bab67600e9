"""What `/readyz` is made of."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from health_check.base import HealthCheck

from app.serving import switch
from app.serving.drain import SharedFlag, drain
from app.serving.observer import observer
from app.serving.readiness import Line, Readiness, State


@dataclass
class Check(HealthCheck):  # type: ignore[misc] # the library ships no types
    """Awaits what it is told to; knows whether it was closed."""

    does: Callable[[], Coroutine[Any, Any, object]] = lambda: asyncio.sleep(0)
    asked: int = 0
    closed: bool = False

    async def run(self) -> None:
        self.asked += 1
        await self.does()

    async def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    heard: list[tuple[str, bool]] = []
    monkeypatch.setattr(observer, "ready", lambda *verdict: heard.append(verdict))
    return heard


def make(tmp_path: Path, state: State, **checks: Check) -> Readiness:
    return Readiness(checks, timeout=30, keep=30, runtime_dir=tmp_path, state=state)


STARTED = [Line("startup", True), Line("shutdown", True), Line("switch", True)]


async def refuse() -> None:
    raise ConnectionError("at 10.0.0.1 with password x")


def test_is_ready_when_everything_is(tmp_path: Path, heard: list[tuple[str, bool]]) -> None:
    readiness = make(tmp_path, State(started=True), database=Check(), cache=Check())
    assert asyncio.run(readiness.lines()) == [
        *STARTED,
        Line("database", True),
        Line("cache", True),
    ]
    assert heard == [("switch", True), ("database", True), ("cache", True)]
    assert readiness.names == ("switch", "database", "cache")


def test_a_failing_check_gives_no_reason_away(tmp_path: Path) -> None:
    readiness = make(tmp_path, State(started=True), database=Check(refuse), cache=Check())
    assert asyncio.run(readiness.lines()) == [
        *STARTED,
        Line("database", False, "failed: reason withheld"),
        Line("cache", True),
    ]


def test_checks_are_asked_concurrently(tmp_path: Path) -> None:
    async def main() -> None:
        both = asyncio.Barrier(2)
        readiness = make(
            tmp_path, State(started=True), database=Check(both.wait), cache=Check(both.wait)
        )
        assert all(line.ok for line in await asyncio.wait_for(readiness.lines(), 10))

    asyncio.run(main())


@pytest.mark.parametrize(
    ("state", "off", "line"),
    [
        (State(), False, Line("startup", False, "unfinished")),
        (State(started=True, draining=True), False, Line("shutdown", False, "draining")),
        (State(started=True), True, Line("switch", False, "off")),
    ],
)
def test_a_process_that_does_not_want_requests_asks_nobody(
    tmp_path: Path, state: State, off: bool, line: Line
) -> None:
    if off:
        switch.off(tmp_path)
    check = Check()
    lines = asyncio.run(make(tmp_path, state, database=check).lines())
    assert [line for line in lines if not line.ok] == [line]
    assert lines[-1] == Line("database", True, "not asked")
    assert check.asked == 0


def test_a_service_that_ends_is_unready_before_this_worker_has_its_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = SharedFlag()
    monkeypatch.setattr(drain, "service_ends", flag)
    readiness = make(tmp_path, State(started=True))
    assert all(line.ok for line in asyncio.run(readiness.lines()))
    flag.set()
    assert Line("shutdown", False, "draining") in asyncio.run(readiness.lines())


def test_the_switch_is_heard_of(tmp_path: Path, heard: list[tuple[str, bool]]) -> None:
    readiness = make(tmp_path, State(started=True))
    switch.off(tmp_path)
    asyncio.run(readiness.lines())
    switch.on(tmp_path)
    asyncio.run(readiness.lines())
    assert heard == [("switch", False), ("switch", True)]


def test_an_excluded_check_is_not_asked(tmp_path: Path) -> None:
    database = Check(refuse)
    readiness = make(tmp_path, State(started=True), database=database, cache=Check())
    assert asyncio.run(readiness.lines({"database"})) == [
        *STARTED,
        Line("database", True, "excluded: ok"),
        Line("cache", True),
    ]
    assert database.asked == 0


def test_a_state_can_be_excluded_to_see_the_rest(tmp_path: Path) -> None:
    switch.off(tmp_path)
    readiness = make(tmp_path, State(started=True), database=Check(refuse))
    assert asyncio.run(readiness.lines({"switch"}))[2:] == [
        Line("switch", True, "excluded: ok"),
        Line("database", False, "failed: reason withheld"),
    ]


def test_all_are_heard_of_before_anybody_probes(
    tmp_path: Path, heard: list[tuple[str, bool]]
) -> None:
    async def main() -> None:
        async with make(tmp_path, State(), database=Check()).open():
            assert heard == [("switch", True), ("database", True)]

    asyncio.run(main())


def test_closes_its_checks_at_the_end(tmp_path: Path) -> None:
    check = Check()
    readiness = make(tmp_path, State(), database=check)

    async def main() -> None:
        async with readiness.open():
            assert not check.closed

    asyncio.run(main())
    assert check.closed
