import asyncio
import threading
from typing import Any
from unittest.mock import Mock

import pytest
from asgiref.sync import iscoroutinefunction
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.utils.deprecation import MiddlewareMixin

from app.serving.handler import AsyncHandler
from app.serving.middleware.on_loop import OnLoop
from tests.client import ask
from tests.serving.stacks import EXTRA_ON_LOOP, ON_LOOP

ran: list[tuple[str, str]] = []


def _ran(hook: str) -> None:
    ran.append((hook, threading.current_thread().name))


class Hooks(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        _ran("request")
        return HttpResponse("early") if "early" in request.GET else None

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        _ran("view")
        return HttpResponse("instead") if "instead" in request.GET else None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        _ran("response")
        response["Hooks"] = "ran"
        return response


class HooksOnLoop(OnLoop, Hooks):
    pass


class Awaited(OnLoop):
    """A subclass may have a native hook of its own."""

    async def process_view(self, request: HttpRequest, *args: Any) -> None:
        _ran("awaited view")


def reply(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in time")


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


@pytest.mark.parametrize(
    ("path", "body", "hooks"),
    [
        ("/hello/", b'{"hello": "world"}', ["request", "view", "response"]),
        ("/hello/?early", b"early", ["request", "response"]),
        ("/hello/?instead", b"instead", ["request", "view", "response"]),
    ],
)
def test_hooks_run_on_the_loop(path: str, body: bytes, hooks: list[str]) -> None:
    here = threading.current_thread().name
    with override_settings(MIDDLEWARE=[f"{__name__}.HooksOnLoop"]):
        answer = asyncio.run(ask(AsyncHandler(), path))
    assert answer.body == body
    assert ("hooks", "ran") in answer.headers
    assert ran == [(hook, here) for hook in hooks]
    assert answer.scope["hops"] == []


def test_what_it_is_against() -> None:
    with override_settings(MIDDLEWARE=[f"{__name__}.Hooks"]):
        answer = asyncio.run(ask(AsyncHandler(), "/hello/"))
    assert len(answer.scope["hops"]) == 4  # three hooks, and the thread's end
    assert threading.current_thread().name not in dict(ran).values()


def test_a_native_hook_is_left_as_it_is() -> None:
    with override_settings(MIDDLEWARE=[f"{__name__}.Awaited"]):
        answer = asyncio.run(ask(AsyncHandler(), "/hello/"))
    assert (answer.status, answer.scope["hops"]) == (200, [])
    assert ran == [("awaited view", threading.current_thread().name)]


def test_below_synchronous_code_it_is_djangos_own() -> None:
    middleware = HooksOnLoop(reply)
    assert not iscoroutinefunction(middleware)
    assert not iscoroutinefunction(middleware.process_view)
    response = middleware(RequestFactory().get("/"))
    assert isinstance(response, HttpResponse)
    assert (response.content, response["Hooks"]) == (b"in time", "ran")


@pytest.mark.django_db  # a connection that another test left open is asked whether it is too old
def test_the_whole_stack_under_wsgi() -> None:
    start_response = Mock()
    environ = RequestFactory().get("/hello/").environ | {"SERVER_NAME": "localhost"}
    with override_settings(MIDDLEWARE=[*EXTRA_ON_LOOP, *ON_LOOP]):
        response = WSGIHandler()(environ, start_response)
    status, headers = start_response.call_args.args
    assert status == "200 OK"
    assert ("X-Frame-Options", "DENY") in headers
    assert b"".join(response) == b'{"hello": "world"}'
    response.close()
