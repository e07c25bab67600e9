"""What this process knows of its own end.

A worker ends for one of two reasons. The master shuts the service down: then it serves on for a
while, unready, until the load balancers have noticed. Or it is *replaced* (SIGHUP, TTOU) while the
service goes on on the same socket: then it stops accepting at once and never turns readiness off.
gunicorn sends SIGTERM in both cases; a byte that master and workers share tells them apart.
"""

import asyncio
import mmap
from dataclasses import dataclass, field
from typing import Any

# What leaving the lifespan's contexts may take.
CONTEXTS_SECONDS = 2.0


class SharedFlag:
    """One bit that processes forked after its creation share with their parent."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, 1)

    def set(self) -> None:
        """Raise the flag, for good."""
        self._page[0] = 1

    def __bool__(self) -> bool:
        return self._page[0] == 1


@dataclass
class Drain:
    """The drain of this process.

    - `service_ends`: set by the master before it tells its workers to end.
    - `draining`: every response says `Connection: close`.
    - `cut_by`: why what still runs is being cut, once it is.
    """

    service_ends: SharedFlag = field(default_factory=SharedFlag)
    draining: bool = False
    cut_by: str | None = None
    _left: set[asyncio.Task[Any]] = field(default_factory=set)

    def leave(self, task: asyncio.Task[Any]) -> None:
        """Keep a task that nobody waits for from being collected before its end."""
        self._left.add(task)
        task.add_done_callback(self._left.discard)


drain = Drain()


@dataclass(frozen=True)
class DrainTimes:
    """All times of a drain in seconds, from the one setting `DRAIN_SECONDS`.

    - `serve_on`: new requests are still answered; half of the whole.
    - `limit`: requests that run longer are cut.
    - `kill`: gunicorn's `graceful_timeout`: a worker that has not ended by then gets SIGKILL.
    """

    limit: float

    @property
    def serve_on(self) -> float:
        """Until when connections are accepted."""
        return self.limit / 2

    @property
    def kill(self) -> int:
        """1 s for what is cut, 2 s for contexts, 1 s each for spans and log lines, 1 s to spare."""
        return int(self.limit) + 6

    def longer_than(self, grace: float) -> str:
        """What is lost when the pod is killed `grace` seconds after SIGTERM, "" when nothing is.

        The master sees the end of its last worker a second later at most.
        """
        if self.kill + 1 <= grace:
            return ""
        return (
            f"DRAIN_SECONDS={self.limit:g} makes a drain of up to {self.kill + 1} s; at "
            f"GRACE_SECONDS={grace:g} the pod is killed: each rollout may lose requests."
        )


def announce_shutdown(arbiter: Any) -> None:
    """Make gunicorn's master raise `service_ends` before its workers get their SIGTERM.

    There is no hook at that place; `stop` is what every way of ending the master goes through.
    After a USR2 the new master carries the service on, so the old one's end is a replacement.
    """
    stop = arbiter.stop

    def announced(graceful: bool = True) -> None:
        if not arbiter.reexec_pid:
            drain.service_ends.set()
        stop(graceful)

    arbiter.stop = announced
