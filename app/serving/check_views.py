"""`manage.py check` names each synchronous view in the URL map, with its routes and its line."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.urls import URLResolver, get_resolver

from app.serving.hops_places import of_definition

SHOWN = 3  # routes of one view
WRAPPED = "its decorator is synchronous, so Django never awaits the `async def` behind it: a 500"


@register(Tags.async_support, Tags.urls)
def check_views(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W005 for each view that runs in a thread.

    Nothing is said of Django's admin: its views are synchronous, whoever switches it on wants them,
    and nobody can write them anew. Where a synchronous view is meant (a report that computes for
    seconds, `django.views.static.serve` in development) SILENCED_SYSTEM_CHECKS takes the id.
    """
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    routes: dict[Any, dict[str, None]] = {}
    for route, callback in views(get_resolver()):
        for view in synchronous(callback):
            routes.setdefault(view, {})[route] = None
    return [_warning(view, list(where)) for view, where in routes.items()]


def _warning(view: Any, routes: list[str]) -> CheckMessage:
    more = f" and {len(routes) - SHOWN} more" if len(routes) > SHOWN else ""
    where = ", ".join(f"'{route}'" for route in routes[:SHOWN]) + more
    if hides_async(view):
        why, hint = WRAPPED, "Write the decorator with `async def`, and `await` in it."
    else:
        why = "it is synchronous: a thread for each request, 0.5 ms where the loop takes 0.05"
        hint = "Write it as `async def`, with awaits for its I/O."
    text = (
        f"The view {name_of(view)} ({of_definition(view)}) at {where} leaves the event loop: {why}."
    )
    return Warning(text, hint=hint, id="serving.W005")


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each route of the URL map with what it calls: includes and all, but without the admin."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLResolver):
            yield route, pattern.callback
        elif not is_admin(pattern):
            yield from views(pattern, route)


def synchronous(callback: Callable[..., Any]) -> Iterator[Any]:
    """What of `callback` runs in a thread: itself, or operations of an object that it belongs to.

    A path of django-ninja is one asynchronous function for operations of both kinds.
    """
    if operations := operations_of(callback):
        yield from (each.view_func for each in operations if not each.is_async)
    elif not iscoroutinefunction(callback):
        yield callback


def operations_of(callback: Callable[..., Any]) -> list[Any]:
    """The operations behind a path of django-ninja, [] for any other view."""
    function = inspect.unwrap(callback)
    cells = inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}
    return list(getattr(cells.get("self"), "operations", ()))


def is_admin(resolver: URLResolver) -> bool:
    """Whether an AdminSite made these routes: its views know it by that name."""
    callbacks = [getattr(each, "callback", None) for each in resolver.url_patterns]
    return resolver.app_name == "admin" and any(hasattr(each, "admin_site") for each in callbacks)


def hides_async(view: Any) -> bool:
    """Whether there is a coroutine function behind a synchronous decorator."""
    return bool(iscoroutinefunction(inspect.unwrap(view)))


def name_of(view: Any) -> str:
    """The qualified name of a view, or of the class that `as_view` was called on."""
    named = getattr(view, "view_class", None) or getattr(view, "cls", None) or inspect.unwrap(view)
    named = named if hasattr(named, "__qualname__") else type(named)
    return f"{named.__module__}.{named.__qualname__}"
