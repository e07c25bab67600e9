"""Who leaves the loop: each call of `run_in_executor`, through which every hop passes."""

from typing import Any

import pytest
from django.test import override_settings

from tests.serving.middleware import test_csrf as csrf
from tests.serving.middleware.both import Step
from tests.serving.middleware.hops import by_middleware, walk

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


def test_messages_in_a_cookie_alone_never_need_the_session(calls: list[Any]) -> None:
    storage = "django.contrib.messages.storage.cookie.CookieStorage"
    with override_settings(MESSAGE_STORAGE=storage):
        assert walk(
            calls,
            Step("/messages/add/?count=5&size=400", cookies={"sessionid": "k" * 32}),
            Step("/messages/read/"),
        ) == [[], []]
