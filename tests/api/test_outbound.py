"""The client for calls to other services."""

import asyncio

import httpx
import pytest

from app.api.outbound import LIMITS, TIMEOUT, Outbound, outbound
from app.telemetry import request_id


async def call(client: httpx.AsyncClient, **headers: str) -> dict[str, str]:
    """The headers that another service gets, all in lower case."""
    got: dict[str, str] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        for line in head.split("\r\n")[1:-2]:
            name, _, value = line.partition(": ")
            got[name] = value
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        response = await client.get(f"http://127.0.0.1:{port}/", headers=headers)
        assert response.status_code == 204
    return got


def test_passes_the_request_on() -> None:
    async def main() -> None:
        own = Outbound()
        async with own.open():
            trace = "0af7651916cd43dd8448eb211c80319c"
            request_id.enter(
                {
                    b"x-request-id": b"id-7",
                    b"traceparent": f"00-{trace}-b7ad6b7169203331-01".encode(),
                }
            )
            sent = await call(own.client)
            assert sent["x-request-id"] == "id-7"
            assert sent["traceparent"].split("-")[1] == trace
            assert (await call(own.client, **{"X-Request-ID": "x"}))["x-request-id"] == "x"
            request_id.leave()
            assert not {"x-request-id", "traceparent"} & set(await call(own.client))

    asyncio.run(main())


def test_has_limits() -> None:
    assert None not in (TIMEOUT.connect, TIMEOUT.read, TIMEOUT.write, TIMEOUT.pool)
    assert None not in (LIMITS.max_connections, LIMITS.keepalive_expiry)

    async def main() -> None:
        async with Outbound().open() as client:
            assert client.timeout == TIMEOUT

    asyncio.run(main())


def test_is_there_only_while_it_is_open() -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match=r"outbound\.open"):
            _ = outbound.client
        async with outbound.open() as client:
            assert outbound.client is client
        assert client.is_closed
        with pytest.raises(RuntimeError):
            _ = outbound.client

    asyncio.run(main())
