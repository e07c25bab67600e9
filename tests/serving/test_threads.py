"""A request's thread: named, counted, gone with the request."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import uvloop
from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async

from app.serving import threads
from app.serving.observer import observer
from app.serving.places import Places
from app.serving.threads import (
    RequestThread,
    clean,
    count_hops,
    has_thread,
    refusable,
    threads_left_behind,
)
from app.serving.unavailable import Refused
from tests.client import recording
from tests.server.harness import wait_until


class Work:
    def method(self) -> None: ...


def function() -> None: ...


HERE = "tests.serving.test_threads"


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_every_way_into_a_thread_is_counted_once(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(observer, "hop", told.append)

    async def work() -> list[str]:
        hops: list[str] = []
        await asyncio.to_thread(function)  # no request: nobody's hop
        with recording(hops):
            assert not has_thread()
            await asyncio.to_thread(function)
            assert not has_thread()  # a thread of the loop's, not the request's
            await sync_to_async(Work().method)()
            assert has_thread()
            await asyncio.get_running_loop().run_in_executor(None, function)
        with recording([]):
            assert not has_thread()
        return hops

    names = [f"{HERE}.{name}" for name in ("function", "Work.method", "function")]
    assert run(work()) == names
    assert told == names


def test_synchronous_code_of_a_request_shares_one_thread_that_ends_with_it() -> None:
    async def work() -> set[threading.Thread]:
        with recording([]):
            return {await sync_to_async(threading.current_thread)() for _ in range(3)}

    [thread] = asyncio.run(work())
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def spare(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The executors that wait for a request, none at first."""
    kept: list[Any] = []
    monkeypatch.setattr(threads, "_spare", kept)
    yield kept
    for executor in kept:
        executor.shutdown()


async def thread_of_a_request(*, cleaned: bool, places: Places | None = None) -> threading.Thread:
    with placed(places):
        thread = await sync_to_async(threading.current_thread)()
        if cleaned:
            clean()
    return thread


def test_a_thread_with_nothing_left_in_it_is_had_by_the_next_request(spare: list[Any]) -> None:
    async def work() -> None:
        first = await thread_of_a_request(cleaned=True)
        assert len(spare) == 1
        assert await thread_of_a_request(cleaned=False) is first
        assert spare == []
        assert await thread_of_a_request(cleaned=True) is not first
        wait_until(lambda: not first.is_alive(), 5, "the other has ended")

    asyncio.run(work())


def test_one_that_was_given_more_afterwards_is_not(spare: list[Any]) -> None:
    async def work() -> None:
        with recording([]):
            await sync_to_async(function)()
            clean()
            await sync_to_async(function)()

    asyncio.run(work())
    assert spare == []


def test_few_are_kept_and_none_is_shared(spare: list[Any]) -> None:
    async def work() -> None:
        together = asyncio.Barrier(threads.SPARE + 2)

        async def request() -> threading.Thread:
            with recording([]):
                thread = await sync_to_async(threading.current_thread)()
                await together.wait()
                clean()
            return thread

        for _ in range(2):
            had = await asyncio.gather(*(request() for _ in range(threads.SPARE + 2)))
            assert len(set(had)) == threads.SPARE + 2
            assert len(spare) == threads.SPARE

    asyncio.run(work())


def test_the_place_of_a_thread_that_is_kept_is_free(spare: list[Any]) -> None:
    async def work() -> None:
        places = Places(1)
        for _ in range(2):
            await thread_of_a_request(cleaned=True, places=places)
        assert places.take()

    asyncio.run(work())
    assert len(spare) == 1


def test_nobody_has_a_thread_outside_of_a_request(spare: list[Any]) -> None:
    clean()
    assert spare == []


def test_an_outer_context_keeps_its_thread() -> None:
    async def work() -> None:
        async with ThreadSensitiveContext():
            outer = await sync_to_async(threading.current_thread)()
            with recording([]):
                assert await sync_to_async(threading.current_thread)() is outer
            assert await sync_to_async(threading.current_thread)() is outer

    asyncio.run(work())


def test_threads_at_work_are_counted_and_idle_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every, others = threading.enumerate, set(threading.enumerate())
    # Those of other tests may end meanwhile.
    monkeypatch.setattr(threading, "enumerate", lambda: [e for e in every() if e not in others])
    release = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(release.wait)
        try:
            wait_until(lambda: threads_left_behind() == 1, 5, "the thread is at work")
        finally:
            release.set()
        waiting.result()
        wait_until(lambda: threads_left_behind() == 0, 5, "the thread is idle")


def test_counting_twice_counts_once() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        threads.count_hops(loop)
        counting = loop.run_in_executor
        threads.count_hops(loop)
        assert loop.run_in_executor is counting

    asyncio.run(work())


@contextmanager
def placed(places: Places | None) -> Iterator[RequestThread]:
    """A request that may be refused, as inside of its view."""
    count_hops(asyncio.get_running_loop())
    thread = RequestThread([], places)
    refusable(True)
    try:
        yield thread
    finally:
        thread.end()


def test_a_request_without_a_place_is_refused_before_it_has_a_thread() -> None:
    async def work() -> None:
        places = Places(1)
        with placed(places):
            for _ in range(2):  # one place for all its hops
                await sync_to_async(function)()
            before = threading.active_count()
            with placed(places) as thread:
                # What the first takes as an outer context is this one's own here.
                token = SyncToAsync.thread_sensitive_context.set(thread._context)
                with pytest.raises(Refused):
                    await sync_to_async(function)()
                assert not has_thread()
                assert thread.hops == []
                await asyncio.to_thread(function)  # the loop's threads have a bound of their own
                with ThreadPoolExecutor(1) as other:
                    await asyncio.get_running_loop().run_in_executor(other, function)
                SyncToAsync.thread_sensitive_context.reset(token)
            assert threading.active_count() <= before + 2

    asyncio.run(work())


def test_what_can_no_longer_be_refused_goes_without_a_place() -> None:
    async def work() -> None:
        with placed(Places(0)) as thread:
            refusable(False)
            await sync_to_async(function)()
            assert thread.hops == [f"{HERE}.function"]

    asyncio.run(work())


def test_a_place_is_free_when_the_thread_has_ended_not_the_request() -> None:
    release = threading.Event()

    async def work() -> None:
        places = Places(1)
        with placed(places):
            task = asyncio.ensure_future(sync_to_async(release.wait)())
            await asyncio.sleep(0)
        assert not places.take()
        release.set()
        await task
        wait_until(places.take, 5, "the place is free")

    asyncio.run(work())


def test_nobody_is_refused_outside_of_a_request() -> None:
    refusable(True)
