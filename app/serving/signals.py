"""Django's request signals without a thread for what has nothing to do.

`request_started` and `request_finished` have receivers of Django's own that close or reset what a
thread may have opened. Where this request has no thread they have nothing to close, and a thread
that is had again was left with no connection open (`threads.py`). Receivers of a fork run as Django
promises: synchronous ones in the request's thread, in order, asynchronous ones on the loop.
"""

import asyncio
from typing import Any

from asgiref.sync import sync_to_async
from django.core.cache import close_caches
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, reset_queries
from django.dispatch.dispatcher import NONE_ID
from django.http.response import HttpResponseBase

from app.serving.threads import clean, has_thread

# What Django connects itself and what only acts on a thread's connections, as a Signal knows it.
IDLE_WITHOUT_A_THREAD = frozenset(
    (id(receiver), NONE_ID)
    for receiver in (reset_queries, close_old_connections, close_caches, reset_urlconf)
)


async def started(sender: type, **named: Any) -> None:
    """Send `request_started`."""
    await _send(request_started, sender, **named)


async def finished(sender: type) -> None:
    """Send `request_finished` for a request that has no response (its client went away)."""
    if has_thread():
        await _return_connection(sender)
    else:
        await _send(request_finished, sender)


async def close(response: Any, sender: type) -> None:
    """Close a response as `HttpResponseBase.close` does: its resources, then `request_finished`.

    On the loop when the only thing to close is the request itself without uploaded files; else in
    the request's thread, which already has the file or the connection.
    """
    closers = response._resource_closers
    if has_thread():
        await _return_connection(sender, response)
        return
    if type(response).close is not HttpResponseBase.close or not _trivial(closers):
        await sync_to_async(response.close)()
        return
    for closer in closers:
        closer()
    closers.clear()
    response.closed = True
    await _send(request_finished, sender)


def return_connection(sender: type, response: Any = None) -> bool:
    """The last hop of a request that had a thread, by a name that says what it is for.

    Who closes its connection, or returns it to the pool, is a receiver of `request_finished`
    (Django's `close_old_connections`): only in this thread does it find it. Whether none is left
    open, or in a transaction that nobody has ended, where another request would come upon it.
    """
    if response is None:
        request_finished.send(sender=sender)
    else:
        response.close()
    reset_queries()
    return not any(
        each.connection is not None or each.in_atomic_block
        for each in connections.all(initialized_only=True)
    )


_return_in_thread = sync_to_async(return_connection)


async def _return_connection(sender: type, response: Any = None) -> None:
    if await _return_in_thread(sender, response):
        clean()


def _trivial(closers: list[Any]) -> bool:
    """Whether all that is to be closed is one request that has no uploaded files."""
    for closer in closers:
        owner = getattr(closer, "__self__", closer)
        if not hasattr(owner, "scope") or getattr(owner, "_files", None):
            return False
    return True


async def _send(signal: Any, sender: type, **named: Any) -> None:
    connected = {receiver[0] for receiver in signal.receivers}
    idle = not has_thread()
    if idle and connected <= IDLE_WITHOUT_A_THREAD:
        return
    sync_receivers, async_receivers = signal._live_receivers(sender)
    if idle and len(sync_receivers) == len(connected & IDLE_WITHOUT_A_THREAD):
        sync_receivers = []
    waiting = [each(signal=signal, sender=sender, **named) for each in async_receivers]
    if sync_receivers:

        def send_to_sync_receivers() -> None:
            for receiver in sync_receivers:
                receiver(signal=signal, sender=sender, **named)

        await asyncio.gather(sync_to_async(send_to_sync_receivers)(), *waiting)
    else:
        await asyncio.gather(*waiting)
