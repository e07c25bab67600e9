"""The readiness check of a cache."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from health_check.exceptions import ServiceReturnedUnexpectedResult
from pytest_django import Settings

from app.serving.ready_cache import Cache


@pytest.fixture(autouse=True)
def _caches(settings: Settings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "nothing": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }


def test_passes_and_leaves_nothing_behind() -> None:
    check = Cache()
    check.run()
    check.run()
    cache = check._cache
    assert isinstance(cache, LocMemCache)
    assert not cache._cache  # type: ignore[attr-defined] # the stubs leave the dict out


def test_has_a_client_of_its_own() -> None:
    check = Cache()
    check.run()
    assert check._cache is not caches["default"]


def test_a_cache_that_forgets_fails() -> None:
    with pytest.raises(ServiceReturnedUnexpectedResult):
        Cache("nothing").run()
