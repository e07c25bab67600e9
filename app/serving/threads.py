"""The thread of a request: had by its first synchronous call, never before, and counted.

Django enters asgiref's `ThreadSensitiveContext` around each request, and leaving it starts a thread
only to join another (2.0 threads a request on a stock handler). Here the context is only *named*:
asgiref makes the executor when synchronous code asks for it, and the thread ends by itself, or
waits for a request to come. It is never of two requests at once. What code leaves in a thread's
locals is found there by a later request, as on every server with threads.
"""

import asyncio
import functools
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures.thread import _worker as executor_worker
from contextvars import ContextVar
from typing import Any

from asgiref.sync import SyncToAsync, ThreadSensitiveContext

from app.serving.executor import OneThread
from app.serving.hops_name import name_of
from app.serving.observer import observer
from app.serving.places import Places
from app.serving.unavailable import Refused

# Executors of requests that are over, each with its thread. A new thread, and the ORM's objects for
# connections anew in it, are 12 % of a request that reads one row. 32 clients whose responses go
# out together come back together: with twelve kept one read of a hundred made a thread anew, which
# was 9 % of all reads' time, and a worker grew by 2 MiB in 100,000 of them.
_spare: list[Any] = []
SPARE = 32
os.register_at_fork(after_in_child=_spare.clear)
# Of the request that runs in this context; None outside of a request.
_current: ContextVar["RequestThread | None"] = ContextVar("request_thread", default=None)


class RequestThread:
    """Gives synchronous code of a request one thread of its own; names of hops go to `hops`.

    A class, not a generator with `@contextmanager`: that costs 2 µs a request more.

    - `places`: the thread takes one of these, if given, until it has ended.
    - `refusable`: whether a refusal still becomes a response. What the handler itself runs in the
      thread (signals, closing, a stream that has begun) goes there whether or not there is a place.
    """

    __slots__ = (
        "_clean_at",
        "_context",
        "_current",
        "_placed",
        "_token",
        "hops",
        "places",
        "refusable",
    )

    def __init__(self, hops: list[str], places: Places | None = None) -> None:
        self.hops = hops
        self.places = places
        self.refusable = False
        self._placed = False
        self._clean_at = 0  # after which hop nothing of the request was left in its thread
        self._current = _current.set(self)
        self._context = ThreadSensitiveContext()
        # As asgiref does: an outer context (a test's, a parent application's) keeps its thread.
        outer = SyncToAsync.thread_sensitive_context.get(None)
        set_ = SyncToAsync.thread_sensitive_context.set
        self._token = None if outer else set_(self._context)

    @property
    def never_hopped(self) -> bool:
        """Whether nothing has been given to its thread, nor to any other."""
        return self._token is not None and not self.hops

    def end(self) -> None:
        """The request is over; its thread ends by itself when it has done what it was given.

        Only then is its place free: the thread of a client that left may still be waiting. One that
        has nothing to do and nothing left in it is kept for another request.
        """
        _current.reset(self._current)
        if self._token:
            SyncToAsync.thread_sensitive_context.reset(self._token)
            if not self.hops:
                return
            if executor := SyncToAsync.context_to_thread_executor.pop(self._context, None):
                self._give_back(executor)

    def clean(self) -> None:
        """What the thread has done so far has left no connection in it."""
        self._clean_at = len(self.hops)

    def _give_back(self, executor: Any) -> None:
        idle = self._clean_at == len(self.hops) and len(_spare) < SPARE
        places = self.places if self._placed else None
        if idle:
            _spare.append(executor)
            if places:
                places.give_back()
        else:
            if places:
                executor.submit(places.give_back)
            executor.shutdown(wait=False)

    def admit(self, executor: Any) -> Any:
        """See to a place before `executor`, if it is this request's own, has its thread.

        Returns the executor to be used. Raises Refused.
        """
        own: Any = SyncToAsync.context_to_thread_executor
        if executor is None or own.get(self._context) is not executor:
            return executor
        if self.places is not None and not self._placed:
            self._placed = self.places.take()
            if not self._placed and self.refusable:
                del own[self._context]  # else the request would be one that has a thread
                raise Refused
        if not isinstance(executor, OneThread):
            own[self._context] = executor = _spare.pop() if _spare else OneThread()
        return executor


def refusable(yes: bool) -> None:
    """Whether from now on this request may be refused a thread."""
    if thread := _current.get():
        thread.refusable = yes


def clean() -> None:
    """Say that this request's thread, if it has one, can be another's when the request is over."""
    if thread := _current.get():
        thread.clean()


def has_thread() -> bool:
    """Whether this request has run synchronous code: only then is there a connection to close."""
    thread = _current.get()
    if thread is not None and thread.never_hopped:  # most requests: 0.3 µs instead of 1.9
        return False
    context = SyncToAsync.thread_sensitive_context.get(None)
    return context in SyncToAsync.context_to_thread_executor


def count_hops(loop: asyncio.AbstractEventLoop) -> None:
    """Count each hop of this loop from now on, once however often it is called.

    asgiref, `asyncio.to_thread` and the ORM all end in `run_in_executor`: one place sees them all.
    """
    run_in_executor = loop.run_in_executor
    if hasattr(run_in_executor, "counts_hops"):
        return

    @functools.wraps(run_in_executor)
    def counting(executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        thread = _current.get()
        if thread is not None:
            executor = thread.admit(executor)
            name = name_of(func)
            thread.hops.append(name)
            observer.hop(name)
        return run_in_executor(executor, func, *args)

    vars(counting)["counts_hops"] = True
    vars(loop)["run_in_executor"] = counting  # both asyncio's loops and uvloop's have a __dict__


def threads_left_behind() -> int:
    """How many threads still run requests' code: the end of the process would wait for them.

    Threads of an executor that wait for work end by themselves.
    """
    frames = sys._current_frames()
    return sum(
        thread is not threading.main_thread()
        and not thread.daemon
        and (frame := frames.get(thread.ident or 0)) is not None
        and frame.f_code is not executor_worker.__code__
        for thread in threading.enumerate()
    )
