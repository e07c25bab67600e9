"""Watches one request leave the event loop: each hop, each way back, each thread that starts.

Nothing is watched, and nothing costs anything, outside of `watching`: the loop's `run_in_executor`
is wrapped beneath the counting of app.serving.threads, and put back.
"""

import asyncio
import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from time import perf_counter
from types import FrameType
from typing import Any

from asgiref.sync import AsyncToSync

from app.serving.hops_name import name_of
from app.serving.hops_road import Back, Frame, Hop, Road
from app.serving.threads import count_hops

# Whose request runs in this context: its tasks and its threads' synchronous code inherit it.
_roads: ContextVar[tuple[Road, ...]] = ContextVar("roads", default=())


@contextmanager
def watching() -> Iterator[Road]:
    """Watch what this task does on the running loop, and what it starts."""
    road = Road()
    loop = asyncio.get_running_loop()
    with ExitStack() as stack:
        _wrap_loop(loop, road, stack)
        stack.enter_context(_replaced(AsyncToSync, "__call__", _back(road)))
        stack.enter_context(_replaced(threading.Thread, "start", _start(road)))
        token = _roads.set((*_roads.get(), road))
        road.began = perf_counter()
        try:
            yield road
        finally:
            road.ended = perf_counter()
            _roads.reset(token)


@contextmanager
def _replaced(owner: type, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _wrap_loop(loop: asyncio.AbstractEventLoop, road: Road, stack: ExitStack) -> None:
    before: Any = vars(loop).get("run_in_executor")
    inner: Any = loop.run_in_executor
    if hasattr(before, "counts_hops"):  # stay beneath it: it names what it is given
        inner = before.__wrapped__

    @functools.wraps(inner)
    def run_in_executor(executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        if road not in _roads.get():
            return inner(executor, func, *args)
        hop = Hop(_watched(func), _stack(), perf_counter())
        road.hops.append(hop)
        future = inner(executor, functools.partial(_timed, hop, func), *args)
        future.add_done_callback(lambda _: setattr(hop, "resumed", perf_counter()))
        return future

    vars(loop)["run_in_executor"] = run_in_executor
    count_hops(loop)

    def put_back() -> None:
        if before is None:
            del vars(loop)["run_in_executor"]
        else:
            vars(loop)["run_in_executor"] = before

    stack.callback(put_back)


def _watched(func: Callable[..., Any]) -> Callable[..., Any]:
    """What another `watching` within this one (`ask` in `assert_hops`) has wrapped."""
    while isinstance(func, functools.partial) and func.func is _timed:
        func = func.args[1]
    return func


def _timed(hop: Hop, func: Callable[..., Any], *args: Any) -> Any:
    hop.thread = threading.get_ident()
    hop.began = perf_counter()
    try:
        return func(*args)
    finally:
        hop.ended = perf_counter()


def _stack() -> list[Frame]:
    frames = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module != __name__:  # another `watching` within this one
            frames.append(Frame(module, frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return frames


def _back(road: Road) -> Callable[..., Any]:
    original = AsyncToSync.__call__

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if road not in _roads.get():
            return original(self, *args, **kwargs)
        back = Back(name_of(self.awaitable), threading.get_ident(), perf_counter())
        road.backs.append(back)
        try:
            return original(self, *args, **kwargs)
        finally:
            back.ended = perf_counter()

    return call


def _start(road: Road) -> Callable[[threading.Thread], None]:
    original = threading.Thread.start

    def start(self: threading.Thread) -> None:
        if road in _roads.get():
            road.threads.append(self)
        original(self)

    return start
