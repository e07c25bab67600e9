"""The pool on a running service: whole after whatever requests did, and small enough to fill."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from app.identity.mint import mint
from app.serving.unavailable import REASONS
from tests.server.busy import read_response
from tests.server.caller import Caller, Reply
from tests.server.harness import Server, gunicorn, status_of, wait_until
from tests.server.test_sleepers import metric

NAME = "pool-test"
POOL, WORKERS = 4, 2
SIZE, AVAILABLE = "asgi_database_pool_size", "asgi_database_pool_available"
NOBODY = f"/api/notes/{UUID(int=0)}"
PATHS = ["/api/notes", "/api/notes?tag=x&limit=3", NOBODY, "/nowhere", "/api/async_sleep/"]


@contextmanager
def serving(postgres: str, **env: str) -> Iterator[Server]:
    """With an application_name of its own, as the tests themselves have connections too."""
    url = f"{postgres}&application_name={NAME}"
    with gunicorn({"DATABASE_URL": url, "DB_POOL_MAX": str(POOL), **env}) as server:
        yield server


def backends(postgres: str) -> list[tuple[str, str]]:
    """What each of the service's connections is called, and what it does."""
    query = "SELECT application_name, state FROM pg_stat_activity WHERE application_name LIKE %s"
    with psycopg.connect(postgres) as connection:
        return connection.execute(query, [f"{NAME}%"]).fetchall()


def assert_whole(server: Server, postgres: str, workers: int = 1) -> None:
    """Nothing is in use, nothing was lost, and no more than allowed was ever opened."""
    wait_until(
        lambda: 0 < metric(server, SIZE) == metric(server, AVAILABLE) <= workers * POOL,
        20,
        "all connections are back",
    )

    def resting() -> bool:
        return {state for _, state in backends(postgres)} == {"idle"}

    wait_until(resting, 20, "no statement runs and no transaction is open")
    names = Counter(name for name, _ in backends(postgres))
    assert names.keys() <= {NAME, f"{NAME} readiness"}
    assert 0 < names[NAME] <= workers * POOL
    assert names[f"{NAME} readiness"] <= workers


def request(
    method: str, path: str, token: str, content: Any = None, more: Mapping[str, str] | None = None
) -> bytes:
    body = b"" if content is None else json.dumps(content).encode()
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in (more or {}).items()),
    ]
    return "\r\n".join([*head, "\r\n"]).encode() + body


async def mixed(server: Server, number: int) -> Counter[int]:
    """So many requests, 40 at a time, on a connection each; status 0 is a client that left."""
    token = mint("acme", ["notes:read", "notes:write"])
    found: Counter[int] = Counter()
    room = asyncio.Semaphore(40)

    async def one(nth: int) -> None:
        async with room:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            if nth % 7 < 2:
                writer.write(request("POST", "/api/notes", token, {"text": "x", "tags": ["x"]}))
            else:
                writer.write(request("GET", PATHS[nth % len(PATHS)], token))
            await writer.drain()
            if nth % 3:
                found[(await read_response(reader))[0]] += 1
            else:
                await asyncio.sleep((0, 0.001, 0.01, 0.1)[nth % 4])  # anywhere within it
                found[0] += 1
            writer.close()
            await writer.wait_closed()

    async with asyncio.TaskGroup() as group:
        for nth in range(number):
            group.create_task(one(nth))
    return found


def test_1000_mixed_requests_leave_the_pool_whole(postgres: str) -> None:
    settings = {"WEB_CONCURRENCY": str(WORKERS), "DB_MAX_WAITING": "60", "DB_POOL_TIMEOUT": "30"}
    with serving(postgres, **settings) as server:
        found = asyncio.run(mixed(server, 1000))
        assert found.total() == 1000
        assert found.keys() == {0, 200, 201, 404}
        wait_until(lambda: left(server) > 10, 10, "some left in the middle")
        assert_whole(server, postgres, WORKERS)


def left(server: Server) -> int:
    """How many clients went before their answer, by the log."""
    return server.output().count('"http.response.status_code":499')


@contextmanager
def locked(postgres: str) -> Iterator[psycopg.Connection[Any]]:
    """The table of notes taken: who wants it has a connection, and waits in the database."""
    with psycopg.connect(postgres) as connection:
        connection.execute("LOCK TABLE notes_note IN ACCESS EXCLUSIVE MODE")
        yield connection


def waiting_for_the_lock(postgres: str) -> int:
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = %s AND wait_event_type = 'Lock'"
    )
    with psycopg.connect(postgres) as connection:
        found = connection.execute(query, [NAME]).fetchone()
    return int(found[0]) if found else 0


def test_an_exhausted_pool_is_no_unreadiness_and_holds_up_nobody_else(postgres: str) -> None:
    def read() -> Reply:
        caller = Caller(server)
        try:
            return caller("GET", "/api/notes")
        finally:
            caller.close()

    # The readiness check has time on a busy machine; no time would give it one of these.
    settings = {"DB_POOL_TIMEOUT": "8", "DB_MAX_WAITING": "3", "READY_TIMEOUT_SECONDS": "20"}
    unavailable = "asgi_database_unavailable_total"
    with serving(postgres, **settings) as server, ThreadPoolExecutor(20) as pool:
        with locked(postgres):
            holding = [pool.submit(read) for _ in range(POOL)]
            wait_until(lambda: waiting_for_the_lock(postgres) == POOL, 20, "the pool is empty")
            waiting = [pool.submit(read) for _ in range(3)]
            name = "asgi_database_pool_waiting"
            wait_until(lambda: metric(server, name) == 3, 20, "all places are taken")
            refused = [pool.submit(read) for _ in range(10)]
            for request_ in refused:
                assert_unavailable(request_.result(20), "refused")
            # Each of these is asked while the pool is empty, and after verdicts were kept.
            while not all(request_.done() for request_ in waiting):
                for path in ("/livez", "/readyz", "/api/async_sleep/"):
                    assert status_of(server.url + path, timeout=20) == 200
            for request_ in waiting:
                assert_unavailable(request_.result(), "timeout")
            assert status_of(server.url + "/readyz") == 200
            assert waiting_for_the_lock(postgres) == POOL
        assert {request_.result(20).status for request_ in holding} == {200}
        assert metric(server, f'{unavailable}{{reason="refused"}}') == 10
        assert metric(server, f'{unavailable}{{reason="timeout"}}') == 3
        assert_whole(server, postgres)


def assert_unavailable(reply: Reply, reason: str) -> None:
    assert reply.status == 503
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["retry-after"] == "1"
    assert reply.content["detail"] == REASONS[reason]
    assert (reply.seconds > 7) == (reason == "timeout")


@pytest.mark.parametrize("key", [None, "once"])
def test_a_write_whose_client_goes_is_whole_or_absent(postgres: str, key: str | None) -> None:
    text = f"cut {key} {uuid4()}"
    token = mint("acme", ["notes:read", "notes:write"])
    headers = {} if key is None else {"Idempotency-Key": text.replace(" ", "-")}
    with serving(postgres) as server:
        with locked(postgres), socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(request("POST", "/api/notes", token, {"text": text}, headers))
            wait_until(lambda: waiting_for_the_lock(postgres) == 1, 20, "it is in the database")
            client.close()
            # It is heard of at once, and waits for its thread: that ends with the transaction.
            assert status_of(server.url + "/livez") == 200
        wait_until(lambda: left(server) == 1, 20, "the log has its 499")
        assert_whole(server, postgres)
        [line] = [json.loads(each) for each in server.output().splitlines() if ":499" in each]
    assert (line["url.path"], line["hops"]) == ("/api/notes", 2)
    with psycopg.connect(postgres) as connection:
        count = "SELECT (SELECT count(*) FROM notes_note WHERE text = %s)"
        count += ", (SELECT count(*) FROM api_idempotencykey WHERE key = %s AND status = 201)"
        found = connection.execute(count, [text, headers.get("Idempotency-Key")]).fetchone()
    assert found == (1, key is not None)
