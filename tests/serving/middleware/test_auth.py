import asyncio
from typing import Any

import pytest
from django.core.exceptions import SynchronousOnlyOperation
from django.test import override_settings

from app.serving.handler import AsyncHandler
from tests.serving.middleware.both import Browser, Step, alike, walk
from tests.serving.stacks import ANSWER, ON_LOOP

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]


@pytest.mark.parametrize("in_session", [False, True])
@pytest.mark.parametrize("engine", ENGINES)
def test_login_and_logout(tables: None, engine: str, in_session: bool) -> None:
    with override_settings(
        SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}", CSRF_USE_SESSIONS=in_session
    ):
        answers = alike(
            ANSWER,
            ON_LOOP,
            Step("/user/"),
            Step("/sync/user/"),
            Step("/login/?password=wrong"),
            Step("/session/set/?kept=yes"),
            Step("/login/?password=right"),
            Step("/user/"),
            Step("/sync/user/"),
            Step("/login/?password=right"),
            Step("/logout/"),
            Step("/user/"),
            Step("/logout/"),
        )
    bodies = [answer.body for answer in answers]
    assert bodies[:3] == [b"nobody", b"nobody", b"who?"]
    assert bodies[5:7] == [b"ann", b"ann"]
    assert bodies[9] == b"nobody"


def test_request_user_remembers_what_auser_found(tables: None) -> None:
    steps = [Step("/login/?password=right"), Step("/user/remembered/")]
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.db"):
        assert walk(ON_LOOP, steps)[1].body == b"ann"
        assert walk(ANSWER, steps)[1].status == 500  # SynchronousOnlyOperation


def test_request_user_without_a_session_needs_no_database() -> None:
    assert walk(ON_LOOP, [Step("/loop/user/")])[0].body == b"nobody"


def test_request_user_of_a_session_that_nothing_has_loaded(tables: None) -> None:
    """As in Django: a synchronous read of a stored session on the loop is an error, not a wait."""
    steps = Step("/login/?password=right"), Step("/loop/user/")

    async def run() -> Any:
        browser = Browser(AsyncHandler())
        return [(await browser.take(step)).scope.get("exception") for step in steps][-1]

    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.db"):
        assert alike(ANSWER, ON_LOOP, *steps)[1].status == 500
        with override_settings(MIDDLEWARE=ON_LOOP):
            assert isinstance(asyncio.run(run()), SynchronousOnlyOperation)


def test_sessions_are_missing() -> None:
    (answer,) = alike(
        ["django.contrib.auth.middleware.AuthenticationMiddleware"],
        ["app.serving.middleware.auth.AuthenticationMiddleware"],
        Step("/hello/"),
    )
    assert answer.status == 500
