"""A cache that goes to a thread is named, with what to use."""

from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.checks import CheckMessage
from django.test import override_settings

from app.serving.check_caches import check_caches

DJANGO = "django.core.cache.backends"


class Asynchronous(BaseCache):
    """Has all methods of its own."""

    async def aget(self, *args: Any, **named: Any) -> None: ...

    async def aset(self, *args: Any, **named: Any) -> None: ...

    async def aadd(self, *args: Any, **named: Any) -> bool:
        return True

    async def atouch(self, *args: Any, **named: Any) -> bool:
        return True

    async def adelete(self, *args: Any, **named: Any) -> bool:
        return True


class Half(Asynchronous):
    aset = BaseCache.aset  # as if it had none


def checked(**backends: str) -> list[CheckMessage]:
    caches = {alias: {"BACKEND": backend} for alias, backend in backends.items()}
    with override_settings(CACHES=caches):
        return check_caches()


def test_the_shipped_cache_stays_on_the_loop() -> None:
    assert check_caches() == []


def test_djangos_in_memory_has_a_counterpart() -> None:
    (message,) = checked(default=f"{DJANGO}.locmem.LocMemCache")
    assert (message.id, message.level) == ("serving.W007", 30)
    assert message.msg.startswith(
        f"CACHES['default'] is {DJANGO}.locmem.LocMemCache, "
        "whose aget, aset, aadd, adelete, atouch run the synchronous method in a thread"
    )
    assert message.hint == "Use 'app.serving.locmem.LocMemCache'."


def test_others_have_none() -> None:
    found = checked(
        default=f"{__name__}.Asynchronous",
        half=f"{__name__}.Half",
        dummy=f"{DJANGO}.dummy.DummyCache",
        redis=f"{DJANGO}.redis.RedisCache",
    )
    assert [each.msg.split("'")[1] for each in found] == ["half", "dummy", "redis"]
    assert "whose aset run" in found[0].msg
    assert {each.hint for each in found} == {"Use or write a backend with methods of its own."}
