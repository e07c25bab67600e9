"""uvicorn's server with an end that loses no request.

Stock uvicorn closes idle keep-alive connections at the signal, while clients are sending on them:
of 60 busy connections 14 to 35 lost a request at each SIGTERM. This one serves on for a while with
`Connection: close` on every response, so that each client hears of it first: 0 of 60.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable
from types import FrameType
from typing import cast

from uvicorn.config import Config
from uvicorn.server import Server

from app.serving.drain import CONTEXTS_SECONDS, DrainTimes, drain
from app.serving.observer import observer
from app.serving.protocol import BoundedProtocol
from app.serving.threads import threads_left_behind

logger = logging.getLogger("asgi.drain")

TICK_SECONDS = 0.05
CUT_SECONDS = 1
# A request may be on its way on a connection that was accepted a moment ago.
ON_ITS_WAY_SECONDS = 1


class DrainingServer(Server):
    """Serves until it is told to end, then drains within `times`."""

    def __init__(self, config: Config, times: DrainTimes) -> None:
        super().__init__(config)
        self.times = times
        self._parent = os.getppid()
        self._quick = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: the drain begins in the signal handler, so that the next answer knows of it."""
        self._begin()

    def quit(self) -> None:
        """SIGQUIT: end at once, as gunicorn's documentation promises."""
        self._quick = True
        self._begin()

    def _begin(self) -> None:
        drain.draining = True
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Also notice that the master is gone: an orphan would hold the port for ever."""
        if os.getppid() != self._parent and not drain.draining:
            logger.error("The master is gone: this worker drains and ends.")
            drain.service_ends.set()
            self._begin()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain: serve on, stop accepting, finish, cut; then leave the lifespan."""
        started = time.monotonic()
        serve_on, limit = started + self.times.serve_on, started + self.times.limit
        if self._quick:
            logger.info("Ending at once")
        elif drain.service_ends:
            logger.info("Draining: serving on for %.1f s", self.times.serve_on)
            await self._until(lambda: False, serve_on)
        else:
            logger.info("Being replaced: no new connections")
            self._stop_accepting()
            await self._until(lambda: not self.server_state.connections, serve_on)
        self._stop_accepting()
        self._close_connections(awaited=False)
        await self._until(self._finished, min(limit, time.monotonic() + ON_ITS_WAY_SECONDS))
        self._close_connections(awaited=True)
        await self._until(self._finished, limit)
        await self._cut()
        observer.draining(0)
        try:
            async with asyncio.timeout(CONTEXTS_SECONDS + 0.5):
                await self.lifespan.shutdown()
        except TimeoutError:
            logger.error("The lifespan did not end within %g s", CONTEXTS_SECONDS)
        if left := threads_left_behind():
            what = "thread of requests is" if left == 1 else "threads of requests are"
            logger.warning("%d %s left behind", left, what)
        logger.info("Drained in %.1f s", time.monotonic() - started)

    def _finished(self) -> bool:
        return not self.server_state.connections and not self.server_state.tasks

    def _close_connections(self, *, awaited: bool) -> None:
        """Close idle connections, the others after their response."""
        for connection in cast("set[BoundedProtocol]", self.server_state.connections.copy()):
            if awaited or not connection.awaited:
                connection.shutdown()

    def _stop_accepting(self) -> None:
        for server in self.servers:
            server.close()

    async def _until(self, condition: Callable[[], bool], deadline: float) -> None:
        """Wait for the condition or the deadline; gunicorn's heartbeat goes on meanwhile."""
        counter = 0
        while not condition() and time.monotonic() < deadline and not self._quick:
            observer.draining(len(self.server_state.connections))
            await super().on_tick(counter)
            counter += 1
            await asyncio.sleep(TICK_SECONDS)

    async def _cut(self) -> None:
        """Cancel what is left. A response that has begun can only be cut off."""
        tasks = list(self.server_state.tasks)
        if not tasks:
            return
        drain.cut_by = "quick shutdown" if self._quick else "drain limit"
        logger.warning("Requests cut at the end (%s): %d", drain.cut_by, len(tasks))
        for connection in list(self.server_state.connections):
            cycle = cast("BoundedProtocol", connection).serving
            if cycle is not None and cycle.response_started:
                cycle.disconnected = True
                cast("BoundedProtocol", connection).transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=CUT_SECONDS)
