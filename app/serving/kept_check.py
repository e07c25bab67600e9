"""One readiness check: its limit, its verdict kept for a moment, and why it changed."""

import asyncio
import inspect
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable

from app.serving.observer import observer

logger = logging.getLogger(__name__)


class KeptCheck:
    """Asks a check at most once per `keep` seconds and waits at most `timeout` seconds for it.

    django-health-check's own `get_result` is not used: it writes a log record with a stack at each
    failure (one a second from each worker while a database is down), gives each check a second on
    top of its limit, and lets a synchronous check that hangs take a thread of the loop's executor.
    """

    def __init__(self, name: str, check: HealthCheck, timeout: float, keep: float) -> None:
        self.name = name
        self.check = check
        self.timeout = min(timeout, check.timeout.total_seconds())
        self.keep = keep
        self._ok: bool | None = None
        self._asked_at = 0.0
        self._asking: asyncio.Task[bool] | None = None
        self._running: asyncio.Task[None] | None = None
        self._thread: threading.Thread | None = None

    async def verdict(self) -> bool:
        """Whether the check passes; concurrent callers share one run."""
        if self._asking is None:
            if self._ok is not None and time.monotonic() - self._asked_at < self.keep:
                return self._ok
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._ask())
        # Shielded: a prober that hangs up must not end the run that others wait for.
        return await asyncio.shield(self._asking)

    async def close(self) -> None:
        """End a run that is under way, and close the check's connection if it keeps one."""
        if self._running and not self._running.done():
            # Left to the end of the loop, a query of psycopg's would hold it up for 10 s.
            self._running.cancel()
            await asyncio.wait({self._running}, timeout=self.timeout)
        if close := getattr(self.check, "close", None):
            await close()

    async def _ask(self) -> bool:
        try:
            reason = await self._reason()
        finally:
            self._asking = None
        ok = reason is None
        if ok and self._ok is False:
            logger.info("readiness check %s is ok again", self.name)
        elif not ok and self._ok is not False:
            logger.warning("readiness check %s failed: %s", self.name, reason)
        self._ok = ok
        observer.ready(self.name, ok)
        return ok

    async def _reason(self) -> str | None:
        """Why the check fails, on one line; None when it passes."""
        # wait(), because wait_for() waits for the end of what it cancelled, and psycopg takes up
        # to 10 s to end. A run that does not end is waited for again, not started a second time.
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
            self._running.add_done_callback(lambda task: task.cancelled() or task.exception())
        done, _ = await asyncio.wait({self._running}, timeout=self.timeout)
        if not done or self._running.cancelled():
            self._running.cancel()
            return f"no answer within {self.timeout:g} s"
        if error := self._running.exception():
            return " ".join(f"{type(error).__name__}: {error}".split())[:500]
        return None

    async def _run(self) -> None:
        if inspect.iscoroutinefunction(self.check.run):
            await self.check.run()
        else:
            await self._run_in_thread(self.check.run)

    async def _run_in_thread(self, run: Callable[[], object]) -> None:
        """One daemon thread at a time: one that hangs neither piles up nor holds up the exit."""
        if self._thread and self._thread.is_alive():
            raise ServiceUnavailable("the run before has not ended yet")
        loop = asyncio.get_running_loop()
        result: asyncio.Future[None] = loop.create_future()

        def settle(error: Exception | None) -> None:
            if not result.done():
                result.set_exception(error) if error else result.set_result(None)

        def work() -> None:
            error = None
            try:
                run()
            except Exception as raised:  # handed on to whoever asked
                error = raised
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle, error)

        self._thread = threading.Thread(target=work, name=f"readiness-{self.name}", daemon=True)
        self._thread.start()
        await result
