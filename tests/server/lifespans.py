"""Applications with contexts, for servers to run: `tests.server.lifespans:NAME`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.serving.lifespan import Lifespan
from config.asgi import application


@asynccontextmanager
async def good() -> AsyncIterator[None]:
    """Say when it is entered and left."""
    print("good entered", flush=True)
    yield
    print("good left", flush=True)


@asynccontextmanager
async def endless() -> AsyncIterator[None]:
    """Does not end by itself."""
    yield
    await asyncio.Event().wait()


@asynccontextmanager
async def bad() -> AsyncIterator[None]:
    """Cannot be entered."""
    raise ConnectionError("nobody there")
    yield


inner = application.app
living = Lifespan(inner, [good, endless], limit=0.5)
failing = Lifespan(inner, [good, bad])
