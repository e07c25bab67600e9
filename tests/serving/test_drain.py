"""Whose end it is, and how long it takes."""

import asyncio
import os
from types import SimpleNamespace

import pytest

from app.serving import drain as module
from app.serving.drain import Drain, DrainTimes, SharedFlag, announce_shutdown


def test_a_flag_is_shared_with_a_forked_process() -> None:
    flag = SharedFlag()
    assert not flag
    pid = os.fork()
    if not pid:
        flag.set()
        os._exit(0)
    os.waitpid(pid, 0)
    assert flag


@pytest.mark.parametrize(("reexec_pid", "ends"), [(0, True), (4711, False)])
def test_the_master_announces_its_end_unless_another_one_carries_on(
    reexec_pid: int, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain = Drain()
    monkeypatch.setattr(module, "drain", drain)
    seen: list[tuple[bool, bool]] = []
    arbiter = SimpleNamespace(
        reexec_pid=reexec_pid,
        stop=lambda graceful: seen.append((graceful, bool(drain.service_ends))),
    )
    announce_shutdown(arbiter)
    arbiter.stop(False)
    assert seen == [(False, ends)]


def test_all_times_come_from_one() -> None:
    times = DrainTimes(limit=10)
    assert (times.serve_on, times.limit, times.kill) == (5, 10, 16)
    for limit in (1, 2.5, 60):
        assert DrainTimes(limit).serve_on < limit < DrainTimes(limit).kill


def test_a_drain_that_the_pod_does_not_live_to_see() -> None:
    assert DrainTimes(limit=10).longer_than(17) == ""
    assert (
        DrainTimes(limit=10)
        .longer_than(16)
        .startswith(
            "DRAIN_SECONDS=10 makes a drain of up to 17 s; at GRACE_SECONDS=16 the pod is killed"
        )
    )


def test_a_task_that_is_left_is_kept_until_its_end() -> None:
    async def run() -> tuple[int, int]:
        drain = Drain()
        task = asyncio.ensure_future(asyncio.sleep(0))
        drain.leave(task)
        kept = len(drain._left)
        await task
        await asyncio.sleep(0)
        return kept, len(drain._left)

    assert asyncio.run(run()) == (1, 0)
