"""Who leaves the loop: each call of `run_in_executor`, through which every hop passes."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import override_settings

from app.serving.handler import AsyncHandler
from tests.serving.middleware.both import Browser, Step
from tests.serving.stacks import EXTRA_ON_LOOP, ON_LOOP

ALL = [*EXTRA_ON_LOOP, *ON_LOOP]
GONE = {"sessionid": "nobodys0session0key0nobodys0sess"}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    run_in_executor = asyncio.BaseEventLoop.run_in_executor

    def counting(loop: Any, executor: Any, func: Any, *args: Any) -> Any:
        seen.append(func)
        return run_in_executor(loop, executor, func, *args)

    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", counting)
    return seen


def walk(calls: list[Any], *steps: Step, middleware: Sequence[str] = ALL) -> list[list[str]]:
    """The hops of each step, by name."""

    async def all_steps() -> list[list[str]]:
        browser = Browser(AsyncHandler())
        hops = []
        for step in steps:
            calls.clear()
            answer = await browser.take(step)
            assert answer.status
            hops.append(answer.scope["hops"])
            assert len(calls) == len(hops[-1])
        return hops

    with override_settings(MIDDLEWARE=list(middleware)):
        return asyncio.run(all_steps())


FORM = {"csrfmiddlewaretoken": "{token}"}
NO_SESSION = (
    Step("/hello/"),
    Step("/hello/", headers={"accept-encoding": "gzip"}),
    Step("/big/", headers={"accept-encoding": "gzip"}),
    Step("/stream/", headers={"accept-encoding": "gzip"}),
    Step("/hello/", headers={"origin": "https://page.example"}),
    Step(
        "/hello/",
        "OPTIONS",
        headers={"origin": "https://page.example", "access-control-request-method": "PUT"},
    ),
    Step("/token/"),
    Step("/form/", "POST", form=FORM),
    Step("/form/", "POST", form={}),
    Step("/exempt/", "POST", form={}),
    Step("/session/get/"),
    Step("/user/"),
    Step("/user/remembered/"),
    Step("/messages/add/?count=2&size=5"),
    Step("/messages/read/"),
    Step("/missing/"),
    Step("/hello"),
    Step("/error/"),
    Step("/greeting/", headers={"accept-language": "de"}),
    Step("/prefixed/"),
    # A session's cookie alone costs nothing, whatever is behind it.
    Step("/hello/", cookies=GONE),
    Step("/form/", "POST", form={}),
    Step("/messages/add/?count=2&size=5"),
    Step("/messages/read/"),
    Step("/session/set/?k=v&status=500", cookies={"sessionid": ""}),
)


@pytest.mark.parametrize("engine", ["db", "cached_db", "cache", "file", "signed_cookies"])
def test_no_hop_without_a_stored_session(calls: list[Any], engine: str) -> None:
    with override_settings(SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}"):
        hops = walk(calls, *NO_SESSION)
    for step, names in zip(NO_SESSION, hops, strict=True):
        assert names == [], step


SESSION = (
    Step("/session/set/?k=v"),
    Step("/session/get/"),
    Step("/hello/"),
    Step("/session/set/?k=w"),
    Step("/session/cycle/"),
    Step("/session/flush/"),
    Step("/messages/add/?count=5&size=400"),
    Step("/hello/"),
    Step("/messages/read/"),
)


@pytest.mark.parametrize("in_session", [False, True])
def test_signed_cookies_never_hop(calls: list[Any], in_session: bool) -> None:
    with override_settings(
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        SESSION_SAVE_EVERY_REQUEST=True,
        CSRF_USE_SESSIONS=in_session,
    ):
        assert not any(walk(calls, *NO_SESSION, *SESSION))


def test_print(calls: list[Any], tables: None) -> None:
    for engine in ["cache", "db"]:
        for in_session in (False, True):
            with override_settings(
                SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}",
                CSRF_USE_SESSIONS=in_session,
            ):
                for s, h in zip(SESSION, walk(calls, *SESSION), strict=True):
                    print(engine, in_session, s.path, h)
    assert 0
