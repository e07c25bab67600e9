"""Hops, ways back and threads are seen while watching, and only then."""

import asyncio
import threading
from typing import Any

import pytest
import uvloop
from asgiref.sync import AsyncToSync, async_to_sync, sync_to_async

from app.serving.hops_name import name_of
from app.serving.hops_watch import watching
from tests.client import recording


def function() -> str:
    return "done"


def failing() -> None:
    raise ValueError("in the thread")


async def on_loop() -> str:
    return await sync_to_async(function)()


def there_and_back() -> str:
    return async_to_sync(on_loop)()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_every_way_into_a_thread_is_seen_with_its_times(run: Any) -> None:
    async def work() -> None:
        with watching() as road:
            assert await asyncio.to_thread(function) == "done"
            assert await asyncio.create_task(sync_to_async(function)()) == "done"
            assert await asyncio.get_running_loop().run_in_executor(None, function) == "done"
            with pytest.raises(ValueError, match="in the thread"):
                await sync_to_async(failing)()
        names = ["function", "function", "function", "failing"]
        assert [name_of(hop.func) for hop in road.hops] == [f"{__name__}.{n}" for n in names]
        before = road.began
        for hop in road.hops:
            assert hop.began is not None
            assert hop.ended is not None
            assert hop.resumed is not None
            assert before <= hop.called <= hop.began <= hop.ended <= hop.resumed <= road.ended
            assert hop.thread != threading.get_ident()
            before = hop.resumed
        assert road.hops[0].stack[1].code is asyncio.to_thread.__code__
        assert road.threads

    run(work())


def test_the_way_back_is_seen_and_what_leaves_the_loop_from_there() -> None:
    async def work() -> None:
        with watching() as road:
            assert await sync_to_async(there_and_back)() == "done"
        outer, inner = road.hops
        [back] = road.backs
        assert back.name == f"{__name__}.on_loop"
        assert back.thread == outer.thread == inner.thread
        assert outer.began is not None
        assert outer.ended is not None
        assert outer.began <= back.began <= inner.called <= back.ended <= outer.ended

    asyncio.run(work())


def test_what_others_do_meanwhile_is_not_seen() -> None:
    async def work() -> None:
        go = asyncio.Event()

        async def other() -> str:
            await go.wait()
            await asyncio.to_thread(threading.Thread(target=function).start)
            return await sync_to_async(there_and_back)()

        another = asyncio.create_task(other())
        with watching() as road:
            go.set()
            assert await another == "done"
        assert (road.hops, road.backs, road.threads) == ([], [], [])

    asyncio.run(work())


def test_nothing_is_left_behind() -> None:
    call, start = AsyncToSync.__call__, threading.Thread.start

    async def work() -> None:
        loop = asyncio.get_running_loop()
        with pytest.raises(ValueError, match="in the thread"), watching():
            failing()
        assert "run_in_executor" not in vars(loop)
        with recording([]):
            counting = vars(loop)["run_in_executor"]
            with watching():
                pass
            assert vars(loop)["run_in_executor"] is counting

    asyncio.run(work())
    assert (AsyncToSync.__call__, threading.Thread.start) == (call, start)


def test_hops_are_counted_under_their_own_names_all_the_same() -> None:
    async def work() -> None:
        for _ in range(2):  # counting begins within, and has begun
            hops: list[str] = []
            with watching() as road, recording(hops):
                await sync_to_async(function)()
            assert hops == [f"{__name__}.function"]
            assert len(road.hops) == 1
            with recording(hops):
                pass

    asyncio.run(work())


def test_one_may_watch_within_another() -> None:
    async def work() -> None:
        with watching() as outer:
            await sync_to_async(function)()
            with watching() as inner:
                await sync_to_async(there_and_back)()
            await sync_to_async(function)()
        assert (len(outer.hops), len(inner.hops)) == (4, 2)
        assert (len(outer.backs), len(inner.backs)) == (1, 1)

    asyncio.run(work())
