"""Bodies are bounded before the application has them."""

import asyncio
import json
from collections.abc import Iterable

import pytest

from app.asgi import App, Message, Receive, Scope, Send
from app.serving.limits import Limits
from tests.client import Answer, ask
from tests.serving.wire import Reader, answer

CHUNKED = ((b"transfer-encoding", b"chunked"),)


def length(text: bytes) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"content-length", text),)


def asked(
    app: App,
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: Iterable[bytes] = (b"",),
    path: str = "/",
    http_version: str = "1.1",
) -> Answer:
    limits = Limits(app, 10, lambda scope: 20 if scope["path"] == "/large" else None)
    return asyncio.run(ask(limits, path, headers=headers, body=body, http_version=http_version))


def refused(answer: Answer) -> bool:
    """Whether it is a 413 that closes."""
    if answer.status != 413:
        return False
    assert ("connection", "close") in answer.headers
    problem = json.loads(answer.body)
    assert (problem["status"], problem["title"]) == (413, "Content Too Large")
    assert answer.complete
    return True


@pytest.mark.parametrize("headers", [(), length(b"0"), length(b"10")])
def test_what_fits_passes(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert asked(Reader(), headers).status == 200


def test_a_declared_length_is_refused_before_anything_is_read() -> None:
    reader = Reader()
    assert refused(asked(reader, length(b"11")))
    assert refused(asked(reader, length(b"9" * 18)))
    assert reader.scopes == []


@pytest.mark.parametrize("value", [b"x", b"-1", b"+1", b"9" * 5000])
def test_a_length_that_is_none_is_400(value: bytes) -> None:
    reader = Reader()
    answer = asked(reader, length(value))
    assert answer.status == 400
    assert ("connection", "close") in answer.headers
    assert reader.scopes == []


def test_what_was_not_declared_is_counted() -> None:
    assert asked(Reader(), CHUNKED, [b"12345", b"67890"]).body == b"10"
    reader = Reader()
    assert refused(asked(reader, CHUNKED, [b"12345", b"67890", b"1", b"never read"]))
    assert [message["type"] for message in reader.heard] == ["http.request"] * 2 + [
        "http.disconnect"
    ]


def test_http_2_has_bodies_that_nothing_announces() -> None:
    assert refused(asked(Reader(), (), [b"12345678901"], http_version="2"))
    assert asked(Reader(), (), [b""], http_version="2").status == 200


def test_a_view_may_have_its_own_limit() -> None:
    assert asked(Reader(), length(b"20"), path="/large").status == 200
    assert refused(asked(Reader(), length(b"21"), path="/large"))
    assert asked(Reader(), CHUNKED, [b"x" * 20], path="/large").status == 200
    assert refused(asked(Reader(), CHUNKED, [b"x" * 21], path="/large"))


def test_after_413_the_application_is_heard_no_more_and_told_to_go() -> None:
    heard: list[str] = []

    async def stubborn(_scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"] for _ in range(3)])
        await answer(send, b"too late")

    result = asked(stubborn, CHUNKED, [b"x" * 11])
    assert refused(result)
    assert len(result.messages) == 2
    assert heard == ["http.disconnect"] * 3


def test_a_response_that_has_begun_is_not_followed_by_another() -> None:
    async def echo(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (message := await receive())["type"] == "http.request":
            await send({"type": "http.response.body", "body": message["body"], "more_body": True})

    result = asked(echo, CHUNKED, [b"12345", b"678901"])
    assert result.status == 200
    assert result.body == b"12345"
    assert not result.complete


def test_other_scopes_pass() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    async def nothing(*_: Message) -> Message:
        return {}

    asyncio.run(Limits(app)({"type": "lifespan"}, nothing, nothing))  # type: ignore[arg-type] # never called
    assert seen == [{"type": "lifespan"}]


def test_the_default_is_one_mebibyte() -> None:
    for size, status in ((1024 * 1024, 200), (1024 * 1024 + 1, 413)):
        assert asyncio.run(ask(Limits(Reader()), headers=length(b"%d" % size))).status == status


@pytest.mark.parametrize("text", [b"11", b"x"])
def test_a_refusal_names_the_request(text: bytes) -> None:
    answer = asyncio.run(ask(Limits(Reader(), 10), headers=length(text), request_id="r1"))
    assert json.loads(answer.body)["request_id"] == "r1"
