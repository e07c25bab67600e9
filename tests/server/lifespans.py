"""Applications with contexts, for servers to run: `tests.server.lifespans:NAME`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from config.asgi import application

from app.serving.lifespan import Lifespan

logger = logging.getLogger(__name__)
# Named by the module: a task that waits for what nothing else knows is garbage, and is collected.
NEVER = asyncio.Event()


@asynccontextmanager
async def good() -> AsyncIterator[None]:
    """Say when it is entered and left."""
    logger.warning("good entered")
    yield
    logger.warning("good left")


@asynccontextmanager
async def endless() -> AsyncIterator[None]:
    """Does not end by itself."""
    yield
    await NEVER.wait()


class Bad(AbstractAsyncContextManager[None]):
    """Cannot be entered."""

    async def __aenter__(self) -> None:
        raise ConnectionError("nobody there")

    async def __aexit__(self, *_: object) -> None:
        raise AssertionError("was never entered")


inner = application.app
living = Lifespan(inner, [good, endless], limit=0.5)
failing = Lifespan(inner, [good, Bad])
