"""Receivers of the request signals run where Django promises."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.signals import request_finished, request_started
from django.db import connection
from django.dispatch import Signal
from django.http import FileResponse, HttpResponse, HttpResponseBase

from app.serving import signals, threads
from tests.client import recording

MAIN = threading.main_thread()


@pytest.fixture
def connect() -> Iterator[Callable[[Signal, Any], None]]:
    connected: list[tuple[Signal, Any]] = []

    def connecting(signal: Signal, receiver: Any) -> None:
        signal.connect(receiver, weak=False)
        connected.append((signal, receiver))

    yield connecting
    for signal, receiver in connected:
        signal.disconnect(receiver)


def run(work: Any) -> list[str]:
    hops: list[str] = []

    async def inner() -> None:
        with recording(hops):
            await work()

    asyncio.run(inner())
    return hops


def test_django_s_own_receivers_need_no_thread() -> None:
    async def work() -> None:
        await signals.started(HttpResponse, scope={})
        await signals.finished(HttpResponse)

    assert run(work) == []


def test_synchronous_receivers_run_in_order_in_the_request_s_thread(connect: Any) -> None:
    seen: list[tuple[int, bool]] = []
    for number in range(3):
        connect(
            request_started,
            lambda n=number, **_: seen.append((n, threading.current_thread() is MAIN)),
        )
    hops = run(lambda: signals.started(HttpResponse, scope={}))
    assert seen == [(0, False), (1, False), (2, False)]
    assert len(hops) == 1


@pytest.mark.parametrize("response", [None, HttpResponse()])
def test_the_end_of_a_request_with_a_thread_is_there_and_named(connect: Any, response: Any) -> None:
    seen: list[threading.Thread] = []

    async def receiver(**_named: Any) -> None:
        seen.append(threading.current_thread())

    async def work() -> None:
        seen.append(await sync_to_async(threading.current_thread)())
        if response is None:
            await signals.finished(HttpResponse)
        else:
            await signals.close(response, HttpResponse)

    connect(request_finished, lambda **_: seen.append(threading.current_thread()))
    connect(request_finished, receiver)
    assert run(work) == ["threading.current_thread", "app.serving.signals.return_connection"]
    assert seen[0] is seen[1] is not MAIN
    assert seen[2] is MAIN


@pytest.mark.parametrize("also_sync", [False, True])
def test_asynchronous_receivers_run_on_the_loop(connect: Any, also_sync: bool) -> None:
    seen: list[bool] = []

    async def receiver(**_named: Any) -> None:
        seen.append(threading.current_thread() is MAIN)

    connect(request_finished, receiver)
    if also_sync:
        connect(request_finished, lambda **_: None)
    hops = run(lambda: signals.finished(HttpResponse))
    assert seen == [True]
    assert len(hops) == also_sync


class OwnClose(HttpResponse):
    closed_in: threading.Thread | None = None

    def close(self) -> None:
        self.closed_in = threading.current_thread()
        super().close()


def with_closer() -> HttpResponseBase:
    response = HttpResponse()
    response._resource_closers.append(lambda: None)  # type: ignore[attr-defined] # not in the stubs
    return response


@pytest.mark.parametrize(
    ("make", "hops"),
    [(HttpResponse, 0), (OwnClose, 1), (with_closer, 1), (lambda: FileResponse(b""), 0)],
)
def test_a_response_is_closed_where_its_resources_are(
    make: Callable[[], HttpResponseBase], hops: int
) -> None:
    response = make()
    assert len(run(lambda: signals.close(response, HttpResponse))) == hops
    assert response.closed
    if isinstance(response, OwnClose):
        assert response.closed_in is not MAIN


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_has_a_connection_open_is_kept_for_nobody() -> None:
    def open_one(in_transaction: bool) -> None:
        connection.ensure_connection()
        connection.in_atomic_block = in_transaction

    def close_it() -> None:
        connection.in_atomic_block = False
        connection.close()

    async def is_clean(in_transaction: bool) -> bool:
        with recording([]):
            await sync_to_async(open_one)(in_transaction)
            await signals.finished(HttpResponse)
            thread = threads._current.get()
            assert thread is not None
            clean = thread._clean_at == len(thread.hops)
            await sync_to_async(close_it)()
        return clean

    assert asyncio.run(is_clean(False))
    assert not asyncio.run(is_clean(True))  # one that nobody has ended
