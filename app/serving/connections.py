"""The open connections of one worker: how many there may be, who goes first, who took too long."""

import asyncio
import resource
from contextlib import suppress
from typing import Protocol

from app.serving.limits import ConnectionLimits

# Files that are no client's connection: the database's pool, the shared HTTP client's 100, spooled
# uploads, logs, listening sockets, the loop's own.
RESERVE = 200


def raise_file_limit() -> int:
    """Raise the soft limit of open files to the hard one; return what is now in force."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # macOS: a hard limit of "infinity" cannot be had
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return soft


def connection_limit(files: int, setting: int = 0) -> int:
    """The bound of connections under a limit of `files` open files; a `setting` above 0 wins."""
    return setting if setting > 0 else files - min(RESERVE, files // 4)


class Connection(Protocol):
    """What `Connections` asks of its members."""

    deadline: float  # in the loop's time: when `expire` is called

    def expire(self) -> None:
        """It took too long."""

    def evict(self) -> None:
        """Its place is needed."""


class Connections:
    """The connections of one worker, and which of them would make room, oldest first.

    - `headless`: those that have sent no header, or half of one, and have nothing else to wait for.
    - `idle`: those that wait for their next request.

    The protocol moves itself between the two (a request pays two dictionary operations).

    One sweep a second over all of them stands for a timer each: at 10,000 connections it takes
    under a millisecond, and a request pays one assignment instead of a timer made and cancelled.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self.interval = min(
            1.0, min(limits.first_byte_seconds, limits.header_seconds, limits.body_seconds) / 4
        )
        self.headless: dict[Connection, None] = {}
        self.idle: dict[Connection, None] = {}
        self._open: set[Connection] = set()
        self._sweeping = False

    def admit(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> bool:
        """Take a new connection in, if need be in the place of another; False: there is no room.

        First go those that have not sent a whole header, then those idle between two requests,
        each oldest first. One whose request is being served is never closed for a newcomer.
        """
        if len(self._open) >= self.limits.connections:
            victim = next(iter(self.headless), None) or next(iter(self.idle), None)
            if victim is None:
                return False
            self.leave(victim)
            victim.evict()
        self._open.add(connection)
        self.headless[connection] = None
        if not self._sweeping:
            self._sweeping = True
            loop.call_later(self.interval, self._sweep, loop)
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection; once is enough, twice does no harm."""
        self._open.discard(connection)
        self.busy(connection)

    def busy(self, connection: Connection) -> None:
        """A request of this connection is being served: it is not closed to make room."""
        self.headless.pop(connection, None)
        self.idle.pop(connection, None)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in [each for each in self._open if each.deadline <= now]:
            connection.expire()
        self._sweeping = bool(self._open)
        if self._sweeping:
            loop.call_later(self.interval, self._sweep, loop)
