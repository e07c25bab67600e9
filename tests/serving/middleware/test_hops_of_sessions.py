"""A request that loads or saves a session pays exactly the calls of its store."""

import functools
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import override_settings

from tests.serving.middleware import both
from tests.serving.middleware.both import Step
from tests.serving.middleware.hops import by_middleware, walk
from tests.serving.stacks import ANSWER, ON_LOOP

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
        hops = walk(calls, *steps)
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
