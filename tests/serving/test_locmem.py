"""Each asynchronous method of the cache stays on the loop and does what its namesake does."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache as Base

from app.serving.hops import assert_hops
from app.serving.locmem import LocMemCache

CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("get", ("kept",), {}),
    ("get", ("none", "default"), {"version": 2}),
    ("set", ("new", [1]), {"timeout": 60}),
    ("set", ("kept", 9, 60), {}),
    ("add", ("kept", 2), {}),
    ("add", ("new", 2), {"timeout": 60}),
    ("touch", ("kept", 60), {}),
    ("touch", ("none",), {}),
    ("delete", ("kept",), {}),
    ("delete", ("none",), {"version": 2}),
    ("incr", ("kept",), {"delta": 4}),
    ("decr", ("kept",), {}),
    ("clear", (), {}),
    ("get_many", (["kept", "none"],), {}),
    ("set_many", ({"a": 1, "b": 2},), {}),
    ("delete_many", (["kept"],), {}),
    ("get_or_set", ("new", 3), {}),
    ("has_key", ("kept",), {}),
    ("incr_version", ("kept",), {}),
]


@pytest.fixture
def caches() -> Iterator[tuple[Base, LocMemCache]]:
    """Django's and ours, with the same in it; what they hold belongs to the module."""
    both = Base("theirs", {}), LocMemCache("ours", {})
    for cache in both:
        cache.clear()
        cache.set("kept", 1)
    yield both
    for cache in both:
        cache.clear()


@pytest.mark.parametrize(("name", "args", "named"), CALLS)
def test_the_same_without_a_thread(
    caches: tuple[Base, LocMemCache], name: str, args: tuple[Any, ...], named: dict[str, Any]
) -> None:
    theirs, ours = caches

    async def ask() -> Any:
        with assert_hops(0):
            return await getattr(ours, f"a{name}")(*args, **named)

    assert asyncio.run(ask()) == getattr(theirs, name)(*args, **named)
    for key in ("kept", "new", "a"):
        assert ours.get(key) == theirs.get(key)


def test_a_number_that_is_not_there(caches: tuple[Base, LocMemCache]) -> None:
    with pytest.raises(ValueError, match="none"):
        asyncio.run(caches[1].aincr("none"))


def test_every_method_is_asked_for() -> None:
    methods = {name[1:] for name in vars(BaseCache) if name.startswith("a") and name != "add"}
    assert methods - {"close", "decr_version"} == {name for name, _, _ in CALLS}
