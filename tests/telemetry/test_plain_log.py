"""Telemetry's own lines come out as logging's would, and whoever changes records is heard."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.telemetry.log_format import ConsoleFormatter, JsonFormatter
from app.telemetry.log_handler import LogHandler
from app.telemetry.log_queue import LogQueue
from app.telemetry.log_writer import ATOMIC_BYTES, Writer
from app.telemetry.plain_log import info
from app.telemetry.response_cut import Unreported

FIELDS = {"request_id": "r", "n": 1, "ms": 0.5, "nothing": None, "url.path": "/a%20b"}


class Taken(LogQueue):
    """Keeps what it is given: `made` says of each line whether it was one already."""

    def __init__(self) -> None:
        super().__init__(Writer(-1))
        self.made: list[bool] = []
        self.lines: list[str] = []

    def put(self, formatter: logging.Formatter, record: logging.LogRecord | bytes) -> None:
        self.made.append(isinstance(record, bytes))
        self.lines.append(self._line(formatter, record).decode())


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def handler(taken: Taken) -> LogHandler:
    made = LogHandler(log_queue=taken)
    made.setFormatter(JsonFormatter())
    made.addFilter(Unreported())
    return made


@pytest.fixture
def logger(handler: LogHandler) -> Iterator[logging.Logger]:
    """One whose parent has the handler, as the service's root has."""
    parent, child = logging.getLogger("plain"), logging.getLogger("plain.child")
    parent.propagate = False
    parent.setLevel(logging.INFO)
    parent.addHandler(handler)
    yield child
    for each in (parent, child):
        each.handlers.clear()
        each.filters.clear()
        each.setLevel(logging.NOTSET)
    parent.propagate = child.propagate = True


def alone(logger: logging.Logger, handler: LogHandler) -> None:
    """Without the handlers that pytest gives to each logger for the time of a test."""
    assert logger.parent is not None
    logger.parent.handlers[:] = [handler]


def without_time(line: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(line)
    del fields["timestamp"]
    return fields


def test_the_line_is_the_one_of_logging(
    logger: logging.Logger, handler: LogHandler, taken: Taken
) -> None:
    alone(logger, handler)
    info(logger, "GET /%s", FIELDS)
    logger.info("GET /%s", extra=FIELDS)
    assert taken.made == [True, False]
    ours, theirs = (json.loads(line) for line in taken.lines)
    assert list(ours.items())[1:] == list(theirs.items())[1:]
    first, second = (datetime.fromisoformat(each["timestamp"]) for each in (ours, theirs))
    assert timedelta() <= second - first < timedelta(minutes=1)
    assert [line.endswith("}\n") for line in taken.lines] == [True, True]


def test_a_long_line_is_cut_to_what_a_pipe_takes_whole(
    logger: logging.Logger, handler: LogHandler, taken: Taken
) -> None:
    alone(logger, handler)
    info(logger, "m" * 100_000, {"path": "p" * 100_000})
    logger.addFilter(lambda _: True)
    info(logger, "m" * 100_000, {"path": "p" * 100_000})
    assert taken.made == [True, False]
    for line in taken.lines:
        assert ATOMIC_BYTES - 8 <= len(line.encode()) <= ATOMIC_BYTES
        assert json.loads(line)["path"].startswith("p")


def test_below_the_level_nothing_is_logged(logger: logging.Logger, taken: Taken) -> None:
    logger.setLevel(logging.WARNING)
    info(logger, "m", FIELDS)
    assert taken.lines == []


def redact(record: logging.LogRecord) -> bool:
    vars(record)["n"] = 2
    return True


def filter_of_the_logger(logger: logging.Logger, _: LogHandler) -> None:
    logger.addFilter(redact)


def filter_of_the_handler(_: logging.Logger, handler: LogHandler) -> None:
    handler.addFilter(redact)


def factory(_: logging.Logger, __: LogHandler) -> None:
    def changing(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = logging.LogRecord(*args, **kwargs)
        vars(record)["tenant"] = "acme"
        return record

    logging.setLogRecordFactory(changing)


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (filter_of_the_logger, {"n": 2}),
        (filter_of_the_handler, {"n": 2}),
        (factory, {"tenant": "acme"}),
    ],
)
def test_who_changes_records_is_heard(
    logger: logging.Logger,
    handler: LogHandler,
    taken: Taken,
    change: Callable[[logging.Logger, LogHandler], None],
    written: dict[str, Any],
) -> None:
    try:
        alone(logger, handler)
        change(logger, handler)
        info(logger, "m", FIELDS)
    finally:
        logging.setLogRecordFactory(logging.LogRecord)
    expected = {"level": "INFO", "logger": "plain.child", "message": "m", **FIELDS, **written}
    assert without_time(taken.lines[0]) == expected


def test_other_handlers_get_the_record(
    logger: logging.Logger, handler: LogHandler, taken: Taken
) -> None:
    alone(logger, handler)
    seen: list[logging.LogRecord] = []

    class Other(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    logger.addHandler(Other())
    info(logger, "m", FIELDS)
    assert without_time(taken.lines[0])["n"] == 1
    assert vars(seen[0])["n"] == 1


def test_a_formatter_of_anothers_sees_the_extras(
    logger: logging.Logger, handler: LogHandler, taken: Taken
) -> None:
    alone(logger, handler)
    handler.setFormatter(logging.Formatter("%(message)s %(n)d"))
    info(logger, "m", FIELDS)
    assert taken.lines == ["m 1\n"]


def test_on_a_terminal_it_looks_like_the_others(
    logger: logging.Logger, handler: LogHandler, taken: Taken
) -> None:
    alone(logger, handler)
    handler.setFormatter(ConsoleFormatter())
    info(logger, "m", FIELDS)
    assert "url.path=/a%20b" in taken.lines[0]


def test_the_handlers_level_holds(
    logger: logging.Logger, handler: LogHandler, taken: Taken
) -> None:
    alone(logger, handler)
    handler.setLevel(logging.WARNING)
    info(logger, "m", FIELDS)
    assert taken.lines == []


def test_a_logger_that_passes_nothing_on_is_left_alone(
    logger: logging.Logger, handler: LogHandler, taken: Taken
) -> None:
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    info(logger, "m", FIELDS)
    assert taken.lines == []
