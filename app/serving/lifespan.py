"""The life of a worker in ASGI: what is opened before its first request and closed after its last.

https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import KW_ONLY, dataclass, field

from app.asgi import App, Receive, Scope, Send
from app.serving.probes import probe_of
from app.serving.readiness import State, state
from app.serving.reply import reply

logger = logging.getLogger(__name__)

Context = Callable[[], AbstractAsyncContextManager[object]]


def name_of(context: Context) -> str:
    """How a context is called in a log line."""
    return f"{context.__module__}.{getattr(context, '__qualname__', type(context).__qualname__)}"


@dataclass
class Lifespan:
    """Enters `contexts` once per process before it is ready, and leaves them in reverse order.

    - `limit`: seconds that leaving all of them may take; one that does not end is cancelled.
    - `on_first_event`, `on_last_event`: called in the process at its first ASGI event of whatever
      kind, and after the contexts were left. They must not block for long.
    - `debug`: a stack in the message when a context cannot be entered.

    Under a server that speaks no lifespan protocol (Daphne) the contexts are entered with the
    first request; requests wait for that, probes do not. There is no end to be told of, so they
    are not left, and a context that fails makes every request a 503 and the process never ready.
    """

    app: App
    contexts: Sequence[Context] = ()
    _: KW_ONLY
    limit: float = 5.0
    on_first_event: Callable[[], None] = lambda: None
    on_last_event: Callable[[], None] = lambda: None
    debug: bool = False
    state: State = field(default_factory=lambda: state)

    def __post_init__(self) -> None:
        self._entered: list[tuple[Context, AbstractAsyncContextManager[object]]] = []
        self._first = True
        self._starting: asyncio.Future[str | None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._first:
            self._first = False
            self.on_first_event()
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self.state.started or await self._started_late(scope):
            await self.app(scope, receive, send)
        else:
            await reply(send, 503, "The service could not start.")

    async def _live(self, receive: Receive, send: Send) -> None:
        self._starting = asyncio.get_running_loop().create_future()
        await receive()
        # Entered and left in this one task, as cancel scopes (anyio's) demand.
        failure = await self._enter()
        self._starting.set_result(failure)
        if failure:
            await send({"type": "lifespan.startup.failed", "message": failure})
            return
        await send({"type": "lifespan.startup.complete"})
        try:
            await receive()
        finally:
            self.state.draining = True
            await self._leave()
            self.on_last_event()
        await send({"type": "lifespan.shutdown.complete"})

    async def _started_late(self, scope: Scope) -> bool:
        """Enter the contexts without lifespan events; whether `scope` can be served."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._enter())
            self._starting.add_done_callback(_say_failure)
        if self.contexts and probe_of(scope):
            return True
        # Shielded: a client that hangs up must not end what others wait for.
        return await asyncio.shield(self._starting) is None

    async def _enter(self) -> str | None:
        """Enter all contexts; why it failed, after leaving those that were entered."""
        for context in self.contexts:
            try:
                manager = context()
                await manager.__aenter__()
            except Exception as error:
                stack = f"\n{traceback.format_exc()}" if self.debug else ""
                await self._leave()
                return f"Not started: {name_of(context)}: {type(error).__name__}: {error}{stack}"
            self._entered.append((context, manager))
        self.state.started = True
        return None

    async def _leave(self) -> None:
        deadline = time.monotonic() + self.limit
        while self._entered:
            context, manager = self._entered.pop()
            try:
                async with asyncio.timeout(deadline - time.monotonic()) as limit:
                    await manager.__aexit__(None, None, None)
            except Exception as error:
                why = f"{type(error).__name__}: {error}"
                if limit.expired():
                    why = f"the {self.limit:g} s for all contexts are over"
                logger.error("%s was not left: %s", name_of(context), why)


def _say_failure(starting: asyncio.Future[str | None]) -> None:
    if not starting.cancelled() and (failure := starting.result()):
        logger.critical("%s", failure)
