"""`manage.py check` names the synchronous receivers of the signals that each request sends."""

import inspect
import weakref
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.core.signals import got_request_exception, request_finished, request_started

from app.serving.hops_places import of_definition
from app.serving.signals import IDLE_WITHOUT_A_THREAD

SENT = (
    ("request_started", request_started, "each request"),
    ("request_finished", request_finished, "each request"),
    ("got_request_exception", got_request_exception, "each answer of 500"),
)


@register(Tags.async_support, Tags.signals)
def check_signals(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W006, but for Django's own receivers, which `AsyncHandler` calls when needed."""
    return [
        Warning(
            f"{name} has a synchronous receiver, {described(receiver)}: "
            f"a thread for {when}, 0.5 ms where the loop takes 0.05.",
            hint="Write it as `async def`, or do in a middleware on the loop what it does.",
            id="serving.W006",
        )
        for name, signal, when in SENT
        for receiver in synchronous(signal)
    ]


def synchronous(signal: Any) -> Iterator[Any]:
    """The receivers that Django calls in a thread, of whichever sender."""
    # Django 5.2 keeps three values for each receiver, 6.0 one more between them.
    for key, receiver, *_, is_async in signal.receivers:
        if not is_async and key not in IDLE_WITHOUT_A_THREAD:
            live = receiver() if isinstance(receiver, weakref.ReferenceType) else receiver
            if live is not None:
                yield live


def described(receiver: Any) -> str:
    """The qualified name and the line of a receiver."""
    named = inspect.unwrap(receiver)
    named = named if hasattr(named, "__qualname__") else type(named)
    return f"{named.__module__}.{named.__qualname__} ({of_definition(receiver)})"
