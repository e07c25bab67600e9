"""psycopg's pools of this process: what they say of themselves, and connections that died in them.

Told once a second, as the exporter of the metrics is another process and cannot ask at a scrape.

A pool finds out that an idle connection is dead when a request is about to have it, and pauses
between such finds, doubling from 1 s: after a restart of PostgreSQL the first read of a pool with
ten idle connections got no connection in 5 s. So they are thrown away before anybody asks.
"""

import asyncio
import select
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

from django.db import connections

from app.serving.observer import observer

SECONDS = 1.0


@asynccontextmanager
async def watch() -> AsyncIterator[None]:
    """For the list of contexts in `config/asgi.py`: look at once, then every `SECONDS`."""
    task = asyncio.create_task(_watch())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch() -> None:
    while True:
        tell()
        await asyncio.sleep(SECONDS)


def tell() -> None:
    """Tell of each database's pool once; 20 µs for one, and nothing that waits."""
    for alias in connections:
        # Django makes a pool when first asked for, and opens it with the first request's hop.
        pool = getattr(connections[alias], "pool", None)
        if pool is not None:
            with pool._lock:  # who takes one out, and has an answer to read, must have it too
                ended = any_ended(pool._pool)
            if ended:
                pool.drain()
            observer.pool(alias, stats_of(pool))


def renew(alias: str) -> None:
    """Throw away the idle connections of a database's pool: it opens as many, in its own threads.

    For who has seen that the server was gone; 0.4 ms for ten.
    """
    pool = getattr(connections[alias], "pool", None)
    if pool is not None and not pool.closed:
        pool.drain()


def begin_again(pool: Any) -> None:
    """For `reconnect_failed`: a pool that has given up connecting begins anew, in its own thread.

    By itself it would do so when the next request wants a connection. But all who may wait for one
    (`Places`) can be waiting already: then no next one comes, and they wait in vain.
    """
    pool.drain()  # else `check` would ask the idle ones, of a server that may hang
    pool.check()


def any_ended(idle: Iterable[Any]) -> bool:
    """Whether the server has ended one of these connections, or told it what nobody asked for."""
    poll = select.poll()
    for connection in idle:
        if connection.closed:
            return True
        poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def stats_of(pool: Any) -> dict[str, int]:
    """The pool's own `get_stats`, corrected (psycopg_pool 3.3).

    It counts who gave up as waiting until a connection comes back, which in an outage is never;
    and the connections of a pool that is not open yet as if they were there.
    """
    stats: dict[str, int] = pool.get_stats()
    stats["requests_waiting"] = sum(each.error is None for each in list(pool._waiting))
    if pool.closed:
        stats["pool_size"] = 0
    return stats
