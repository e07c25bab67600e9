"""Who is let in, who goes, and when."""

import asyncio
import resource

import pytest

from app.serving.connections import Connections, connection_limit, raise_file_limit
from app.serving.limits import ConnectionLimits


class Fake:
    """A connection that writes down what happens to it."""

    def __init__(self, deadline: float = 1e9) -> None:
        self.deadline = deadline
        self.told: list[str] = []

    def expire(self) -> None:
        self.told.append("expire")

    def evict(self) -> None:
        self.told.append("evict")


def pool(size: int = 2) -> Connections:
    return Connections(ConnectionLimits(size, 1, 1, 0.02, 0.04, 0.08))


@pytest.mark.parametrize(
    ("files", "setting", "limit"),
    [(1024, 0, 824), (1_048_576, 0, 1_048_376), (256, 0, 192), (1024, 7, 7)],
)
def test_the_bound_leaves_files_for_others(files: int, setting: int, limit: int) -> None:
    assert connection_limit(files, setting) == limit


def test_the_soft_limit_of_files_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard - 1, hard))
    try:
        assert raise_file_limit() == hard
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def refuse(*_: object) -> None:
        raise ValueError("exceeds the kernel's")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert raise_file_limit() == soft


async def _room() -> None:
    loop, connections = asyncio.get_running_loop(), pool()
    first, second, third, fourth = Fake(), Fake(), Fake(), Fake()
    assert connections.admit(first, loop)
    assert connections.admit(second, loop)
    assert first.told == second.told == []

    assert connections.admit(third, loop)  # the oldest without a header goes
    assert first.told == ["evict"]
    connections.leave(first)  # as its connection_lost does later
    assert second.told == []

    connections.busy(second)
    connections.busy(third)
    assert not connections.admit(fourth, loop)

    connections.idle[third] = None
    connections.idle[second] = None
    connections.headless[second] = None
    assert connections.admit(fourth, loop)  # half a header goes before an idle one
    assert (second.told, third.told) == (["evict"], [])

    connections.busy(fourth)
    assert connections.admit(first, loop)
    assert third.told == ["evict"]


def test_room_is_made() -> None:
    asyncio.run(_room())


async def _sweeps() -> None:
    loop, connections = asyncio.get_running_loop(), pool()
    expired = asyncio.Event()
    late, early = Fake(loop.time() + 0.03), Fake()
    late.expire = expired.set  # type: ignore[method-assign] # to be waited for
    connections.admit(late, loop)
    connections.admit(early, loop)
    await expired.wait()
    assert loop.time() >= late.deadline
    assert early.told == []


def test_a_deadline_is_met() -> None:
    asyncio.run(asyncio.wait_for(_sweeps(), 5))


async def _rests() -> list[int]:
    """How many timers there are with one connection, without, and with one again."""
    loop, connections, timers = asyncio.get_running_loop(), pool(), []
    loop.call_later = lambda *_: timers.append(_)  # type: ignore[method-assign,assignment] # to see them
    connection, counts = Fake(), []
    connections.admit(connection, loop)
    counts.append(len(timers))
    connections._sweep(loop)
    counts.append(len(timers))
    connections.leave(connection)
    connections._sweep(loop)
    counts.append(len(timers))
    connections.admit(connection, loop)
    counts.append(len(timers))
    return counts


def test_nothing_ticks_while_there_are_no_connections() -> None:
    assert asyncio.run(_rests()) == [1, 2, 2, 3]


def test_a_sweep_is_a_second_or_finer() -> None:
    assert Connections(ConnectionLimits(1)).interval == 1
    assert pool().interval == 0.005
