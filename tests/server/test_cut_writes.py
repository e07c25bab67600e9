"""Clients that go in the middle of a write, on a running service."""

import socket
from uuid import uuid4

import httpx
import psycopg
import pytest

from app.identity.mint import mint
from tests.server.harness import Server, gunicorn, wait_until

WAITING = "SELECT count(*) FROM pg_locks WHERE relation = 'notes_note'::regclass AND NOT granted"
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"


def one(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def send(server: Server, headers: dict[str, str], content: bytes) -> socket.socket:
    """A POST of which nobody will read the answer."""
    sent = {"Host": "localhost", "Content-Length": len(content), **headers}
    lines = [f"{name}: {value}" for name, value in sent.items()]
    head = "\r\n".join(["POST /api/notes HTTP/1.1", *lines, "", ""])
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(head.encode() + content)
    return client


@pytest.mark.timeout(300)
def test_the_write_is_whole_or_absent_and_its_retry_is_the_same(postgres: str) -> None:
    content = b'{"text": "Water the plants."}'
    headers = {
        "Authorization": f"Bearer {mint(uuid4().hex, ['notes:read', 'notes:write'])}",
        "Content-Type": "application/json",
        "Idempotency-Key": "once",
    }
    patient = {"DB_STATEMENT_TIMEOUT_SECONDS": "120"}
    with gunicorn(patient) as server, psycopg.connect(postgres) as connection:
        connection.execute("LOCK TABLE notes_note IN SHARE ROW EXCLUSIVE MODE")
        client = send(server, headers, content)
        wait_until(lambda: one(connection, WAITING) == 1, 60, "the write waits")
        client.close()
        connection.rollback()
        connection.autocommit = True
        wait_until(lambda: '"http.response.status_code":499' in server.output(), 60, "it is logged")
        wait_until(lambda: one(connection, OPEN) == 0, 60, "no transaction is open")

        again = httpx.post(f"{server.url}/api/notes", headers=headers, content=content, timeout=60)
        assert again.status_code == 201
        listed = httpx.get(f"{server.url}/api/notes", headers=headers, timeout=60).json()
        assert listed["items"] == [again.json()]
