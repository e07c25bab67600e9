"""The keys that an identity provider publishes: fetched beside the requests, and kept."""

import asyncio
import contextvars
import logging
import math
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import jwt

from app.identity.denied import KeysUnavailable
from app.identity.key_set import key_set
from app.identity.key_sources import Source

logger = logging.getLogger(__name__)


@dataclass
class PublishedKeys:
    """A key set, read before the first request and then every `refresh` seconds.

    - Known keys hold until a new set has come, however long the provider is gone; one that it took
      back is refused `refresh` seconds later.
    - One fetch runs at a time, for `limit` seconds at most. Requests whose key is not known ask for
      one, at the earliest `pause` seconds after the last began, and all wait for the same.
    """

    source: Callable[[], AbstractAsyncContextManager[Source]]
    algorithms: Collection[str]
    refresh: float = 300.0
    pause: float = 30.0
    limit: float = 5.0

    def __post_init__(self) -> None:
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read: Source | None = None
        self._fetching: asyncio.Task[bool] | None = None
        self._begun = -math.inf

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Read the keys and keep them fresh. A provider that is gone does not prevent the start."""
        async with self.source() as read:
            fresh = await self._fetch_once(read)
            refreshing = asyncio.create_task(self._keep_fresh(read, fresh))
            self._read = read
            try:
                yield
            finally:
                self._read = None
                tasks = set(filter(None, (refreshing, self._fetching)))
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of this `kid`; RuntimeError outside of `open()`, KeysUnavailable without any."""
        if self._read is None:
            raise RuntimeError("identity.open is not in the list of contexts, or has been left")
        if kid is not None and kid not in self._keys and self._may_fetch():
            # Not awaited itself: a request that is cancelled must not end what others wait for.
            await asyncio.wait({self._fetch_once(self._read)})
        if not self._keys:
            raise KeysUnavailable(math.ceil(self.pause))
        return None if kid is None else self._keys.get(kid)

    def _may_fetch(self) -> bool:
        running = self._fetching is not None and not self._fetching.done()
        return running or time.monotonic() - self._begun >= self.pause

    async def _keep_fresh(self, read: Source, fresh: bool) -> None:
        while True:
            await asyncio.sleep(self.refresh if fresh else self.pause)
            fresh = await self._fetch_once(read)

    def _fetch_once(self, read: Source) -> asyncio.Task[bool]:
        """The fetch that runs, or a new one."""
        if self._fetching is None or self._fetching.done():
            # In a context of its own: it is no part of the request that happens to ask first.
            own = contextvars.Context()
            self._fetching = asyncio.create_task(self._fetch(read), context=own)
        return self._fetching

    async def _fetch(self, read: Source) -> bool:
        """Replace the keys by those that are published now; whether that succeeded."""
        self._begun = time.monotonic()
        try:
            async with asyncio.timeout(self.limit):
                content = await read()
            self._keys = key_set(content, self.algorithms)
        except Exception as error:  # whatever it is: the next time may be better
            why = str(error) or type(error).__name__
            kept = f"{len(self._keys)} known keys hold" if self._keys else "there are none yet"
            logger.error("The keys of AUTH_JWKS cannot be read: %s; %s", why, kept)
            return False
        return True
