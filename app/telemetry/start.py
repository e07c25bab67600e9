"""Start and stop what telemetry runs beside the requests, once a process, under any server."""

import asyncio
import atexit
import os

from app.telemetry import log_hooks, metrics, traces
from app.telemetry.log_handler import process_log
from app.telemetry.watchdog import Watchdog

_watchdog: Watchdog | None = None


def prepare() -> None:
    """Count lost log records, and log warnings and uncaught exceptions. Starts no thread.

    All that gunicorn's master may do: it forks.
    """
    process_log.count_with(metrics.dropped)
    log_hooks.install()


def start(block_seconds: float | None = None) -> None:
    """Start the log's thread and, with `block_seconds`, the watchdog of the running loop.

    May be called for every ASGI event (0.1 µs): what runs in this process goes on. Under Daphne
    the first event is a request, and only gunicorn has hooks. Ends with the process, or `stop()`.
    """
    if not process_log.running:
        prepare()
        metrics.in_flight.inc(0)  # sees that this process was forked, which `step` does not
        process_log.start()
        atexit.register(stop)
    if block_seconds is None:
        return
    loop = asyncio.get_running_loop()
    if _watchdog is None or _watchdog.loop is not loop:
        _watch(Watchdog(loop, block_seconds))


def stop(seconds: float = 1.0) -> None:
    """Send the spans and write the log lines that wait; records after that are written at once.

    Whatever stdout does this returns within `seconds` and a tenth, plus the watchdog's last tick;
    with traces it may take a second more.
    """
    traces.stop()
    _watch(None)
    process_log.stop(seconds)
    atexit.unregister(stop)


def _watch(watchdog: Watchdog | None) -> None:
    global _watchdog  # noqa: PLW0603 - one a process, like the loop that it watches
    if _watchdog is not None:
        _watchdog.stop()
    _watchdog = watchdog
    if watchdog is not None:
        watchdog.start()


def _after_fork() -> None:
    global _watchdog  # noqa: PLW0603 - see _watch; the thread of the parent's is not here
    _watchdog = None


os.register_at_fork(after_in_child=_after_fork)
