"""What a hop's callable and stack tell."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async

from app.serving.hops_call import Call
from app.serving.hops_watch import watching


class Work:
    def method(self, *_args: Any) -> None: ...


def call_of(work: Callable[[], Awaitable[Any]]) -> Call:
    async def run() -> Call:
        with watching() as road:
            await work()
        return Call(road.hops[0])

    return asyncio.run(run())


def test_what_sync_to_async_is_given() -> None:
    work = Work()

    async def caller() -> None:
        await sync_to_async(work.method)(1, 2)

    call = call_of(caller)
    assert (call.owner, call.name) == (work, f"{__name__}.Work.method")
    assert (call.arguments, call.through_asgiref) == ((1, 2), True)
    assert (call.caller, call.function) == (__name__, "caller")
    assert call.in_stock_handler
    assert call.variable("anything") is None
    assert call.ninja_operation is None


def test_what_others_run() -> None:
    async def caller() -> None:
        await asyncio.to_thread(len, "text")

    call = call_of(caller)
    assert (call.owner, call.name) == (len.__self__, "builtins.len")  # type: ignore[attr-defined] # the module
    assert (call.arguments, call.through_asgiref) == ((), False)
    assert (call.caller, call.function) == ("asyncio.threads", "to_thread")


def test_a_task_of_its_own_has_no_caller() -> None:
    async def caller() -> None:
        await asyncio.gather(sync_to_async(Work().method)())

    call = call_of(caller)
    assert (call.caller, call.function, call.stack) == ("", "", [])


def test_variables_that_it_closes_over() -> None:
    value = object()

    def closing() -> object:
        return value

    async def caller() -> None:
        await sync_to_async(closing)()

    call = call_of(caller)
    assert call.variable("value") is value
    assert call.variable("other") is None
