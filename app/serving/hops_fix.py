"""What to change, and in which line, so that a hop goes."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from app.serving.check_middleware import advice, reasons
from app.serving.hops_places import of_definition, of_setting


@dataclass(frozen=True)
class Fix:
    """One change: `where` is file:line, "" when there is no such line."""

    where: str
    what: str


HANDLER = Fix(
    "",
    "Serve with app.serving.handler.AsyncHandler() in place of get_asgi_application(): Django's "
    "handler goes to a thread for its signals, its errors and the end of each response.",
)


def of_middleware(path: str, middleware: Any, number: int = 0) -> Fix:
    """The counterpart on the loop of a middleware, from the table of the system checks."""
    why = "; ".join(reasons(middleware, number)) or "it is called in a thread"
    where = of_setting(path) or of_definition(middleware)
    return Fix(where, f"'{path}': {why}. {advice(path, middleware)}")


def of_synchronous_middleware() -> tuple[list[str], tuple[Fix, ...]]:
    """The middleware that cannot be asynchronous, outermost first, and all that must change.

    Those around the innermost of them run in the thread with it: each that would leave the loop on
    its own account, once it is gone, must change too.
    """
    stack = [(path, import_string(path)) for path in settings.MIDDLEWARE]
    sync = [path for path, each in stack if not getattr(each, "async_capable", False)]
    reach = settings.MIDDLEWARE.index(sync[-1]) + 1
    return sync, tuple(
        of_middleware(path, each, number)
        for number, (path, each) in enumerate(stack[:reach])
        if any(reasons(each, number))
    )


def of_view(view: Any) -> Fix:
    """A synchronous view."""
    return Fix(of_definition(view), "Write the view as `async def`, with awaits for its I/O.")
