"""What a pool says of itself, as metrics."""

from app.telemetry.pool_metrics import pool
from tests.telemetry.samples import value

STATS = {"pool_max": 10, "pool_size": 4, "pool_available": 1, "requests_waiting": 3}


def test_gauges_follow_the_pool() -> None:
    for change in ({}, {"pool_size": 2, "requests_waiting": 0}):
        stats = STATS | change
        pool("a", stats)
        for stat, name in (
            ("pool_max", "max"),
            ("pool_size", "size"),
            ("pool_available", "available"),
            ("requests_waiting", "waiting"),
        ):
            assert value(f"asgi_database_pool_{name}", alias="a") == stats[stat]


def test_timeouts_are_counted_on_though_the_pool_is_made_anew() -> None:
    seen = []
    for errors in (0, 2, 2, 5, 1):
        pool("b", STATS | {"requests_errors": errors})
        seen.append(value("asgi_database_pool_timeouts_total", alias="b"))
    assert seen == [0, 2, 2, 5, 6]
