"""The database's connection pools as metrics: the sums of all workers that live."""

from collections.abc import Mapping

from prometheus_client import Counter, Gauge

from app.telemetry.metrics import Children

# What psycopg_pool calls it, and what it is called here.
# https://www.psycopg.org/psycopg3/docs/advanced/pool.html#pool-stats
GAUGES = {
    stat: Children(
        Gauge(f"asgi_database_pool_{name}", text, ["alias"], multiprocess_mode="livesum")
    )
    for stat, name, text in (
        ("pool_max", "max", "Connections that the pools may have."),
        ("pool_size", "size", "Connections that they have, or are making."),
        ("pool_available", "available", "Connections that nobody uses."),
        ("requests_waiting", "waiting", "Threads that wait for a connection."),
    )
}
timeouts = Children(
    Counter(
        "asgi_database_pool_timeouts", "Times that a pool had no connection in time.", ["alias"]
    )
)
_seen: dict[str, int] = {}


def pool(alias: str, stats: Mapping[str, int]) -> None:
    """Show what the pool of a database says of itself now."""
    for stat, gauges in GAUGES.items():
        gauges[alias].set(stats[stat])
    errors = stats.get("requests_errors", 0)
    before = _seen.get(alias, 0)
    # One that was closed and made anew counts from 0.
    timeouts[alias].inc(errors - before if errors >= before else errors)
    _seen[alias] = errors
