"""Who leaves the loop: each call of `run_in_executor`, through which every hop passes."""

import asyncio
import functools
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import override_settings

from app.serving.handler import AsyncHandler
from tests.serving.middleware import both
from tests.serving.middleware import test_csrf as csrf
from tests.serving.middleware.both import Browser, Step
from tests.serving.stacks import ANSWER, EXTRA_ON_LOOP, ON_LOOP

ALL = [*EXTRA_ON_LOOP, *ON_LOOP]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    run_in_executor = asyncio.BaseEventLoop.run_in_executor

    def counting(loop: Any, executor: Any, func: Any, *args: Any) -> Any:
        seen.append(func)
        return run_in_executor(loop, executor, func, *args)

    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", counting)
    return seen


def walk(calls: list[Any], *steps: Step) -> list[list[str]]:
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

    with override_settings(MIDDLEWARE=ALL):
        return asyncio.run(all_steps())


FORM = {"csrfmiddlewaretoken": "{token}"}
PREFLIGHT = {"origin": "https://page.example", "access-control-request-method": "PUT"}
NO_SESSION = (
    Step("/hello/"),
    Step("/hello/", headers={"accept-encoding": "gzip"}),
    Step("/big/", headers={"accept-encoding": "gzip"}),
    Step("/stream/", headers={"accept-encoding": "gzip"}),
    Step("/hello/", "OPTIONS", headers=PREFLIGHT),
    Step("/token/"),
    Step("/form/", "PUT", headers={"x-csrftoken": "{token}"}),
    Step("/form/", "POST", form=FORM),
    Step("/form/", "POST", form={}),
    Step("/exempt/", "POST", form={}),
    Step("/session/get/"),
    Step("/user/"),
    Step("/user/remembered/"),
    Step("/loop/user/"),
    Step("/messages/add/?count=2&size=5"),
    Step("/messages/read/"),
    Step("/missing/"),
    Step("/hello"),
    Step("/error/"),
    Step("/greeting/", headers={"accept-language": "de"}),
    Step("/prefixed/"),
    Step("/session/set/?k=v&status=500"),
    # A session's cookie alone costs nothing, whatever is behind it.
    Step("/hello/", cookies={"sessionid": "nobodys0session0key0nobodys0sess"}),
    Step("/token/"),
    Step("/form/", "POST", form=FORM),
    Step("/messages/add/?count=2&size=5"),
    Step("/messages/read/"),
)


@pytest.mark.parametrize("engine", ["db", "cached_db", "cache", "file", "signed_cookies"])
def test_no_hop_without_a_stored_session(calls: list[Any], engine: str) -> None:
    with override_settings(SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}"):
        hops = walk(calls, *NO_SESSION)
    for step, names in zip(NO_SESSION, hops, strict=True):
        assert by_middleware(names) == [], step


@pytest.mark.parametrize(
    "settings", [{"CSRF_FAILURE_VIEW": f"{csrf.__name__}.session_key"}, {"TEMPLATES": [csrf.PAGES]}]
)
def test_a_failure_page_of_the_project_has_a_thread(
    calls: list[Any], settings: dict[str, Any]
) -> None:
    with override_settings(**settings):
        (names,) = walk(calls, Step("/form/", "POST", form={}))
    assert by_middleware(names) == ["app.serving.middleware.csrf.CsrfViewMiddleware._reject"]


def test_a_mail_about_a_broken_link_has_a_thread(calls: list[Any]) -> None:
    link = {"referer": "http://other.example/page"}
    quiet, sent = walk(calls, Step("/hello/", headers=link), Step("/missing/", headers=link))
    assert by_middleware(quiet) == []
    assert by_middleware(sent) == [
        "app.serving.middleware.common.BrokenLinkEmailsMiddleware.process_response"
    ]


def by_middleware(names: list[str]) -> list[str]:
    """Without the end of a request that had a thread or parsed a form: the handler's own hop."""
    return [name for name in names if not name.endswith(".close")]


def test_messages_in_a_cookie_alone_never_need_the_session(calls: list[Any]) -> None:
    storage = "django.contrib.messages.storage.cookie.CookieStorage"
    with override_settings(MESSAGE_STORAGE=storage):
        assert walk(
            calls,
            Step("/messages/add/?count=5&size=400", cookies={"sessionid": "k" * 32}),
            Step("/messages/read/"),
        ) == [[], []]


SESSION = (
    Step("/session/set/?k=v"),
    Step("/session/get/"),
    Step("/hello/"),
    Step("/session/set/?k=w"),
    Step("/messages/add/?count=5&size=400"),
    Step("/hello/"),
    Step("/sync/messages/read/"),
    Step("/sync/session/get/"),
    Step("/session/cycle/"),
    Step("/session/flush/"),
    Step("/hello/"),
)


@pytest.mark.parametrize("in_session", [False, True])
def test_signed_cookies_never_hop(calls: list[Any], in_session: bool) -> None:
    steps = [step for step in SESSION if not step.path.startswith("/sync")]
    with override_settings(
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        SESSION_SAVE_EVERY_REQUEST=True,
        CSRF_USE_SESSIONS=in_session,
    ):
        hops = walk(calls, *NO_SESSION, *steps)
    assert not any(by_middleware(names) for names in hops)


EXISTS, LOAD = "django.db.models.query.QuerySet.exists", "django.db.models.query.QuerySet.get"
SAVE = "django.contrib.sessions.backends.db.SessionStore.asave.<locals>.sync_transaction"
DELETE = "django.contrib.sessions.models.Session.delete"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
GET, SET, ADD, REMOVE = (f"{LOCMEM}.{name}" for name in ("get", "set", "add", "delete"))
VIEWS = "tests.serving.middleware.views"
READ, SHOW = f"{VIEWS}.message_read_sync", f"{VIEWS}.session_get_sync"


def test_each_call_of_a_session_in_the_database(calls: list[Any], tables: None) -> None:
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.db"):
        hops = walk(calls, *SESSION)
    assert [by_middleware(names) for names in hops] == [
        [EXISTS, SAVE],  # a new key, and the row
        [LOAD],
        [],
        [LOAD, SAVE],
        [LOAD, SAVE],  # messages overflow
        [LOAD],  # the overflow's reader may come: the one load that Django would not have made
        [LOAD, READ, SAVE],
        [SHOW],  # a synchronous view loads where it is
        [LOAD, EXISTS, SAVE, LOAD, DELETE, SAVE],
        [LOAD, DELETE],
        [],
    ]


def test_each_call_of_a_session_in_the_cache(calls: list[Any]) -> None:
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache"):
        hops = walk(calls, *SESSION)
    assert [by_middleware(names) for names in hops] == [
        [GET, ADD],
        [GET],
        [],
        [GET, GET, SET],
        [GET, GET, SET],
        [GET],
        [GET, READ, GET, SET],
        [SHOW],
        [GET, GET, ADD, REMOVE, GET, SET],
        [REMOVE],
        [],
    ]


def test_the_calls_are_djangos_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a walk asks of the cache, through Django's stack and through ours, in order."""
    asked: list[str] = []
    for name in ("get", "set", "add", "delete", "has_key"):
        monkeypatch.setattr(LocMemCache, name, recorded(asked, getattr(LocMemCache, name)))
    pending_overflow = 5
    steps = [step for number, step in enumerate(SESSION) if number != pending_overflow]
    for every in (False, True):
        for in_session in (False, True):
            lists = []
            for middleware in (ANSWER, ON_LOOP):
                with override_settings(
                    SESSION_SAVE_EVERY_REQUEST=every, CSRF_USE_SESSIONS=in_session
                ):
                    both.walk(middleware, steps)
                lists.append(asked.copy())
                asked.clear()
            assert lists[0] == lists[1]


def recorded(asked: list[str], method: Any) -> Any:
    """`method`, with its name written down at each call."""

    @functools.wraps(method)
    def recording(*args: Any, **kwargs: Any) -> Any:
        # Django's own `ahas_key` asks with `get`.
        asked.append(method.__name__.replace("has_key", "get"))
        return method(*args, **kwargs)

    return recording
