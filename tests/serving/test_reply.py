"""Answers below Django."""

import asyncio
import json

import pytest

from app.asgi import Message
from app.serving.reply import problem_body, reply


@pytest.mark.parametrize("request_id", [None, "abc"])
def test_a_reply_is_a_whole_problem(request_id: str | None) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"allow", b"GET")]
    asyncio.run(reply(send, 405, "No.", headers=headers, request_id=request_id))
    start, end = sent
    body = end["body"]
    assert start["status"] == 405
    assert dict(start["headers"]) == {
        b"content-type": b"application/problem+json",
        b"content-length": str(len(body)).encode(),
        b"allow": b"GET",
    }
    assert not end["more_body"]
    expected = {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "No.",
    }
    if request_id:
        expected["request_id"] = request_id
    assert json.loads(body) == expected == json.loads(problem_body(405, "No.", request_id))
