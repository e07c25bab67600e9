from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from app.serving.deploy_checks import JUDGES, LITERAL, check_presence, check_settings

HERE = "app.serving.middleware"
OURS = {
    "django.contrib.sessions.middleware.SessionMiddleware": f"{HERE}.sessions.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware": (
        f"{HERE}.clickjacking.XFrameOptionsMiddleware"
    ),
    "django.middleware.csrf.CsrfViewMiddleware": f"{HERE}.csrf.CsrfViewMiddleware",
    "django.middleware.security.SecurityMiddleware": f"{HERE}.security.SecurityMiddleware",
}
SESSIONS, _, CSRF, SECURITY = OURS.values()

# What each check wants to see; one of them is broken at a time.
SOUND = {
    "MIDDLEWARE": list(OURS.values()),
    "SECURE_HSTS_SECONDS": 3600,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "X_FRAME_OPTIONS": "DENY",
    "CSRF_COOKIE_SECURE": True,
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SILENCED_SYSTEM_CHECKS": ["security.W001", "security.W002", "security.W003"],
}
BROKEN = [
    ("SECURE_HSTS_SECONDS", 0, "security.W004"),
    ("SECURE_HSTS_INCLUDE_SUBDOMAINS", False, "security.W005"),
    ("SECURE_HSTS_PRELOAD", False, "security.W021"),
    ("SECURE_CONTENT_TYPE_NOSNIFF", False, "security.W006"),
    ("SECURE_SSL_REDIRECT", False, "security.W008"),
    ("SECURE_REFERRER_POLICY", None, "security.W022"),
    ("SECURE_REFERRER_POLICY", "none of your business", "security.E023"),
    ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "anyone", "security.E024"),
    ("X_FRAME_OPTIONS", "SAMEORIGIN", "security.W019"),
    ("CSRF_COOKIE_SECURE", False, "security.W016"),
    ("SESSION_COOKIE_SECURE", False, "security.W011"),
    ("SESSION_COOKIE_HTTPONLY", False, "security.W014"),
]


@pytest.fixture(autouse=True)
def sound() -> Iterator[None]:
    with override_settings(**SOUND):
        yield


def deployed() -> list[str]:
    """The ids that `check --deploy` prints of what is judged here."""
    messages = run_checks(tags=["security"], include_deployment_checks=True)
    ids = [str(message.id) for message in messages if not message.is_silenced()]
    return [each for each in ids if each not in ("security.W009", "security.W020")]


def test_sound_settings() -> None:
    assert deployed() == []


@pytest.mark.parametrize(("setting", "value", "found"), BROKEN)
def test_a_broken_setting(setting: str, value: Any, found: str) -> None:
    with override_settings(**{setting: value}):
        assert deployed() == [found]
        # Just as Django does with its own classes, and then not said twice.
        with override_settings(MIDDLEWARE=list(OURS)):
            assert deployed() == [found]
            assert check_settings() == []
            assert [each.id for judge in JUDGES for each in judge(None)] == [found]


def test_cookies_of_an_application_and_of_a_middleware_are_one_warning() -> None:
    with override_settings(SESSION_COOKIE_SECURE=False, INSTALLED_APPS=["django.contrib.sessions"]):
        assert [each.id for each in check_settings()] == []
        assert deployed() == ["security.W010"]


@pytest.mark.parametrize(
    ("missing", "found"),
    [
        (SECURITY, "serving.W002"),
        (OURS["django.middleware.clickjacking.XFrameOptionsMiddleware"], "serving.W003"),
        (CSRF, "serving.W004"),
    ],
)
def test_a_middleware_that_is_missing(missing: str, found: str) -> None:
    rest = [path for path in OURS.values() if path != missing]
    with override_settings(MIDDLEWARE=rest):
        assert deployed() == [found]


def test_without_sessions_there_is_nothing_to_forge() -> None:
    with override_settings(MIDDLEWARE=[SECURITY]):
        assert check_presence() == []


def test_django_names_and_ours_may_be_mixed() -> None:
    with override_settings(MIDDLEWARE=[*OURS, SECURITY]):
        assert check_presence() == []
    assert set(OURS) == LITERAL


def test_a_name_that_leads_nowhere_is_said_elsewhere() -> None:
    with override_settings(MIDDLEWARE=["app.nowhere.Middleware", SECURITY]):
        assert check_presence() == []
        assert check_settings() == []
