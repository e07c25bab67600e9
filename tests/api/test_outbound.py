"""The client for calls to other services."""

import asyncio

import httpx
import pytest

from app.api.outbound import LIMITS, TIMEOUT, Outbound, outbound
from app.telemetry import request_id


async def call(client: httpx.AsyncClient, **headers: str) -> httpx.Request:
    """The request as it would be sent."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    client._transport = httpx.MockTransport(answer)
    await client.get("http://service.example/", headers=headers)
    return seen[0]


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
            assert sent.headers["X-Request-ID"] == "id-7"
            assert sent.headers["traceparent"].split("-")[1] == trace
            assert (await call(own.client, **{"X-Request-ID": "x"})).headers["X-Request-ID"] == "x"
            request_id.leave()
            assert "X-Request-ID" not in (await call(own.client)).headers

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
