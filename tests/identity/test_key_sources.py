"""Where a key set comes from: a real server on this machine, and files."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from app.identity.key_sources import LIMIT_BYTES, opened
from tests.identity.provider import published


@asynccontextmanager
async def answering(
    status: str, body: bytes, *headers: str
) -> AsyncIterator[tuple[str, bytearray]]:
    """The address of a server that answers so, and what it was asked."""
    asked = bytearray()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.extend(await reader.readuntil(b"\r\n\r\n"))
        head = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/jwks", asked


async def read(where: str) -> bytes:
    async with opened(where) as source:
        return await source()


def test_an_address() -> None:
    async def main() -> None:
        async with answering("200 OK", published()) as (url, asked):
            assert await read(url) == published()
            head = asked.decode().lower()
            assert "accept: application/jwk-set+json, application/json\r\n" in head
            assert "accept-encoding: identity\r\n" in head
            assert "x-request-id" not in head

    asyncio.run(main())


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "503 Service Unavailable"])
def test_an_answer_that_is_no_success(status: str) -> None:
    async def main() -> None:
        async with answering(status, published(), "location: /") as (url, _):
            with pytest.raises(httpx.HTTPStatusError):
                await read(url)

    asyncio.run(main())


def test_an_address_where_nobody_is() -> None:
    async def main() -> None:
        async with answering("200 OK", b"") as (url, _):
            pass
        with pytest.raises(httpx.ConnectError):
            await read(url)

    asyncio.run(main())


def test_an_answer_is_bounded() -> None:
    async def main() -> None:
        async with answering("200 OK", b"x" * LIMIT_BYTES) as (url, _):
            assert len(await read(url)) == LIMIT_BYTES
        async with answering("200 OK", b"x" * (LIMIT_BYTES + 1)) as (url, _):
            with pytest.raises(ValueError, match="more than 65536 bytes"):
                await read(url)

    asyncio.run(main())


def test_a_compressed_answer_is_not_unpacked() -> None:
    async def main() -> None:
        # A kilobyte of it would be a megabyte.
        bomb = gzip.compress(b" " * 10_000_000)
        async with answering("200 OK", bomb, "content-encoding: gzip") as (url, _):
            assert await read(url) == bomb

    asyncio.run(main())


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(published())
    assert asyncio.run(read(str(path))) == published()
    path.write_bytes(b"x" * (LIMIT_BYTES + 1))
    with pytest.raises(ValueError, match="more than"):
        asyncio.run(read(str(path)))
    with pytest.raises(FileNotFoundError):
        asyncio.run(read(str(tmp_path / "gone")))
