"""How late the event loop runs and what blocks it: a timer on the loop, one thread beside it."""

import asyncio
import logging
import sys
import threading
import time
import traceback

from app.telemetry import metrics

logger = logging.getLogger("asgi.loop")

INTERVAL = 0.1  # seconds between two measurements: ten wake-ups a second cost 0.01 % of a core
QUIET = 10.0  # seconds after a line in which further ones are only counted
FRAMES = 40  # innermost frames of a stack that are written


class Watchdog:
    """Measures a loop's lag and names what blocks it for more than `block_seconds`.

    `start()` is called on the loop's own thread, `stop()` too; both at most once. All times are
    from the monotonic clock: a wall clock that jumps, or a machine that sleeps, blocks nothing.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, block_seconds: float = 0.5) -> None:
        self.loop = loop
        self.block_seconds = block_seconds
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="loop-watchdog", daemon=True)
        self._due = 0.0  # when the pending timer should run; 0 before there is one
        self._reported = 0.0  # the last `_due` that needs no report
        self._quiet_until = 0.0
        self._suppressed = 0

    def start(self) -> None:
        """Begin to measure, with the loop's next turn.

        What blocks it until then is the start, imports for the most part, while nobody is served:
        on a slow node every worker would begin with an alarm.
        """
        self._loop_thread = threading.get_ident()
        self._timer = self.loop.call_later(INTERVAL, self._set_timer)
        self._thread.start()

    def stop(self) -> None:
        """End the timer and the thread; waits for the thread at most a second."""
        self._timer.cancel()
        self._ended.set()
        self._thread.join(1)

    def _set_timer(self) -> None:
        self._due = time.monotonic() + INTERVAL
        self._timer = self.loop.call_later(INTERVAL, self._tick)

    def _tick(self) -> None:
        lag = max(0.0, time.monotonic() - self._due)
        metrics.loop_lag.observe(lag)
        if lag > self.block_seconds:
            self._report(self._due, f"{lag:.1f} s", None)
        self._set_timer()

    def _watch(self) -> None:
        while not self.loop.is_closed():
            due = self._due
            wait = due + self.block_seconds - time.monotonic()
            if wait > 0:
                wake = time.monotonic() + wait
            else:
                # Seen already, or a loop that was stopped and may be run again.
                wait, wake = self.block_seconds, time.monotonic() + self.block_seconds
            if self._ended.wait(wait):
                return
            # This thread came late too: the whole process stood still (suspended, or code that
            # keeps the interpreter's lock), and the frame seen now is not what blocked.
            slept_well = time.monotonic() - wake < self.block_seconds / 2
            if slept_well and self._due == due and self.loop.is_running():
                stack = sys._current_frames()[self._loop_thread]
                lines = traceback.format_stack(stack, FRAMES)
                del stack  # a frame keeps all its locals alive
                self._report(due, f"more than {self.block_seconds:g} s", "".join(lines))

    def _report(self, due: float, how_long: str, stack: str | None) -> None:
        """Count and log a block once, whoever sees it first: the thread, or the late timer."""
        with self._lock:
            if self._reported == due:
                return
            self._reported = due
        metrics.loop_blocked.inc()
        if time.monotonic() < self._quiet_until:
            self._suppressed += 1
            return
        self._quiet_until = time.monotonic() + QUIET
        message = "event loop blocked for %s (%d more not logged before)"
        if stack is None:
            message += ": all threads stood still, so there is no stack"
        record = logger.makeRecord(
            logger.name, logging.ERROR, __file__, 0, message, (how_long, self._suppressed), None,
            "_report", None, stack,
        )  # fmt: skip
        self._suppressed = 0
        if logger.isEnabledFor(logging.ERROR):
            logger.handle(record)
