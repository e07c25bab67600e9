"""The executor of one request's thread: a hop through it and back costs two thirds.

For a loop's call `ThreadPoolExecutor` makes two futures, with a condition and three callbacks
between them: 48 µs of CPU for a `sync_to_async`, and 32 so. All else is its own: the thread, and
how that ends with the executor or with the interpreter.
"""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class OneThread(ThreadPoolExecutor):
    """Does one call after another, in a thread that its first one starts."""

    # ThreadPoolExecutor's own, in Python 3.11 to 3.13; its stubs know none of them.
    _shutdown: bool
    _threads: set[Any]
    _work_queue: Any
    _adjust_thread_count: Callable[[], None]

    def __init__(self) -> None:
        super().__init__(max_workers=1)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call `fn` in the thread; its future is one of the loop that runs here, if any does.

        `run_in_executor` takes a future of its loop as it is (`asyncio.wrap_future`).
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return super().submit(fn, *args, **kwargs)
        if self._shutdown:  # it refuses: what nobody takes would be awaited for ever
            return super().submit(fn, *args, **kwargs)
        call = _Call(loop, fn, args, kwargs)
        self._work_queue.put(call)
        if not self._threads:
            self._adjust_thread_count()
        return call.future


class _Call:
    """What the thread runs, in place of ThreadPoolExecutor's `_WorkItem`."""

    __slots__ = ("_args", "_func", "_kwargs", "_loop", "future")

    def __init__(self, loop: asyncio.AbstractEventLoop, func: Any, args: Any, kwargs: Any) -> None:
        self._loop = loop
        self._func = func
        self._args = args
        self._kwargs = kwargs
        self.future: asyncio.Future[Any] = loop.create_future()

    def run(self) -> None:
        if self.future.cancelled():
            return
        try:
            outcome: Any = (self._func(*self._args, **self._kwargs), None)
        except BaseException as error:
            outcome = (None, error)
        with contextlib.suppress(RuntimeError):  # of a loop that is closed nobody waits
            self._loop.call_soon_threadsafe(_settle, self.future, *outcome)
        del self, outcome  # an error holds this frame, which must not hold the error


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
