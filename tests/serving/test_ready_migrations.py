"""The readiness check of migrations, against a database behind, level and ahead."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections
from health_check.exceptions import ServiceUnavailable
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pytest_django import Settings

from app.serving.ready_migrations import Migrations

FIRST, SECOND, LAST = "0001_table", "0002_row", "0003_index"
Connection = psycopg.Connection[Any]


@pytest.fixture
def schema(
    postgres: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A connection to an empty schema, which the alias `probed` sees too."""
    settings.INSTALLED_APPS = ["tests.serving.management.commands.migrated"]
    name = f"probed_{os.getpid()}"
    default = connections.settings["default"]
    options = default["OPTIONS"] | {"options": f"-c search_path={name}"}
    probed = default | {"NAME": conninfo_to_dict(postgres)["dbname"], "OPTIONS": options}
    monkeypatch.setitem(connections.settings, "probed", probed)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(name)))
        yield connection
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


def record(schema: Connection, *names: str) -> None:
    schema.execute("CREATE TABLE IF NOT EXISTS django_migrations (app text, name text)")
    for name in names:
        schema.execute("INSERT INTO django_migrations VALUES ('migrated', %s)", [name])


def test_behind_until_the_last_is_applied(schema: Connection) -> None:
    async def work() -> None:
        check = Migrations("probed")
        with pytest.raises(psycopg.errors.UndefinedTable):
            await check.run()
        record(schema, FIRST, SECOND)
        for _ in range(2):
            with pytest.raises(ServiceUnavailable, match=r"not applied: migrated\.0003_index$"):
                await check.run()
        record(schema, LAST)
        await check.run()
        assert check._connection is None
        schema.execute("DROP TABLE django_migrations")
        await check.run()  # nobody asks again

    asyncio.run(work())


def test_a_database_that_is_ahead_is_ready(schema: Connection) -> None:
    record(schema, FIRST, SECOND, LAST, "0004_of_the_next_release")
    asyncio.run(Migrations("probed").run())


@pytest.mark.parametrize(
    ("applied", "ready"),
    [((FIRST, SECOND, LAST), True), (("squash",), True), ((FIRST, SECOND), False)],
)
def test_a_squash_is_applied_when_all_that_it_replaces_is(
    schema: Connection, applied: tuple[str, ...], ready: bool
) -> None:
    check = Migrations("probed")
    check.last = [("migrated", "squash")]
    check._replaced[check.last[0]] = [("migrated", name) for name in (FIRST, SECOND, LAST)]
    record(schema, *applied)
    if ready:
        asyncio.run(check.run())
    else:
        with pytest.raises(ServiceUnavailable, match=r"not applied: migrated\.squash$"):
            asyncio.run(check.run())
