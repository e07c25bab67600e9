"""The readiness check of a cache, and which checks the settings ask for."""

import dataclasses
import datetime
import uuid

from django.core.cache import BaseCache, caches
from health_check.base import HealthCheck
from health_check.exceptions import ServiceReturnedUnexpectedResult


@dataclasses.dataclass
class Cache(HealthCheck):  # type: ignore[misc] # the library ships no types
    """Write a key, read it back, delete it, through a client of its own.

    Synchronous, as Django's cache backends are; `KeptCheck` gives it a thread of its own. The
    library's check goes through `aset`, whose thread is shared by everything outside a request.

    Raises ServiceReturnedUnexpectedResult, or whatever the backend raises.
    """

    alias: str = "default"
    timeout: datetime.timedelta = dataclasses.field(
        default=datetime.timedelta(seconds=1), repr=False
    )

    def __post_init__(self) -> None:
        self._cache: BaseCache | None = None

    def run(self) -> None:
        """Do it; the key ends by itself after 10 s."""
        if self._cache is None:
            self._cache = caches.create_connection(self.alias)
        key = value = f"readiness-{uuid.uuid4().hex}"
        self._cache.set(key, value, timeout=10)
        found = self._cache.get(key)
        self._cache.delete(key)
        if found != value:
            raise ServiceReturnedUnexpectedResult("a key that was just written is not there")
