"""The readiness check of a PostgreSQL database: a connection of its own, no thread, no pool."""

import asyncio
import contextlib
import dataclasses
import datetime
import ipaddress
import os
import socket
from typing import Any, ClassVar, LiteralString

import psycopg
from django.db import connections
from health_check.base import HealthCheck

from app.serving import pools


@dataclasses.dataclass
class Database(HealthCheck):  # type: ignore[misc] # the library ships no types
    """`SELECT 1` on a connection that is kept and made anew when it fails.

    Never a connection of the pool: an exhausted pool means that this process is busy, not that it
    is broken, and taking it out of rotation would only load the others. Kept, because connecting
    takes 6 ms with SCRAM on loopback (one step of it holds the loop for 2.2 ms) and asking a kept
    one 0.16 ms; it costs one connection per worker on the server, by an application_name that ends
    with " readiness".

    Where the kept one is dead, so are those that idle in the pool: they are renewed before a new
    one makes the check pass, so that who is told of readiness can read.

    - `alias`: of Django's `DATABASES`; `timeout`: for one run, kept by whoever asks.

    Raises psycopg.Error, or OSError when the host's name is not found.
    """

    query: ClassVar[LiteralString] = "SELECT 1"

    alias: str = "default"
    timeout: datetime.timedelta = dataclasses.field(
        default=datetime.timedelta(seconds=1), repr=False
    )

    def __post_init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._lookup: asyncio.Future[Any] | None = None

    async def run(self) -> None:
        """Ask the kept connection; if it fails (the server was restarted), a new one."""
        if self._connection:
            try:
                # Half of the time, so that a peer that went away silently is no failure.
                await self._ask(self._connection, self.timeout.total_seconds() / 2)
            except psycopg.Error:
                await self.close()
                pools.renew(self.alias)
            else:
                return
        self._connection = await self._connect()
        try:
            await self._ask(self._connection, None)
        except BaseException:
            await self.close()
            raise

    async def judge(self, cursor: psycopg.AsyncCursor[Any]) -> None:
        """What else is to be seen in the answer; raises when it is not good."""

    async def close(self) -> None:
        """Close the kept connection."""
        if self._connection:
            await self._connection.close()
            self._connection = None

    async def _ask(self, connection: psycopg.AsyncConnection[Any], seconds: float | None) -> None:
        query = asyncio.ensure_future(connection.execute(self.query))
        try:
            await asyncio.wait({query}, timeout=seconds)
        finally:
            if not query.done():
                # A cancelled query makes psycopg connect once more, to cancel it on the server
                # too: 10 s with one that hangs. An ended socket is an error that it raises at once.
                # The peer may have ended it in this moment.
                with (
                    socket.socket(fileno=os.dup(connection.fileno())) as end,
                    contextlib.suppress(OSError),
                ):
                    end.shutdown(socket.SHUT_RDWR)
                await asyncio.wait({query})
                query.exception()
        if (error := query.exception()) is not None:
            raise error
        await self.judge(query.result())

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        # Django's own translation of its settings; it leaves the pool's options out.
        params = connections.create_connection(self.alias).get_connection_params()
        for synchronous in ("cursor_factory", "context"):
            params.pop(synchronous, None)
        params["application_name"] = f"{params.get('application_name', '')} readiness".lstrip()
        params |= await self._addresses(params)
        return await psycopg.AsyncConnection.connect(**params, autocommit=True)

    async def _addresses(self, params: dict[str, Any]) -> dict[str, Any]:
        """The host's addresses, with one look-up at a time.

        psycopg would look the name up too, but in a thread that a time limit cannot end: while a
        name server is silent each run would leave one more behind, until the loop's executor is
        full and nothing else can be looked up.
        """
        host = str(params.get("host", ""))
        if not host or "hostaddr" in params or host.startswith("/") or "," in host:
            return {}
        try:
            ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            return {}
        if self._lookup is None or self._lookup.done():
            self._lookup = asyncio.ensure_future(
                asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
            )
            # It may fail after everybody stopped waiting for it.
            self._lookup.add_done_callback(lambda done: done.cancelled() or done.exception())
        found = [entry[4][0] for entry in await asyncio.shield(self._lookup)]
        return {
            "host": ",".join(host for _ in found),
            "hostaddr": ",".join(found),
        }
