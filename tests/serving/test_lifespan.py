"""What a worker opens before its first request and closes after its last."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import pytest

from app.asgi import Message, Receive, Scope, Send
from app.serving.lifespan import Lifespan, name_of
from app.serving.readiness import State, state
from app.serving.reply import reply
from tests.client import ask

LIMIT = 30.0


async def teapot(_scope: Scope, _receive: Receive, send: Send) -> None:
    await reply(send, 418, "The application.")


class Diary:
    """Contexts that write down what happens to them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.tasks: set[asyncio.Task[object] | None] = set()

    def context(
        self,
        name: str,
        enter: Callable[[], Any] | None = None,
        leave: Callable[[], Any] | None = None,
    ) -> Callable[[], AbstractAsyncContextManager[None]]:
        @asynccontextmanager
        async def context() -> AsyncIterator[None]:
            self.tasks.add(asyncio.current_task())
            if enter:
                await enter()
            self.lines.append(f"{name} entered")
            yield
            self.tasks.add(asyncio.current_task())
            self.lines.append(f"{name} left")
            if leave:
                await leave()

        context.__qualname__ = name
        return context


async def fail() -> None:
    raise ConnectionError("nobody there")


async def hang() -> None:
    await asyncio.Event().wait()


class Server:
    """A server that speaks the lifespan protocol."""

    def __init__(self, app: Lifespan) -> None:
        self.app = app
        self.events: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        self.answered = asyncio.Event()

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        self.answered.set()

    def begin(self) -> None:
        scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
        self.task = asyncio.ensure_future(self.app(scope, self.events.get, self.send))

    async def say(self, kind: str) -> Message:
        self.answered.clear()
        self.events.put_nowait({"type": f"lifespan.{kind}"})
        await asyncio.wait_for(self.answered.wait(), LIMIT)
        return self.sent[-1]


def live(app: Lifespan) -> list[Message]:
    """The whole life of a server; what the application said."""

    async def main() -> list[Message]:
        server = Server(app)
        server.begin()
        first = await server.say("startup")
        if first["type"] == "lifespan.startup.complete":
            await server.say("shutdown")
        await server.task
        return server.sent

    return asyncio.run(main())


COMPLETE = [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


def test_enters_in_order_and_leaves_in_reverse_in_one_task() -> None:
    diary, own = Diary(), State()
    app = Lifespan(teapot, [diary.context("a"), diary.context("b")], state=own)
    assert live(app) == COMPLETE
    assert diary.lines == ["a entered", "b entered", "b left", "a left"]
    assert len(diary.tasks) == 1
    assert own == State(started=True, draining=True)


def test_the_state_is_the_process_own_unless_given() -> None:
    assert Lifespan(teapot).state is state


def test_is_started_only_when_all_are_entered() -> None:
    own = State()
    seen = []

    async def look() -> None:
        seen.append(own.started)

    live(Lifespan(teapot, [Diary().context("a", enter=look)], state=own))
    assert seen == [False]


def test_is_draining_before_the_contexts_are_left() -> None:
    own = State()
    seen = []

    async def look() -> None:
        seen.append(own.draining)

    live(Lifespan(teapot, [Diary().context("a", leave=look)], state=own))
    assert seen == [True]


def test_a_context_that_fails_ends_the_start_with_one_line() -> None:
    diary, own = Diary(), State()
    contexts = [diary.context("a"), diary.context("b", enter=fail), diary.context("c")]
    (message,) = live(Lifespan(teapot, contexts, state=own))
    assert message == {
        "type": "lifespan.startup.failed",
        "message": f"Not started: {__name__}.b: ConnectionError: nobody there",
    }
    assert diary.lines == ["a entered", "a left"]
    assert not own.started


def test_with_debug_its_stack_is_told() -> None:
    contexts = [Diary().context("b", enter=fail)]
    (message,) = live(Lifespan(teapot, contexts, debug=True, state=State()))
    assert "nobody there\nTraceback" in message["message"]


def test_a_context_that_is_none_is_named() -> None:
    (message,) = live(Lifespan(teapot, [lambda: 5], state=State()))  # type: ignore[list-item,return-value] # the mistake
    assert "<lambda>: AttributeError" in message["message"]

    class Odd:
        def __call__(self) -> AbstractAsyncContextManager[object]:
            raise ValueError("odd")

    assert name_of(Odd()).endswith("Odd")


def test_leaving_goes_on_after_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary()
    contexts = [diary.context("a"), diary.context("b", leave=fail)]
    assert live(Lifespan(teapot, contexts, state=State())) == COMPLETE
    assert diary.lines[2:] == ["b left", "a left"]
    assert [record.getMessage() for record in caplog.records] == [
        f"{__name__}.b was not left: ConnectionError: nobody there"
    ]


def test_leaving_has_one_limit_for_all(caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary()
    contexts = [diary.context(name, leave=hang) for name in "abcdefghij"]
    began = time.monotonic()
    assert live(Lifespan(teapot, contexts, limit=0.1, state=State())) == COMPLETE
    assert time.monotonic() - began < 0.9  # one limit each would be 1 s
    assert diary.lines[10:] == [f"{name} left" for name in "jihgfedcba"]
    assert [record.getMessage() for record in caplog.records] == [
        f"{__name__}.{name} was not left: the 0.1 s for all contexts are over"
        for name in "jihgfedcba"
    ]


def test_a_server_that_cancels_its_lifespan_is_one_that_ends() -> None:
    diary = Diary()

    async def main() -> None:
        server = Server(Lifespan(teapot, [diary.context("a")], state=State()))
        server.begin()
        await server.say("startup")
        server.task.cancel()
        with suppress(asyncio.CancelledError):
            await server.task

    asyncio.run(main())
    assert diary.lines == ["a entered", "a left"]


def test_the_first_and_the_last_event_are_told_once() -> None:
    told: list[str] = []

    async def left() -> None:
        told.append("left")

    app = Lifespan(
        teapot,
        [Diary().context("a", leave=left)],
        on_first_event=lambda: told.append("first"),
        on_last_event=lambda: told.append("last"),
        state=State(),
    )

    async def main() -> None:
        server = Server(app)
        server.begin()
        await server.say("startup")
        assert (await ask(app)).status == 418
        await server.say("shutdown")
        await server.task

    asyncio.run(main())
    assert told == ["first", "left", "last"]


def test_without_a_lifespan_the_first_event_is_a_request() -> None:
    told: list[str] = []
    own = State()
    app = Lifespan(teapot, on_first_event=lambda: told.append("first"), state=own)

    async def main() -> None:
        assert [(await ask(app)).status for _ in range(2)] == [418, 418]

    asyncio.run(main())
    assert told == ["first"]
    assert own == State(started=True)


def test_without_contexts_the_first_probe_finds_it_started() -> None:
    own = State()
    seen = []

    async def look(_scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(own.started)

    asyncio.run(ask(Lifespan(look, state=own), "/readyz"))
    assert seen == [True]


def test_without_a_lifespan_requests_wait_and_probes_do_not() -> None:
    diary, own = Diary(), State()

    async def main() -> None:
        entering, go_on = asyncio.Event(), asyncio.Event()

        async def enter() -> None:
            entering.set()
            await go_on.wait()

        app = Lifespan(teapot, [diary.context("a", enter=enter)], state=own)
        hanging_up, *others = (asyncio.ensure_future(ask(app)) for _ in range(11))
        await entering.wait()
        assert (await ask(app, "/livez")).status == 418
        assert not own.started
        hanging_up.cancel()
        await asyncio.wait({hanging_up})
        go_on.set()
        assert {answer.status for answer in await asyncio.gather(*others)} == {418}
        assert own.started

    asyncio.run(asyncio.wait_for(main(), LIMIT))
    assert diary.lines == ["a entered"]


def test_without_a_lifespan_a_failure_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    own = State()
    app = Lifespan(teapot, [Diary().context("a", enter=fail)], state=own)

    async def main() -> None:
        assert [(await ask(app)).status for _ in range(3)] == [503, 503, 503]
        assert (await ask(app, "/livez")).status == 418

    asyncio.run(main())
    assert not own.started
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("CRITICAL", f"Not started: {__name__}.a: ConnectionError: nobody there")
    ]


def test_a_start_that_the_loop_ends_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    app = Lifespan(teapot, [Diary().context("a", enter=hang)], state=State())
    asyncio.run(ask(app, "/livez"))  # the run ends, and with it what it started
    assert not caplog.records


def test_a_request_during_the_start_waits_for_it() -> None:
    diary, own = Diary(), State()

    async def main() -> None:
        go_on = asyncio.Event()
        app = Lifespan(teapot, [diary.context("a", enter=go_on.wait)], state=own)
        server = Server(app)
        server.begin()
        await asyncio.sleep(0)
        early = asyncio.ensure_future(ask(app))
        await asyncio.sleep(0)
        go_on.set()
        await server.say("startup")
        assert (await early).status == 418
        await server.say("shutdown")

    asyncio.run(asyncio.wait_for(main(), LIMIT))
    assert diary.lines == ["a entered", "a left"]
