"""Where a key set comes from: an address or a file, both bounded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

# A provider's few keys have 2–20 kB. The worst 64 kB, 400 keys on a curve, hold up the event loop
# for 16 ms when they are read.
LIMIT_BYTES = 65_536
# For each step; app/identity/keys.py bounds the whole.
TIMEOUT = httpx.Timeout(2)
# Not compressed: a kilobyte of gzip can be a megabyte of spaces before its size is seen.
HEADERS = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}

Source = Callable[[], Awaitable[bytes]]


@asynccontextmanager
async def opened(where: str) -> AsyncIterator[Source]:
    """What reads the key set at `where`, an address or the path of a file.

    It raises httpx.HTTPError, OSError, or ValueError when there is too much to read.
    """
    if urlsplit(where).scheme not in {"https", "http"}:
        yield lambda: asyncio.to_thread(_read, Path(where))
        return
    # Made once, for that loads the certificates and takes 70 ms; and not the client for calls to
    # other services, which passes on the id of a request: a fetch is no part of one.
    async with httpx.AsyncClient(timeout=TIMEOUT, headers=HEADERS) as client:
        yield lambda: _fetch(client, where)


async def _fetch(client: httpx.AsyncClient, url: str) -> bytes:
    content = bytearray()
    async with client.stream("GET", url) as response:
        response.raise_for_status()
        async for chunk in response.aiter_raw():
            content += chunk
            _bounded(content)
    return bytes(content)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LIMIT_BYTES + 1)
    _bounded(content)
    return content


def _bounded(content: bytes | bytearray) -> None:
    if len(content) > LIMIT_BYTES:
        raise ValueError(f"it has more than {LIMIT_BYTES} bytes")
