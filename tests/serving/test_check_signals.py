"""A synchronous receiver of what each request sends is named."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception, request_finished, request_started
from django.dispatch import Signal

from app.serving.check_signals import check_signals

Connect = Callable[..., None]


def receiver(**_named: Any) -> None: ...


async def asynchronous(**_named: Any) -> None: ...


class Receiver:
    def __call__(self, **_named: Any) -> None: ...

    def method(self, **_named: Any) -> None: ...


@pytest.fixture
def connect() -> Iterator[Connect]:
    connected: list[tuple[Signal, Any, Any]] = []

    def connecting(signal: Signal, each: Any, sender: Any = None, weak: bool = True) -> None:
        signal.connect(each, sender, weak=weak)
        connected.append((signal, each, sender))

    yield connecting
    for signal, each, sender in connected:
        signal.disconnect(each, sender)


def test_djangos_own_are_called_when_needed() -> None:
    assert check_signals() == []


@pytest.mark.parametrize("sender", [None, Receiver])
def test_each_of_the_three_signals(connect: Connect, sender: Any) -> None:
    for signal in (request_started, request_finished, got_request_exception):
        connect(signal, receiver, sender)
        connect(signal, asynchronous)
    found = check_signals()
    assert {(each.id, each.level) for each in found} == {("serving.W006", 30)}
    started, finished, failed = [each.msg for each in found]
    line = receiver.__code__.co_firstlineno
    assert started.startswith(
        f"request_started has a synchronous receiver, {__name__}.receiver "
        f"(tests/serving/test_check_signals.py:{line}): a thread for each request"
    )
    assert finished.startswith("request_finished has")
    assert "for each answer of 500" in failed


def test_receivers_of_all_kinds_have_a_name(connect: Connect) -> None:
    kept = Receiver()
    connect(request_started, kept)
    connect(request_started, kept.method)
    connect(request_started, functools.partial(receiver), weak=False)
    instance, method, partial = [each.msg for each in check_signals()]
    assert f"{__name__}.Receiver (tests/serving/test_check_signals.py:" in instance
    assert f"{__name__}.Receiver.method (tests/serving/test_check_signals.py:" in method
    assert "functools.partial" in partial


def test_one_that_is_gone_is_none() -> None:
    kept = Receiver()
    request_started.connect(kept)
    assert len(check_signals()) == 1
    del kept
    assert check_signals() == []
