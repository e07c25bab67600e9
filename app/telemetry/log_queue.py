"""Logging that cannot stall: a bounded queue, one thread that writes, and a count of what is lost.

A full stdout pipe stops a StreamHandler, and the event loop with it, after 64 kB. Here a record
costs the caller some microseconds whatever the pipe does. Until `start()` and after `stop()`, so
also in gunicorn's master (it forks, so it has no thread), records are written by the caller,
without blocking. logging.handlers.QueueListener is not used: its stop() raises queue.Full on a
full bounded queue and joins without a limit (Python 3.11 to 3.13).
"""

import contextlib
import logging
import math
import queue
import threading
import time
from collections.abc import Callable

from app.telemetry.log_writer import ATOMIC_BYTES, Writer

_TICK = 0.05  # seconds between two looks at whether to give up, while the output is blocked
# Seconds that the thread rests when it has written all. Woken for each record it takes the
# interpreter's lock from a busy loop each time: a request of 119 µs with a StreamHandler took 140
# without this rest and 126 with it (medians of 8).
_REST = 0.02
_DIRECT_WAIT = 0.1  # seconds that a caller waits once for a slow terminal, before lines are lost
_Item = tuple[logging.Formatter, logging.LogRecord | bytes]


class LogQueue:
    """The way of a process's records to its stdout: `size` of them may wait."""

    def __init__(self, writer: Writer, size: int = 10_000) -> None:
        self.writer = writer
        self.size = size
        self._count: Callable[[int], object] | None = None
        self.after_fork()

    def after_fork(self) -> None:
        """In the child: what waits is the parent's to write, and the thread is not here."""
        self.lost = 0  # records of this process that were not written
        # SimpleQueue: 0.07 µs for put and get (queue.Queue: 1.5), and safe in signal handlers.
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._give_up_at = math.inf
        self._held = 0  # records that the thread has taken, beyond the one that it writes
        self._stalled = False
        self._told, self._told_at = 0, -math.inf
        self.writer.forget()

    def count_with(self, count: Callable[[int], object]) -> None:
        """Call `count(n)` for every n records lost from now on, and at once for those before."""
        before = self.lost if self._count is None else 0
        self._count = count
        if before:
            count(before)

    def put(self, formatter: logging.Formatter, record: logging.LogRecord | bytes) -> None:
        """Take a snapshot of a record, or a line that is written as it is.

        Never blocks for longer than 0.1 s, never raises.
        """
        if self._thread is None:
            self._put_direct(formatter, record)
        elif self._queue.qsize() + self._held < self.size:
            self._queue.put((formatter, record))
        else:
            self.lose()

    def lose(self, number: int = 1) -> None:
        """Count records that are not written."""
        self.lost += number
        if self._count is not None:
            with contextlib.suppress(Exception):  # a log call never fails, whatever counting does
                self._count(number)

    @property
    def running(self) -> bool:
        """Whether the thread of this process runs."""
        return self._thread is not None

    def start(self) -> None:
        """Start the thread of this process; nothing when it runs."""
        if self._thread is None:
            self._stopping, self._give_up_at = threading.Event(), math.inf
            self._queue = queue.SimpleQueue()
            self._thread = threading.Thread(
                target=self._listen, args=(self._queue,), name="log", daemon=True
            )
            self._thread.start()

    def stop(self, seconds: float = 1.0) -> None:
        """Write what waits, for at most `seconds`; what is left then is lost, and counted.

        The thread ends, or is left behind where a file system holds it: it is a daemon.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._give_up_at = time.monotonic() + seconds
        self._stopping.set()
        self._queue.put(None)
        thread.join(seconds + 2 * _TICK)
        left = 0
        with contextlib.suppress(queue.Empty):
            while True:
                left += self._queue.get_nowait() is not None
        if left:
            self.lose(left)
        self._queue.put(None)  # for a thread that was left behind

    def _listen(self, waiting: queue.SimpleQueue[_Item | None]) -> None:
        """Write a line that comes alone at once, those that came meanwhile many at a time.

        A line costs 5 µs so, and 10 when each is written by itself: around each write the thread
        lets go of the interpreter's lock, and has to get it back from a busy loop.
        """
        lines: list[bytes] = []
        size, rested = 0, True
        while (item := waiting.get()) is not None:
            formatter, record = item
            line = self._line(formatter, record)
            if lines and size + len(line) > ATOMIC_BYTES:
                self._write_lines(lines, formatter)
                size = 0
            lines.append(line)
            size += len(line)
            self._held = len(lines) - 1
            idle = waiting.empty()
            if idle or rested:
                self._write_lines(lines, formatter)
                size = 0
            if idle:
                self._stopping.wait(_REST)
            rested = idle
        if lines:
            self._write_lines(lines, formatter)

    def _write_lines(self, lines: list[bytes], formatter: logging.Formatter) -> None:
        if not self._write(b"".join(lines)):
            self.lose(len(lines))
        elif self.lost != self._told and time.monotonic() > self._told_at + 1:
            self._told, self._told_at = self.lost, time.monotonic()
            message = f"log records were lost: {self._told} since the start of this process"
            self._write(self._line(formatter, _record(logging.WARNING, message)))
        lines.clear()
        self._held = 0

    def _write(self, data: bytes) -> bool:
        """Write lines as soon as there is room; False when there was none or never will be."""
        while True:
            left = self._give_up_at - time.monotonic()
            try:
                self.writer.write(data, max(0, min(_TICK, left)))
            except BlockingIOError:
                if left <= 0:
                    return False
            except OSError:
                return False
            else:
                return True

    def _put_direct(self, formatter: logging.Formatter, record: logging.LogRecord | bytes) -> None:
        # A pipe takes such a line as a whole or not at all: nothing is left to be finished later.
        if not isinstance(record, bytes):
            record.__dict__["_line_bytes"] = min(
                ATOMIC_BYTES, getattr(record, "_line_bytes", ATOMIC_BYTES)
            )
        line = self._line(formatter, record)
        try:
            self.writer.write(line, 0 if self._stalled else _DIRECT_WAIT)
            self._stalled = False
        except OSError as error:
            self._stalled = isinstance(error, BlockingIOError)
            self.lose()

    def _line(self, formatter: logging.Formatter, record: logging.LogRecord | bytes) -> bytes:
        """The bytes of a record, or of a line in its place when it cannot be formatted."""
        if isinstance(record, bytes):
            return record
        try:
            text = formatter.format(record)
        except Exception as error:
            self.lose()
            try:
                text = formatter.format(instead(record, error))
            except Exception:  # a formatter that can say nothing must not end the thread
                return b""
        return text.encode("utf-8", "backslashreplace") + b"\n"


def instead(record: logging.LogRecord, error: Exception) -> logging.LogRecord:
    """The record that is written where `record` cannot be."""
    place = f"{record.pathname}:{record.lineno}"
    message = f"a log record of {place} could not be written: {type(error).__name__}"
    return _record(record.levelno, message, record.name)


def _record(level: int, message: str, name: str = __name__) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 0, message, None, None)
