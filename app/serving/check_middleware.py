"""`manage.py check` names each middleware that would leave the event loop, and why.

Django says it only at DEBUG ("Synchronous middleware … adapted"), and of a `MiddlewareMixin`, which
is adapted in itself, one thread's hop for each hook, it says nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string

from app.serving.middleware.on_loop import OnLoop

# Where in app.serving.middleware the class of the same name is.
COUNTERPARTS = {
    "django_prometheus.middleware.PrometheusBeforeMiddleware": "prometheus",
    "django_prometheus.middleware.PrometheusAfterMiddleware": "prometheus",
    "django.contrib.auth.middleware.AuthenticationMiddleware": "auth",
    "django.contrib.messages.middleware.MessageMiddleware": "messages",
    "django.contrib.sessions.middleware.SessionMiddleware": "sessions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware": "clickjacking",
    "django.middleware.common.BrokenLinkEmailsMiddleware": "common",
    "django.middleware.common.CommonMiddleware": "common",
    "django.middleware.csrf.CsrfViewMiddleware": "csrf",
    "django.middleware.gzip.GZipMiddleware": "gzip",
    "django.middleware.http.ConditionalGetMiddleware": "http",
    "django.middleware.locale.LocaleMiddleware": "locale",
    "django.middleware.security.SecurityMiddleware": "security",
}
HOOKS = ("process_request", "process_response")
ADVICE = (
    "Write it as docs/checks.md shows; if it has only hooks, and they do no I/O, inherit from "
    "app.serving.middleware.on_loop.OnLoop."
)


@register(Tags.async_support)
def check_middleware(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W001 for each that hops at every request, serving.I001 at a failing one only."""
    messages: list[CheckMessage] = []
    for number, path in enumerate(settings.MIDDLEWARE):
        try:
            middleware = import_string(path)
        except ImportError as error:
            messages.append(Error(f"'{path}' cannot be imported: {error}", id="serving.E002"))
            continue
        why = "; ".join(reasons(middleware, number))
        if why:
            text = f"'{path}' leaves the event loop: {why}."
            messages.append(Warning(text, hint=advice(path, middleware), id="serving.W001"))
        if hasattr(middleware, "process_exception"):
            text = f"'{path}' leaves the event loop when a view fails: Django has no other way."
            messages.append(Info(text, hint="Catch it around get_response.", id="serving.I001"))
    return messages


@register(Tags.async_support, deploy=True)
def check_middleware_deployed(**_kwargs: Any) -> list[CheckMessage]:
    """serving.E001: what is a warning at home is an error in production."""
    found = [message for message in check_middleware() if message.id == "serving.W001"]
    if not found:
        return []
    text = f"{len(found)} middleware leave the event loop, each time for every request."
    return [Error(text, hint="serving.W001 names them, and what to use.", id="serving.E001")]


def reasons(middleware: Callable[..., Any], number: int) -> Iterator[str]:
    """Why each request goes through a thread for `middleware`, which stands behind `number`."""
    if not getattr(middleware, "async_capable", False):
        yield f"it is synchronous, so Django runs it and the {number} before it in a thread"
    elif getattr(middleware, "__acall__", None) is MiddlewareMixin.__acall__:
        hooks = [hook for hook in HOOKS if hasattr(middleware, hook)]
        if hooks:
            yield f"MiddlewareMixin calls its {' and '.join(hooks)} in a thread"
    for hook in ("process_view", "process_template_response"):
        method = getattr(middleware, hook, None)
        on_loop = hook == "process_view" and OnLoop in getattr(middleware, "__mro__", ())
        if method and not on_loop and not iscoroutinefunction(method):
            yield f"its {hook} is synchronous"


def advice(path: str, middleware: Callable[..., Any]) -> str:
    """What to use in its place."""
    stock = known_as(path, middleware, COUNTERPARTS)
    if stock not in COUNTERPARTS:
        return ADVICE
    ours = f"app.serving.middleware.{COUNTERPARTS[stock]}.{stock.rpartition('.')[2]}"
    return f"Use '{ours}'." if stock == path else f"Inherit from '{ours}'."


def known_as(path: str, middleware: Callable[..., Any], names: Iterable[str]) -> str:
    """The first of `names` in the ancestry of `middleware`, else its own `path`."""
    ancestry = getattr(middleware, "__mro__", ())
    paths = (f"{each.__module__}.{each.__qualname__}" for each in ancestry)
    return next((each for each in paths if each in names), path)
