"""`manage.py check --deploy`: Django's checks of security, for subclasses of its middleware too.

Django's look for the literal names of four of its classes in MIDDLEWARE. A subclass makes it warn
that the class is missing (security.W001–W003) and silently skip what it would have judged: HSTS,
nosniff, referrer policy, opener policy, redirect, cookie flags. So the three are silenced in
settings, and here Django's own functions judge a list in which each subclass bears its parent's
name; their verdicts keep Django's ids.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.core.checks.security import base, csrf, sessions
from django.utils.module_loading import import_string

from app.serving.check_middleware import known_as

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
LITERAL = {
    SESSIONS,
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.security.SecurityMiddleware",
}
HINT = "Its counterpart in app.serving.middleware is as good, and stays on the event loop."
Check = Callable[..., Any]
JUDGES: list[Check] = [
    base.check_sts,
    base.check_sts_include_subdomains,
    base.check_sts_preload,
    base.check_content_type_nosniff,
    base.check_ssl_redirect,
    base.check_xframe_deny,
    base.check_referrer_policy,
    base.check_cross_origin_opener_policy,
    csrf.check_csrf_cookie_secure,
    sessions.check_session_cookie_secure,
    sessions.check_session_cookie_httponly,
]


@register(Tags.security, deploy=True)
def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """What Django would say of the settings if it knew the subclasses, unless it says it itself."""
    said = {judge for judge in JUDGES if judge(None)}
    with literal_names():
        return [each for judge in JUDGES if judge not in said for each in judge(None)]


@register(Tags.security, deploy=True)
def check_presence(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W002–W004 in place of security.W001–W003.

    Frames (W003) and forged requests (W004) are only asked about where there are sessions: without
    the authority of a cookie there is nothing to be had by either.
    """
    wanted: list[tuple[Check, str]] = [(base.check_security_middleware, "serving.W002")]
    with literal_names():
        if SESSIONS in settings.MIDDLEWARE:
            wanted.append((base.check_xframe_options_middleware, "serving.W003"))
            wanted.append((csrf.check_csrf_middleware, "serving.W004"))
        return [Warning(each.msg, HINT, id=id_) for check, id_ in wanted for each in check(None)]


@contextmanager
def literal_names() -> Iterator[None]:
    """MIDDLEWARE with the names that Django's checks compare (a check runs before any request)."""
    middleware = settings.MIDDLEWARE
    settings.MIDDLEWARE = [_literal(path) for path in middleware]
    try:
        yield
    finally:
        settings.MIDDLEWARE = middleware


def _literal(path: str) -> str:
    with suppress(ImportError):  # serving.E002 says so
        return known_as(path, import_string(path), LITERAL)
    return path
