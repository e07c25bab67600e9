"""Which checks the settings ask for."""

import datetime

from pytest_django import Settings

from app.serving.ready_cache import Cache
from app.serving.ready_checks import configured_checks
from app.serving.ready_database import Database
from app.serving.ready_migrations import Migrations


def test_a_check_per_database_and_per_cache_outside_of_the_process(settings: Settings) -> None:
    settings.INSTALLED_APPS = []
    checks = configured_checks(
        {
            "default": {"ENGINE": "app.serving.postgresql"},
            "replica": {"ENGINE": "django.db.backends.postgresql"},
            "file": {"ENGINE": "django.db.backends.sqlite3"},
        },
        {
            "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"},
            "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "counted": {"BACKEND": "django_prometheus.cache.backends.locmem.LocMemCache"},
            "none": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
            "table": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"},
        },
        0.5,
    )
    half = datetime.timedelta(seconds=0.5)
    assert checks == {
        "database": Database("default", half),
        "database-replica": Database("replica", half),
        "cache": Cache("default", half),
        "cache-table": Cache("table", half),
    }


def test_a_service_without_any_asks_nothing() -> None:
    assert configured_checks({}, {}, 1) == {}


def test_migrations_are_asked_for_where_there_are_any(settings: Settings) -> None:
    settings.INSTALLED_APPS = ["tests.serving.management.commands.migrated"]
    databases = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    checks = configured_checks(databases, {}, 0.5)
    assert list(checks) == ["database", "migrations"]
    assert checks["migrations"] == Migrations("default", datetime.timedelta(seconds=0.5))
    assert configured_checks({"other": databases["default"]}, {}, 0.5).keys() == {"database-other"}
