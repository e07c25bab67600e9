"""A pool's own figures, told while it is empty, in use, and too small."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg_pool
import pytest
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from app.serving import pools
from app.serving.observer import observer

Told = list[tuple[str, Mapping[str, int]]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told: Told = []
    monkeypatch.setattr(observer, "pool", lambda alias, stats: told.append((alias, stats)))
    return told


@pytest.fixture
def pool(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg_pool.ConnectionPool]:
    """Django's pool of one connection for the alias `pooled`, beside one that has none."""
    default = connections.settings["default"]
    size = {"min_size": 1, "max_size": 1, "timeout": 0.05}
    options = default["OPTIONS"] | {"pool": size}
    own = {"NAME": conninfo_to_dict(postgres)["dbname"], "OPTIONS": options}
    monkeypatch.setitem(connections.settings, "pooled", default | own)
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
