"""`manage.py check` compares each connection pool with the requests that may wait for it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

# What one request may be given with a connection: some queries. A note is written in 5 ms.
TURN_SECONDS = 0.1
# What psycopg_pool does when it is not told.
DEFAULT_SIZE, DEFAULT_TIMEOUT = 4, 30.0


@register(Tags.async_support)
def check_pools(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W008: who is let in to wait for a connection should also get one.

    DB_POOL_MAX + DB_MAX_WAITING requests of a worker may have a thread. The last of them has its
    turn after `ceil(that / the pool's size) - 1` others on the same connection, and must have it
    within the pool's timeout. Where less than 0.1 s is left for each turn, a busy moment makes
    requests wait in a thread for a 503 that they could have had at once.
    """
    messages: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        pool = database.get("OPTIONS", {}).get("pool")
        if not pool:
            continue
        size, timeout = size_and_timeout({} if pool is True else pool)
        turns = -(-requests() // size) - 1
        if turns * TURN_SECONDS > timeout:
            text = (
                f"The pool of DATABASES['{alias}'] has {size} connections for {requests()} "
                f"requests (DB_POOL_MAX + DB_MAX_WAITING): the last of them waits for {turns} "
                f"others, and gives up after {timeout:g} s."
            )
            hint = "More DB_POOL_MAX (all pods' together within max_connections), or less waiting."
            messages.append(Warning(text, hint=hint, id="serving.W008"))
    return messages


def requests() -> int:
    """How many requests of a worker may have a thread; 0 in a project without such a bound."""
    bounds = (getattr(settings, name, 0) for name in ("DB_POOL_MAX", "DB_MAX_WAITING"))
    return sum(bounds)


def size_and_timeout(pool: dict[str, Any]) -> tuple[int, float]:
    """How many connections psycopg's pool has, and how long one waits for it, in seconds."""
    size = pool.get("max_size") or pool.get("min_size", DEFAULT_SIZE)
    return max(size, 1), pool.get("timeout", DEFAULT_TIMEOUT)
