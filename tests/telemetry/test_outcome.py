"""What is read off a response's messages while they pass."""

import asyncio
from typing import Any

import pytest

from app.asgi import Message
from app.telemetry.outcome import Outcome
from tests.client import http_scope

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
BODY: Message = {"type": "http.response.body", "body": b"12345"}
MORE: Message = {**BODY, "more_body": True}


def sent(*messages: Message, method: str = "GET", **more: Any) -> tuple[Outcome, list[Message]]:
    received: list[Message] = []

    async def send(message: Message) -> None:
        received.append(message)

    async def run() -> Outcome:
        outcome = Outcome(http_scope(method=method, request_id="own", **more), send)
        for message in messages:
            await outcome.send(message)
        return outcome

    return asyncio.run(run()), received


def test_the_id_is_added_to_a_copy() -> None:
    headers = [(b"Content-Type", b"text/plain")]
    start = {**START, "headers": headers}
    outcome, received = sent(start, BODY)
    assert received[0]["headers"] == [*headers, (b"x-request-id", b"own")]
    assert start["headers"] is headers
    assert headers == [(b"Content-Type", b"text/plain")]
    assert received[1] is BODY
    assert outcome.content_type == "text/plain"


def test_an_id_of_the_applications_gives_way() -> None:
    _, received = sent({**START, "headers": iter([(b"X-Request-Id", b"another")])})
    assert received[0]["headers"] == [(b"x-request-id", b"own")]


def test_other_headers_pass_in_their_order() -> None:
    headers = [(b"Vary", b"a"), (b"content-length", b"5"), (b"vary", b"b")]
    _, received = sent({**START, "headers": headers})
    assert received[0]["headers"] == [*headers, (b"x-request-id", b"own")]


def test_headers_are_optional() -> None:
    outcome, received = sent({"type": "http.response.start", "status": 204})
    assert received[0]["headers"] == [(b"x-request-id", b"own")]
    assert outcome.content_type == ""


@pytest.mark.parametrize(
    ("messages", "size", "streaming", "complete"),
    [
        ([], 0, False, False),
        ([START], 0, False, False),
        ([START, BODY], 5, False, True),
        ([START, {"type": "http.response.body"}], 0, False, True),
        ([START, MORE], 5, True, False),
        ([START, MORE, MORE, BODY], 15, True, True),
    ],
)
def test_a_body_is_counted(
    messages: list[Message], size: int, streaming: bool, complete: bool
) -> None:
    outcome, received = sent(*messages)
    assert (outcome.bytes, outcome.streaming, outcome.complete) == (size, streaming, complete)
    assert outcome.begun is bool(messages)
    assert len(received) == len(messages)


def test_the_body_of_head_is_not_sent_so_not_counted() -> None:
    assert sent(START, BODY, method="HEAD")[0].bytes == 0


@pytest.mark.parametrize(
    ("message", "size"),
    [
        ({"type": "http.response.pathsend", "path": "/f"}, 700),
        ({"type": "http.response.zerocopysend", "file": 3}, 700),
        ({"type": "http.response.zerocopysend", "file": 3, "count": 30}, 30),
    ],
)
def test_files_sent_by_the_server_are_counted(message: Message, size: int) -> None:
    outcome, received = sent({**START, "headers": [(b"content-length", b"700")]}, message)
    assert outcome.bytes == size
    assert outcome.complete
    assert received[1] is message


def test_a_length_that_is_none_is_not_counted() -> None:
    start = {**START, "headers": [(b"content-length", b"x")]}
    assert sent(start, {"type": "http.response.pathsend", "path": "/f"})[0].bytes == 0


def test_with_trailers_the_response_ends_after_them() -> None:
    start = {**START, "trailers": True}
    trailers = {"type": "http.response.trailers", "headers": []}
    assert not sent(start, BODY)[0].complete
    assert not sent(start, BODY, {**trailers, "more_trailers": True})[0].complete
    outcome, received = sent(start, BODY, trailers)
    assert outcome.complete
    assert received[2] is trailers


def test_hints_and_unknown_messages_pass() -> None:
    hint = {"type": "http.response.early_hint", "links": []}
    outcome, received = sent(hint)
    assert received[0] is hint
    assert not outcome.begun


@pytest.mark.parametrize(
    ("messages", "more", "status"),
    [
        ([], {}, 499),
        ([START], {}, 499),
        ([START, MORE], {}, 499),
        ([START, BODY], {}, 200),
        ([{**START, "status": 404}, BODY], {}, 404),
        ([], {"exception": OSError()}, 500),
        ([START, MORE], {"exception": OSError()}, 500),
        ([{**START, "status": 418}, BODY], {"exception": OSError()}, 418),
        ([], {"ended_by": "drain limit"}, 503),
        ([START, MORE], {"ended_by": "drain limit"}, 200),
        ([START, BODY], {"ended_by": "drain limit"}, 200),
        ([], {"ended_by": "drain limit", "exception": OSError()}, 500),
    ],
)
def test_the_status_says_how_it_ended(
    messages: list[Message], more: dict[str, Any], status: int
) -> None:
    assert sent(*messages, **more)[0].status() == status


def test_a_client_that_cannot_be_sent_to_is_lost() -> None:
    async def run() -> Outcome:
        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                raise BrokenPipeError

        outcome = Outcome(http_scope(request_id="own"), send)
        await outcome.send(START)
        assert not outcome.lost
        with pytest.raises(BrokenPipeError):
            await outcome.send(BODY)
        return outcome

    outcome = asyncio.run(run())
    assert outcome.lost
    assert outcome.status() == 499


def test_time_runs() -> None:
    outcome, _ = sent()
    assert 0 < outcome.seconds() < outcome.seconds()
