from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from tests.serving.middleware.both import Step, alike
from tests.serving.stacks import ANSWER, ON_LOOP

NOBODYS = "n" * 64
FORM = {"csrfmiddlewaretoken": "{token}", "field": "value"}
ATTEMPTS = (
    Step("/form/"),
    Step("/form/", "POST", form={"field": "value"}),
    Step("/exempt/", "POST", form={}),
    Step("/token/"),
    Step("/form/", "POST", form=FORM),
    Step("/form/", "POST", form={"field": "value"}),
    Step("/form/", "POST", form={"csrfmiddlewaretoken": NOBODYS}),
    Step("/form/", "POST", form={"csrfmiddlewaretoken": "short"}),
    Step("/form/", "PUT", headers={"X-CSRFToken": "{token}"}),
    Step("/form/", "PUT", headers={"X-CSRFToken": "!" * 64}),
    Step("/form/", "DELETE"),
    Step("/form/", "POST", form=FORM, headers={"Origin": "https://evil.example"}),
    Step("/form/", "POST", form=FORM, headers={"Origin": "http://localhost"}),
    Step("/form/", "POST", form=FORM, headers={"Origin": "https://app.trusted.example"}),
    Step("/form/", "POST", form=FORM, scheme="https"),
    Step("/form/", "POST", form=FORM, scheme="https", headers={"Referer": "https://evil.example/"}),
    Step("/form/", "POST", form=FORM, scheme="https", headers={"Referer": "https://localhost/"}),
    Step("/missing/", "POST", form={}),
)
STATUSES = [
    200,
    403,
    200,
    200,
    200,
    403,
    403,
    403,
    200,
    403,
    403,
    403,
    200,
    200,
    403,
    403,
    200,
    404,
]


@pytest.mark.parametrize("in_session", [False, True])
@pytest.mark.parametrize("engine", ["cache", "file", "signed_cookies"])
def test_tokens_good_bad_and_missing(engine: str, in_session: bool) -> None:
    with override_settings(
        SESSION_ENGINE=f"django.contrib.sessions.backends.{engine}",
        CSRF_USE_SESSIONS=in_session,
        CSRF_TRUSTED_ORIGINS=["https://*.trusted.example"],
    ):
        answers = alike(ANSWER, ON_LOOP, *ATTEMPTS)
    assert [answer.status for answer in answers] == STATUSES


def test_tokens_in_a_stored_session(tables: None) -> None:
    with override_settings(
        SESSION_ENGINE="django.contrib.sessions.backends.db",
        CSRF_USE_SESSIONS=True,
        CSRF_TRUSTED_ORIGINS=["https://*.trusted.example"],
    ):
        answers = alike(ANSWER, ON_LOOP, *ATTEMPTS)
    assert [answer.status for answer in answers] == STATUSES


def test_a_malformed_cookie() -> None:
    answers = alike(
        ANSWER,
        ON_LOOP,
        Step("/token/", cookies={"csrftoken": "malformed"}),
        Step("/form/", "POST", form=FORM, cookies={"csrftoken": "malformed"}),
    )
    assert [answer.status for answer in answers] == [200, 403]


def test_sessions_are_missing() -> None:
    with override_settings(CSRF_USE_SESSIONS=True):
        (answer,) = alike(
            ["django.middleware.csrf.CsrfViewMiddleware"],
            ["app.serving.middleware.csrf.CsrfViewMiddleware"],
            Step("/hello/"),
        )
    assert answer.status == 500


def session_key(request: HttpRequest, reason: str) -> HttpResponse:
    """A project's own failure view, which reads the session synchronously."""
    return HttpResponse(f"{reason} {dict(request.session.items())}", status=403)


def on_loop(request: HttpRequest, reason: str) -> HttpResponse:
    return HttpResponse(f"{reason} {dict(request.session.items())}", status=403)


on_loop.on_loop = True  # type: ignore[attr-defined] # what the middleware asks it for

PAGES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {
        "loaders": [
            ("django.template.loaders.locmem.Loader", {"403_csrf.html": "{{ request.path }}!"})
        ],
        "context_processors": ["django.template.context_processors.request"],
    },
}


@pytest.mark.parametrize(
    "settings",
    [
        {"CSRF_FAILURE_VIEW": f"{__name__}.session_key"},
        {"CSRF_FAILURE_VIEW": f"{__name__}.on_loop"},
        {"TEMPLATES": [PAGES]},
    ],
)
@pytest.mark.parametrize("in_session", [False, True])
def test_a_failure_page_of_the_project(settings: dict[str, Any], in_session: bool) -> None:
    with override_settings(CSRF_USE_SESSIONS=in_session, **settings):
        _, answer = alike(
            ANSWER, ON_LOOP, Step("/session/set/?a=1"), Step("/form/", "POST", form={})
        )
    assert answer.status == 403
    assert answer.body in (
        b"CSRF cookie not set. {'a': '1'}",
        b"/form/!",
    )


@pytest.mark.parametrize("view", ["django.views.csrf.csrf_failure", f"{__name__}.session_key"])
def test_a_synchronous_stack(view: str) -> None:
    """As under WSGI: a synchronous middleware further in makes this one synchronous too."""
    sessions = "django.contrib.sessions.middleware.SessionMiddleware"
    sync = "tests.serving.stacks.ApiLogger"
    with override_settings(CSRF_FAILURE_VIEW=view):
        _, good, bad = alike(
            [sessions, "django.middleware.csrf.CsrfViewMiddleware", sync],
            [sessions, "app.serving.middleware.csrf.CsrfViewMiddleware", sync],
            Step("/token/"),
            Step("/form/", "POST", form=FORM),
            Step("/form/", "POST", form={}),
        )
    assert (good.status, bad.status) == (200, 403)
