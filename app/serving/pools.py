"""What psycopg's pools of this process say of themselves, told once a second.

The exporter of the metrics is another process: it cannot ask them at a scrape.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from django.db import connections

from app.serving.observer import observer

SECONDS = 1.0


@asynccontextmanager
async def watch() -> AsyncIterator[None]:
    """For the list of contexts in `config/asgi.py`: tell at once, then every `SECONDS`."""
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
            observer.pool(alias, stats_of(pool))


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
