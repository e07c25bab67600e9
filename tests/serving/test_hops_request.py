"""Requests in this process, as a server would send them."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from app.asgi import App, Receive, Scope, Send
from app.serving.hops_request import Answer, Request, ask, ask_repeatedly, host
from app.serving.reply import reply


def once(app: App, request: Request) -> Answer:
    async def asking() -> Answer:
        return await ask(app, request)

    return asyncio.run(asking())


def headers(request: Request) -> dict[bytes, bytes]:
    return dict(request.scope()["headers"])


def test_scope(settings: Settings) -> None:
    scope = Request("/a?b=c", "PUT", [("X-One", "1"), ("X-One", "2")], b"body", "t").scope()
    assert (scope["path"], scope["query_string"], scope["method"]) == ("/a", b"b=c", "PUT")
    assert scope["scheme"] == "http"
    settings.SECURE_SSL_REDIRECT = True
    assert Request("/").scope()["scheme"] == "https"
    assert scope["headers"] == [
        (b"host", b"localhost"),
        (b"user-agent", b"hops"),
        (b"content-length", b"4"),
        (b"authorization", b"Bearer t"),
        (b"x-one", b"1"),
        (b"x-one", b"2"),
    ]


def test_given_headers_take_the_place_of_made_ones() -> None:
    request = Request("/", headers=[("Host", "other"), ("Authorization", "Basic x")], token="t")
    assert headers(request)[b"host"] == b"other"
    assert headers(request)[b"authorization"] == b"Basic x"
    assert b"content-length" not in headers(request)


@pytest.mark.parametrize(
    ("allowed", "name"),
    [
        ([], "localhost"),
        (["*"], "localhost"),
        ([".example.com"], "example.com"),
        (["a", "b"], "a"),
    ],
)
def test_host_is_one_that_passes(settings: Settings, allowed: list[str], name: str) -> None:
    settings.ALLOWED_HOSTS = allowed
    assert host() == name


def test_the_answer_and_its_road() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        assert not message["more_body"]
        with pytest.raises(TimeoutError):  # the client stays
            await asyncio.wait_for(receive(), 0)
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"you sent ", "more_body": True})
        await sync_to_async(len)("")
        await send({"type": "http.response.body", "body": message["body"]})

    answer = once(app, Request("/", "POST", body=b"this"))
    assert (answer.status, answer.body) == (201, b"you sent this")
    assert len(answer.road.hops) == 1


def test_an_application_that_says_nothing_has_status_0() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None: ...

    assert once(app, Request("/")).status == 0


def living(events: list[str], failure: str = "") -> Callable[..., Any]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        events.append(scope["type"])
        if scope["type"] == "http":
            await reply(send, 200, "")
            return
        for kind in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{kind}"
            events.append(kind)
            if failure:
                await send({"type": "lifespan.startup.failed", "message": failure})
                return
            await send({"type": f"lifespan.{kind}.complete"})

    return app


def test_requests_lie_within_the_lifespan() -> None:
    events: list[str] = []
    answers = asyncio.run(ask_repeatedly(living(events), Request("/"), 2))
    assert [answer.status for answer in answers] == [200, 200]
    assert events == ["lifespan", "startup", "http", "http", "shutdown"]


def test_an_application_that_cannot_start() -> None:
    events: list[str] = []
    with pytest.raises(RuntimeError, match="no database"):
        asyncio.run(ask_repeatedly(living(events, "no database"), Request("/"), 1))
    assert events == ["lifespan", "startup"]


def test_an_application_without_lifespan() -> None:
    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("http only")
        await reply(send, 204, "")

    [answer] = asyncio.run(ask_repeatedly(app, Request("/"), 1))
    assert answer.status == 204
