"""A pool's own figures, told while it is empty, in use, and too small."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import psycopg_pool
import pytest
from django.db import connections

from app.serving import pools
from app.serving.observer import observer
from tests.server.harness import wait_until
from tests.serving.pooled import pooled_settings

Told = list[tuple[str, Mapping[str, int]]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told: Told = []
    monkeypatch.setattr(observer, "pool", lambda alias, stats: told.append((alias, stats)))
    return told


@pytest.fixture
def pool(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg_pool.ConnectionPool]:
    """Django's pool of one connection for the alias `pooled`, beside one that has none."""
    settings = pooled_settings(postgres, min_size=1, max_size=1, timeout=0.05)
    monkeypatch.setitem(connections.settings, "pooled", settings)
    connection: Any = connections.create_connection("pooled")
    monkeypatch.setattr(pools, "connections", {"pooled": connection, "file": object()})
    yield connection.pool
    connection.close_pool()


def test_tells_of_each_pool(told: Told, pool: psycopg_pool.ConnectionPool) -> None:
    pools.tell()
    pool.open(wait=True)
    pools.tell()
    taken = pool.getconn()
    with pytest.raises(psycopg_pool.PoolTimeout):
        pool.getconn()
    pools.tell()
    pool.putconn(taken)
    assert {alias for alias, _ in told} == {"pooled"}
    names = ("pool_max", "pool_size", "pool_available", "requests_waiting", "requests_errors")
    assert [[stats.get(name, 0) for name in names] for _, stats in told] == [
        [1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [1, 1, 0, 0, 1],
    ]


def idle(pool: psycopg_pool.ConnectionPool) -> int:
    return pool.get_stats()["pool_available"]


def ended_by_the_server(pool: psycopg_pool.ConnectionPool, postgres: str) -> None:
    """End its one connection, which idles."""
    with pool.connection() as connection:
        backend = connection.info.backend_pid
    with psycopg.connect(postgres) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def closed_here(pool: psycopg_pool.ConnectionPool, _postgres: str) -> None:
    """Close it without the pool's knowledge."""
    with pool.connection() as connection:
        pass
    connection.close()


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("end", [ended_by_the_server, closed_here])
def test_an_idle_connection_that_ended_is_renewed(
    pool: psycopg_pool.ConnectionPool, postgres: str, end: Callable[[Any, str], None]
) -> None:
    pool.open(wait=True)
    assert not pools.any_ended(pool._pool)
    pools.tell()
    assert pool.get_stats()["connections_num"] == 1
    end(pool, postgres)
    wait_until(lambda: pools.any_ended(pool._pool), 5, "its end has arrived")
    pools.tell()
    wait_until(lambda: idle(pool) == 1, 5, "there is a new one")
    assert not pools.any_ended(pool._pool)
    assert pool.get_stats()["connections_num"] == 2


def test_a_pool_is_renewed_once_it_is_open(pool: psycopg_pool.ConnectionPool) -> None:
    pools.renew("pooled")
    assert pool.closed
    pool.open(wait=True)
    pools.renew("pooled")
    wait_until(lambda: idle(pool) == 1, 5, "there is a new one")
    assert pool.get_stats()["connections_num"] == 2
    pools.renew("file")


def test_a_pool_that_gave_up_begins_again_for_who_waits_already(
    pool: psycopg_pool.ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = 0
    connect = pool._connect

    def refused(timeout: float | None = None) -> Any:
        nonlocal attempts
        attempts += 1
        if attempts <= 5:
            raise psycopg.OperationalError("connection refused")
        return connect(timeout)

    monkeypatch.setattr(pool, "_connect", refused)
    monkeypatch.setattr(pool, "reconnect_timeout", 0.01)
    monkeypatch.setattr(pool, "_reconnect_failed", pools.begin_again)
    pool.open()
    with pool.connection(timeout=20):
        assert attempts == 6


def test_tells_again_and_again_until_it_is_left(
    told: Told, pool: psycopg_pool.ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "SECONDS", 0)
    three = asyncio.Event()

    def listen(alias: str, stats: Mapping[str, int]) -> None:
        told.append((alias, stats))
        if len(told) == 3:
            three.set()

    monkeypatch.setattr(observer, "pool", listen)

    async def work() -> None:
        async with pools.watch():
            await three.wait()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(work())
