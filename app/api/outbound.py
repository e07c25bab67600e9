"""Calls to other services: one client per process, with limits, that passes the request's id on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpcore  # noqa: F401 - httpx would import it with the first client, on the event loop
import httpx

from app.telemetry.request_id import outgoing_headers

# httpx's default is 5 s for each step, also for waiting for one of 100 connections.
TIMEOUT = httpx.Timeout(connect=2, read=10, write=10, pool=2)
# Idle connections end before the 60 s at which common load balancers end them.
# Read here, before there is a loop: on it the certificates of the system took 0.5 s under load.
TLS = httpx.create_ssl_context()
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30)


async def pass_on(request: httpx.Request) -> None:
    """Add `X-Request-ID` and `traceparent` of the request that is being served."""
    for name, value in outgoing_headers().items():
        request.headers.setdefault(name, value)


class Outbound:
    """Holds the process' client; `open` stands in the list of contexts in `config/asgi.py`.

    >>> response = await outbound.client.get("https://example.com/")
    """

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        """The client; RuntimeError outside of `open()`."""
        if self._client is None:
            raise RuntimeError("outbound.open is not in the list of contexts, or has been left")
        return self._client

    @asynccontextmanager
    async def open(self) -> AsyncIterator[httpx.AsyncClient]:
        """Open the client for as long as the process serves."""
        async with httpx.AsyncClient(
            verify=TLS, timeout=TIMEOUT, limits=LIMITS, event_hooks={"request": [pass_on]}
        ) as client:
            self._client = client
            try:
                yield client
            finally:
                self._client = None


outbound = Outbound()
