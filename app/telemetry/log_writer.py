"""Write log lines to a descriptor without blocking on it: whole lines, or none of it."""

import contextlib
import os
import select
import socket
import stat
import threading
import time
from collections.abc import Callable

# What a pipe takes as a whole or not at all (4096 on Linux): lines up to here are never torn
# or mixed with those of other processes.
ATOMIC_BYTES = select.PIPE_BUF


class Writer:
    """The one writer of a process to `fd` (default: stdout).

    The descriptor is shared with other processes (a shell's terminal, the pipe of a container), and
    O_NONBLOCK belongs to all who share it, so it is never set on `fd` itself: a pipe or a terminal
    is opened a second time, a socket is sent to with MSG_DONTWAIT. A file is written to as it is:
    it cannot be waited for, and a second opening would have an offset of its own.
    """

    def __init__(self, fd: int = 1) -> None:
        self._fd = fd
        self._put: Callable[[bytes], int] | None = None
        self._own: contextlib.ExitStack = contextlib.ExitStack()
        self._rest = b""
        self._torn = False
        self._lock = threading.Lock()

    def write(self, line: bytes, wait: float = 0.0) -> None:
        """Write one line, or some in one piece, waiting at most `wait` seconds for room.

        A line that was begun is finished by the next call where it cannot be now. Raises
        BlockingIOError when there is no room, other OSErrors (EPIPE, ENOSPC, EBADF, …) when the
        descriptor takes nothing: then the line was not written.
        """
        deadline = time.monotonic() + wait
        # Held for longer only by a thread that waits for room or is stuck in a file system; or by
        # the code that a signal handler, which logs, interrupted.
        if not self._lock.acquire(timeout=wait + 0.1):
            raise BlockingIOError
        try:
            while self._rest:
                self._rest = self._rest[self._some(self._rest, deadline) :]
            if self._torn:
                line = b"\n" + line
            self._rest = line[self._some(line, deadline) :]
            self._torn = False
            with contextlib.suppress(BlockingIOError):
                while self._rest:
                    self._rest = self._rest[self._some(self._rest, deadline) :]
        finally:
            self._lock.release()

    def forget(self) -> None:
        """In a child after a fork: what is left of a line is the parent's to finish."""
        self._rest = b""
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give back what was opened; the next write opens it again."""
        self._own.close()
        self._put = None

    def _some(self, data: bytes, deadline: float) -> int:
        """Write what fits, at least a byte; BlockingIOError when nothing does until `deadline`."""
        put = self._put or self._open()
        while True:
            try:
                return put(data)
            except BlockingIOError:
                left = deadline - time.monotonic()
                if left <= 0 or not _room(self._fd, left):
                    raise
            except OSError:
                # The begun line will never be whole: the next one gets a line of its own.
                self._torn, self._rest = self._torn or bool(self._rest), b""
                raise

    def _open(self) -> Callable[[bytes], int]:
        """How to write to this kind of descriptor."""
        fd, mode = self._fd, os.fstat(self._fd).st_mode
        if stat.S_ISSOCK(mode):
            own = self._own.enter_context(socket.socket(fileno=os.dup(fd)))
            self._put = lambda data: own.send(data, socket.MSG_DONTWAIT)
        elif stat.S_ISFIFO(mode) or os.isatty(fd):
            flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY
            try:
                again = os.open(f"/proc/self/fd/{fd}", flags)
            except OSError:
                # Another user's pipe (a privilege dropped after the start), or no /proc.
                self._put = lambda data: _careful_write(fd, data)
            else:
                self._own.callback(os.close, again)
                self._put = lambda data: os.write(again, data)
        else:
            self._put = lambda data: os.write(fd, data)
        return self._put


def _room(fd: int, seconds: float) -> bool:
    """Wait until `fd` can be written to (or is broken, which the write then says)."""
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(seconds * 1000))


def _careful_write(fd: int, data: bytes) -> int:
    """A write to a blocking pipe that does not block: one that polls writable has a page free.

    Another process can take that page in between: the one case where a write may wait.
    """
    if not _room(fd, 0):
        raise BlockingIOError
    return os.write(fd, data[:ATOMIC_BYTES])
