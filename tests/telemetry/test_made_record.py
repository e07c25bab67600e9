"""A record made by telemetry is one of logging's, and whoever changes it is heard."""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.telemetry.log_format import JsonFormatter
from app.telemetry.log_json import LINE_BYTES
from app.telemetry.log_snapshot import snapshot
from app.telemetry.made_record import MadeRecord, made, unchanged

EXTRAS = {"request_id": "r", "n": 1, "ms": 0.5, "nothing": None}


def record(**extras: Any) -> logging.LogRecord:
    return made("a.b", "the message %s", {**EXTRAS, **extras}, 4096)


def as_json(given: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(JsonFormatter().format(snapshot(given)))
    del fields["timestamp"]
    return fields


WRITTEN = {"level": "INFO", "logger": "a.b", "message": "the message %s", **EXTRAS}


def test_it_has_what_other_handlers_ask_for() -> None:
    before = time.time()
    ours = record()
    theirs = logging.getLogger("a.b").makeRecord(
        "a.b", logging.INFO, __file__, 0, "the message %s", (), None, extra=EXTRAS
    )
    assert vars(ours).keys() - vars(theirs).keys() == {"_line_bytes"}
    assert vars(theirs).keys() <= vars(ours).keys()
    same = ("name", "levelname", "levelno", "process", "processName", "thread", "threadName")
    assert [getattr(ours, name) for name in same] == [getattr(theirs, name) for name in same]
    assert before <= ours.created <= theirs.created
    assert ours.msecs == int(ours.created * 1000) % 1000
    assert 0 <= theirs.relativeCreated - ours.relativeCreated < 10_000
    assert ours.process == os.getpid()
    assert (
        logging.Formatter("%(asctime)s %(threadName)s %(message)s")
        .format(ours)
        .endswith(f" {threading.current_thread().name} the message %s")
    )


def test_its_line() -> None:
    given = record()
    assert isinstance(given, MadeRecord)
    assert snapshot(given).plain is given.extras
    assert as_json(given) == WRITTEN


def test_a_snapshot_keeps_what_was_there_at_the_call() -> None:
    given = record()
    copy = snapshot(given)
    vars(given).update(msg="another", n=2)
    line = json.loads(JsonFormatter().format(copy))
    assert (line["message"], line["n"]) == ("the message %s", 1)


def add(given: logging.LogRecord) -> None:
    vars(given)["tenant"] = "acme"


def replace(given: logging.LogRecord) -> None:
    vars(given)["request_id"] = "[redacted]"


def remove(given: logging.LogRecord) -> None:
    del vars(given)["nothing"]
    vars(given)["_hidden"] = "x"


def fail(given: logging.LogRecord) -> None:
    given.exc_text = "a trace"


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (add, {**WRITTEN, "tenant": "acme"}),
        (replace, {**WRITTEN, "request_id": "[redacted]"}),
        (remove, {name: value for name, value in WRITTEN.items() if name != "nothing"}),
        (fail, {**WRITTEN, "exception": "a trace"}),
    ],
)
def test_what_a_filter_changes_is_written(
    change: Callable[[logging.LogRecord], None], written: dict[str, Any]
) -> None:
    given = record()
    change(given)
    assert isinstance(given, MadeRecord)
    assert not unchanged(given)
    assert as_json(given) == written


@pytest.mark.parametrize("value", ["x" * (LINE_BYTES + 1), [1], b"x"])
def test_what_is_long_or_may_change_is_looked_at(value: object) -> None:
    given = record(value=value)
    assert isinstance(given, MadeRecord)
    assert not unchanged(given)
    assert len(str(vars(snapshot(given))["value"])) <= LINE_BYTES


@pytest.fixture
def factory() -> Iterator[None]:
    theirs = logging.getLogRecordFactory()

    def tenant(*args: Any, **kwargs: Any) -> logging.LogRecord:
        other = theirs(*args, **kwargs)
        other.__dict__["tenant"] = "acme"
        return other

    logging.setLogRecordFactory(tenant)
    yield
    logging.setLogRecordFactory(theirs)


@pytest.mark.usefixtures("factory")
def test_a_record_factory_of_the_applications_is_used() -> None:
    assert as_json(record()) == {**WRITTEN, "tenant": "acme"}
