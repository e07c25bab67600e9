"""Which readiness checks the settings ask for."""

import datetime
from collections.abc import Mapping
from typing import Any

from health_check.base import HealthCheck

from app.serving.ready_cache import Cache
from app.serving.ready_database import Database
from app.serving.ready_migrations import Migrations

# These live in the process itself, or nowhere: asking them says nothing.
_LOCAL_CACHES = ("locmem.LocMemCache", "LocMemCache", "dummy.DummyCache")


def configured_checks(
    databases: Mapping[str, Mapping[str, Any]],
    caches: Mapping[str, Mapping[str, Any]],
    timeout: float,
) -> dict[str, HealthCheck]:
    """A check per PostgreSQL database and per cache outside of the process.

    Named `database` and `cache`, those of another alias `database-ALIAS`, `cache-ALIAS`; and
    `migrations` of the default database, when an installed app has any.
    """
    limit = datetime.timedelta(seconds=timeout)
    checks: dict[str, HealthCheck] = {}
    for alias, database in databases.items():
        if str(database.get("ENGINE", "")).endswith("postgresql"):
            checks[_name("database", alias)] = Database(alias, limit)
    if "database" in checks and (migrations := Migrations(timeout=limit)).last:
        checks["migrations"] = migrations
    for alias, cache in caches.items():
        if not str(cache["BACKEND"]).endswith(_LOCAL_CACHES):
            checks[_name("cache", alias)] = Cache(alias, limit)
    return checks


def _name(kind: str, alias: str) -> str:
    return kind if alias == "default" else f"{kind}-{alias}"
