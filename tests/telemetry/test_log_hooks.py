"""Warnings and uncaught exceptions are log records, unless somebody else asked for them first."""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from app.telemetry import log_hooks


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Python's own hooks, as in a fresh process; pytest's come back after."""
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    logging.captureWarnings(False)
    log_hooks.install()
    yield
    logging.captureWarnings(False)


def test_a_warning(hooks: None, caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("told", UserWarning, stacklevel=1)
    (record,) = caplog.records
    assert record.name == "py.warnings"
    assert "UserWarning: told" in record.getMessage()


def test_an_uncaught_exception(hooks: None, caplog: pytest.LogCaptureFixture) -> None:
    error = ValueError("told")
    sys.excepthook(ValueError, error, None)
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("uncaught", "CRITICAL")
    assert record.exc_info == (ValueError, error, None)


def test_ctrl_c_is_no_error(
    hooks: None, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert caplog.records == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_thread(hooks: None, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError

    thread = threading.Thread(target=fail, name="its-name")
    thread.start()
    thread.join()
    (record,) = caplog.records
    assert record.getMessage() == "uncaught exception in thread its-name"
    assert record.exc_info is not None
    assert record.exc_info[0] is ValueError


def test_a_thread_without_a_name_or_without_an_error(
    hooks: None, caplog: pytest.LogCaptureFixture
) -> None:
    threading.excepthook(threading.ExceptHookArgs((ValueError, ValueError(), None, None)))
    threading.excepthook(threading.ExceptHookArgs((ValueError, None, None, None)))
    threading.excepthook(threading.ExceptHookArgs((SystemExit, SystemExit(), None, None)))
    (record,) = caplog.records
    assert record.getMessage() == "uncaught exception in thread unknown"


def test_an_exception_that_nobody_can_catch(hooks: None, caplog: pytest.LogCaptureFixture) -> None:
    class Bad:
        def __del__(self) -> None:
            raise ValueError

    bad = Bad()
    del bad
    (record,) = caplog.records
    assert record.getMessage().endswith(": function")
    assert record.exc_info is not None
    assert record.exc_info[0] is ValueError


def test_a_hook_of_somebody_else_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def own(*_args: object) -> None: ...

    for holder, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(holder, name, own)
    log_hooks.install()
    logging.captureWarnings(False)
    assert (sys.excepthook, sys.unraisablehook, threading.excepthook) == (own, own, own)
