"""A connection of the pool is alive, and was not asked."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from app.serving.postgresql import base
from tests.serving.pooled import pooled_settings

SIZE = 3
ACTIVITY = "SELECT query FROM pg_stat_activity WHERE pid = %s"
END = "SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid"


@pytest.fixture
def pooled(postgres: str, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Any]:
    """Django's connection to a database with a pool, which is full."""
    settings = pooled_settings(postgres, min_size=SIZE, max_size=SIZE, timeout=5)
    monkeypatch.setitem(connections.settings, "pooled", settings)
    connection: Any = connections["pooled"]  # what django.contrib.postgres asks, too, at the first
    connection.pool.open(wait=True)
    with django_db_blocker.unblock():
        yield connection
        connection.close()
    connection.close_pool()
    del connections["pooled"]


def answer(connection: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 7")
        return cursor.fetchone()[0]


def test_nothing_is_asked_of_a_connection_that_is_alive(pooled: Any, postgres: str) -> None:
    assert isinstance(pooled, base.DatabaseWrapper)
    for _ in range(SIZE):  # each of the pool's has said something
        assert answer(pooled) == 7
        pooled.close()
    pooled.ensure_connection()
    with psycopg.connect(postgres) as other:
        said = other.execute(ACTIVITY, [pooled.connection.info.backend_pid]).fetchall()
    assert said == [("SELECT 7",)]


def test_all_that_the_server_has_ended_are_passed_over(pooled: Any, postgres: str) -> None:
    idle = [connection.info.backend_pid for connection in pooled.pool._pool]
    with psycopg.connect(postgres) as other:
        assert other.execute(END, [idle]).fetchall() == [(True,)] * SIZE
    assert answer(pooled) == 7
    pooled.close()
    assert pooled.pool.get_stats()["pool_size"] == SIZE, "each has been replaced"


def test_a_server_that_ends_each_is_not_tried_for_ever(
    pooled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    def ended(idle: Any) -> bool:
        looked.append(idle)
        return True

    monkeypatch.setattr(base, "any_ended", ended)
    assert answer(pooled) == 7
    assert len(looked) == SIZE


def test_connections_share_a_class_of_cursors(pooled: Any) -> None:
    first, second = (pooled.get_connection_params()["cursor_factory"] for _ in range(2))
    assert first is second
