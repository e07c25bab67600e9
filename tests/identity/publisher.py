"""A provider whose answers tests hold in their hands."""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.identity.key_sources import Source
from app.identity.published_keys import PublishedKeys
from tests.identity.provider import ALGORITHMS, public_jwk, published

LONG = 1000.0
request = contextvars.ContextVar("request", default="")


class Provider:
    """Answers with `answer`; while `gate` is not set it hangs."""

    def __init__(self, *kids: str) -> None:
        self.publish(*kids)
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: asyncio.Queue[str] = asyncio.Queue()
        self.closed = False

    def publish(self, *kids: str) -> None:
        self.answer: bytes | Exception = published(*(public_jwk("ES256", kid) for kid in kids))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Source]:
        yield self.read
        self.closed = True

    async def read(self) -> bytes:
        self.asked.put_nowait(request.get())
        await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def keys(self, **times: float) -> PublishedKeys:
        """Its keys, which by default are not fetched a second time."""
        return PublishedKeys(
            self.opened, ALGORITHMS, **{"refresh": LONG, "pause": LONG, "limit": LONG, **times}
        )
