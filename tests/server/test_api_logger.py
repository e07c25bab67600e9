"""The question's API logger: each request's own fields, however many are served at once."""

import asyncio
import json
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from tests.server.harness import Server, gunicorn, wait_until

pytestmark = pytest.mark.usefixtures("postgres")
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.server.api_logger_settings",
    "WEB_CONCURRENCY": "2",
}


async def ask(server: Server, number: int) -> int:
    """POST as customer `number`; the id of the process that answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    body = f"body of {number}".encode()
    head = (
        f"POST /customer/c{number} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"User-Agent: agent-{number}\r\nX-Request-ID: id-{number}\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 200")
    return int(answer.rpartition(b"\r\n\r\n")[2])


def records(server: Server) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in server.output().splitlines()]
    return [line for line in lines if line["logger"] == "api"]


def test_a_hundred_interleaved_requests_over_two_workers_have_their_own_fields() -> None:
    with gunicorn(SETTINGS) as server:
        wait_until(lambda: server.output().count("startup complete") == 2, 20, "two workers serve")

        async def hundred() -> list[int]:
            return await asyncio.gather(*(ask(server, number) for number in range(100)))

        pids = asyncio.run(hundred())
        assert set(pids) == set(server.worker_pids())
        wait_until(lambda: len(records(server)) == 200, 5, "two records for each")
        for number, pid in enumerate(pids):
            arrived, ended = (r for r in records(server) if r["request_id"] == f"id-{number}")
            assert (arrived["message"], ended["message"]) == ("IN", "OUT")
            for record in arrived, ended:
                assert record["process.pid"] == pid
                assert record["customer"] == f"c{number}"
                assert record["user_agent.original"] == f"agent-{number}"
                assert record["url.original"] == f"/customer/c{number}"
                assert record["http.request.method"] == "POST"
                assert record["client.address"] == "127.0.0.1"
            assert arrived["http.request.body.content"] == f"body of {number}"
            assert ended["http.response.status_code"] == 200
            took = datetime.fromisoformat(ended["time"]) - datetime.fromisoformat(arrived["time"])
            assert abs(took.total_seconds() * 1000 - ended["duration_ms"]) < 2
            assert ended["duration_ms"] >= 499  # uvloop counts in milliseconds: 499.976 was seen
        assert Counter(r["process.pid"] for r in records(server)) == Counter(pids * 2)
