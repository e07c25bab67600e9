"""The executor of one thread: what a loop gives to it comes back to that loop, once."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import uvloop

from app.serving.executor import OneThread


@pytest.fixture
def executor() -> Iterator[OneThread]:
    with OneThread() as executor:
        yield executor


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_calls_of_a_loop_share_one_thread(run: Any, executor: OneThread) -> None:
    async def work() -> set[threading.Thread]:
        loop = asyncio.get_running_loop()
        calls = [loop.run_in_executor(executor, threading.current_thread) for _ in range(3)]
        return set(await asyncio.gather(*calls))

    [thread] = run(work())
    assert thread is not threading.current_thread()
    assert run(work()) == {thread}
    executor.shutdown()
    assert not thread.is_alive()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_what_it_raises_is_raised_and_leaves_nothing_for_the_garbage(
    run: Any, executor: OneThread
) -> None:
    class Local: ...

    left: list[weakref.ref[Any]] = []

    def fail() -> None:
        local = Local()
        left.append(weakref.ref(local))
        raise LookupError

    async def work() -> None:
        with pytest.raises(LookupError):
            await asyncio.get_running_loop().run_in_executor(executor, fail)

    gc.collect()
    gc.disable()
    try:
        run(work())
        executor.shutdown()
        assert left[0]() is None
    finally:
        gc.enable()


def test_what_was_cancelled_before_its_turn_is_not_called(executor: OneThread) -> None:
    called: list[str] = []
    release = threading.Event()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        first = loop.run_in_executor(executor, release.wait)
        second = loop.run_in_executor(executor, called.append, "second")
        third = loop.run_in_executor(executor, called.append, "third")
        second.cancel()
        release.set()
        await asyncio.gather(first, third)
        assert second.cancelled()

    asyncio.run(work())
    assert called == ["third"]


def test_what_was_cancelled_meanwhile_is_finished_and_nobody_told(executor: OneThread) -> None:
    begun, release = threading.Event(), threading.Event()
    finished: list[bool] = []

    def wait() -> None:
        begun.set()
        finished.append(release.wait(5))

    async def work() -> list[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        errors: list[dict[str, Any]] = []
        loop.set_exception_handler(lambda _loop, context: errors.append(context))
        call = loop.run_in_executor(executor, wait)
        await asyncio.to_thread(begun.wait, 5)
        call.cancel()
        release.set()
        await loop.run_in_executor(executor, finished.append, True)
        assert call.cancelled()
        return errors

    assert asyncio.run(work()) == []
    assert finished == [True, True]


def test_a_loop_that_is_closed_meanwhile_is_not_told(executor: OneThread) -> None:
    release = threading.Event()

    async def leave() -> None:
        asyncio.get_running_loop().run_in_executor(executor, release.wait)

    asyncio.run(leave())
    release.set()

    async def come() -> threading.Thread:
        call = asyncio.get_running_loop().run_in_executor(executor, threading.current_thread)
        return await call

    assert asyncio.run(come()).is_alive()


def test_after_its_end_it_takes_nothing(executor: OneThread) -> None:
    async def work() -> None:
        executor.shutdown()
        with pytest.raises(RuntimeError, match="after shutdown"):
            asyncio.get_running_loop().run_in_executor(executor, threading.current_thread)

    asyncio.run(work())


def test_without_a_loop_it_is_an_executor_as_any_other(executor: OneThread) -> None:
    assert executor.submit(divmod, 7, 2).result(5) == (3, 1)
