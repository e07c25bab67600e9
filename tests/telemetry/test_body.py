"""The first bytes of a body, as they pass."""

import asyncio

import pytest

from app.asgi import Message
from app.telemetry.body import FirstBytes


def passed(limit: int, *messages: Message) -> FirstBytes:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    async def read() -> FirstBytes:
        body = FirstBytes(receive, limit)
        assert [await body.receive() for _ in messages] == list(messages)
        return body

    return asyncio.run(read())


@pytest.mark.parametrize("limit", [0, 1, 4, 5, 10, 11, 100])
def test_only_the_first_bytes_are_kept_and_all_are_counted(limit: int) -> None:
    body = passed(
        limit,
        {"type": "http.request", "body": b"01234", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"56789"},
        {"type": "http.disconnect"},
    )
    assert bytes(body.data) == b"0123456789"[:limit]
    assert body.size == 10


def test_nothing_received_is_nothing_seen() -> None:
    body = passed(10, {"type": "http.disconnect"})
    assert (bytes(body.data), body.size) == (b"", 0)
