"""The readiness check that the database has what this code was written for."""

import dataclasses
from typing import Any

import psycopg
from django.db.migrations.loader import MigrationLoader
from health_check.exceptions import ServiceUnavailable

from app.serving.ready_database import Database

Key = tuple[str, str]


@dataclasses.dataclass
class Migrations(Database):
    """Whether the last migration of each app in the code is applied.

    A database that is ahead is ready: a rollback must work. Asked on a connection as `Database`
    has it, until it passes; then that is closed, and nobody asks again. So a migration that is
    taken back under running processes is not noticed: whoever does that replaces them anyway.

    The files of the migrations are read when this is made, not when it runs.

    Raises psycopg.Error (there is no table of migrations yet), ServiceUnavailable.
    """

    query = "SELECT app, name FROM django_migrations"

    def __post_init__(self) -> None:
        super().__post_init__()
        loader = MigrationLoader(None)
        self.last: list[Key] = loader.graph.leaf_nodes()
        self._replaced: dict[Key, list[Key]] = {
            key: [(app, name) for app, name in migration.replaces]
            for key, migration in loader.disk_migrations.items()
        }
        self._passed = False

    async def run(self) -> None:
        """Ask, unless it has passed."""
        if not self._passed:
            await super().run()
            self._passed = True
            await self.close()

    async def judge(self, cursor: psycopg.AsyncCursor[Any]) -> None:
        """See whether any is missing."""
        applied: set[Key] = set(await cursor.fetchall())
        missing = [".".join(key) for key in self.last if not self._is_in(applied, key)]
        if missing:
            raise ServiceUnavailable(f"not applied: {', '.join(missing)}")

    def _is_in(self, applied: set[Key], key: Key) -> bool:
        """Whether it is applied, or all that it was squashed from."""
        replaced = self._replaced.get(key)
        if key in applied or not replaced:
            return key in applied
        return all(self._is_in(applied, each) for each in replaced)
