"""How often a request leaves the event loop: `manage.py hops` and, for tests, `assert_hops`.

docs/hops.md tells how both are used.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

from app.asgi import App
from app.serving.hops_cause import cause_of
from app.serving.hops_report import Report, plural, report
from app.serving.hops_request import Request, ask_repeatedly
from app.serving.hops_road import Road
from app.serving.hops_watch import watching


def application(*, stock: bool = False) -> App:
    """The project's: what ASGI_APPLICATION names, else (or with `stock`) Django's own handler."""
    # Now, or the first request would do it: 0.3 s of the loop in the drawing that no other has.
    import_module(settings.ROOT_URLCONF)
    path = getattr(settings, "ASGI_APPLICATION", None)
    found: Any = get_asgi_application() if stock or not path else import_string(path)
    return cast("App", found)


def hops_of(request: Request, app: App | None = None, *, repeat: int = 1) -> Report:
    """Ask `repeat` times on a loop of its own, and report."""
    answers = asyncio.run(ask_repeatedly(app or application(), request, repeat))
    return report(request, answers)


@contextmanager
def assert_hops(number: int) -> Iterator[Road]:
    """In a coroutine: what is awaited inside leaves the event loop exactly `number` times.

    AssertionError names each hop, why it was taken and where it can be mended.
    """
    with watching() as road:
        yield road
    if len(road.hops) != number:
        causes = [cause_of(hop) for hop in road.hops]
        lines = [f"{each.why}: {each.what} ({each.where})" for each in causes]
        raise AssertionError("\n- ".join([f"{plural(len(lines), 'hop')}, not {number}:", *lines]))
