"""Django's cache in memory without a thread for what takes 5 µs."""

from typing import Any

from django.core.cache.backends import locmem


class LocMemCache(locmem.LocMemCache):
    """Django's, whose asynchronous methods call the synchronous ones where they stand.

    These pickle, which holds the loop for as long: 0.6 ms for a text of 1 MB, 6 ms for 20,000
    small objects.
    """

    async def aget(self, *args: Any, **named: Any) -> Any:
        return self.get(*args, **named)

    async def aset(self, *args: Any, **named: Any) -> None:
        self.set(*args, **named)

    async def aadd(self, *args: Any, **named: Any) -> bool:
        return self.add(*args, **named)

    async def atouch(self, *args: Any, **named: Any) -> bool:
        return self.touch(*args, **named)

    async def adelete(self, *args: Any, **named: Any) -> bool:
        return self.delete(*args, **named)

    async def aincr(self, *args: Any, **named: Any) -> int:
        return self.incr(*args, **named)  # under the lock: no thread's change is lost

    async def aclear(self) -> None:
        self.clear()
