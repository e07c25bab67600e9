"""The handler takes every record in, also one that is broken, without raising."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.telemetry.log_format import JsonFormatter
from app.telemetry.log_handler import LogHandler, process_log
from app.telemetry.log_queue import LogQueue
from app.telemetry.log_writer import Writer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def log_to_file(tmp_path: Path) -> Iterator[tuple[logging.Logger, Path]]:
    path = tmp_path / "log"
    with path.open("wb") as file:
        handler = LogHandler(7, LogQueue(Writer(file.fileno())))
        handler.setFormatter(JsonFormatter())
        assert handler.log_queue.size == 7
        logger = logging.Logger("t")  # noqa: LOG001 - one that nobody else has
        logger.addHandler(handler)
        yield logger, path


def test_a_record_becomes_a_line(log_to_file: tuple[logging.Logger, Path]) -> None:
    logger, path = log_to_file
    logger.info("hello %s", "you", extra={"n": 1})
    fields = json.loads(path.read_text())
    assert (fields["message"], fields["n"], fields["logger"]) == ("hello you", 1, "t")


def test_broken_arguments_become_a_line_and_are_counted(
    log_to_file: tuple[logging.Logger, Path],
) -> None:
    logger, path = log_to_file
    logger.info("%d", "text")
    message = json.loads(path.read_text())["message"]
    assert message.startswith(f"a log record of {__file__}:")
    assert message.endswith(" could not be written: TypeError")
    (handler,) = logger.handlers
    assert isinstance(handler, LogHandler)
    assert handler.log_queue.lost == 1


def test_filters_may_refuse_or_replace(log_to_file: tuple[logging.Logger, Path]) -> None:
    logger, path = log_to_file
    (handler,) = logger.handlers
    handler.addFilter(lambda record: record.getMessage() != "no")
    record = logging.LogRecord("t", 20, __file__, 7, "no", None, None)
    assert not handler.handle(record)
    logger.info("yes")
    if sys.version_info >= (3, 12):
        handler.addFilter(lambda _: logging.LogRecord("t", 20, __file__, 7, "other", None, None))
        logger.info("yes")
    assert [json.loads(line)["message"] for line in path.read_text().splitlines()] == (
        ["yes", "other"] if sys.version_info >= (3, 12) else ["yes"]
    )


def test_a_message_may_wait_for_a_thread_that_logs(
    log_to_file: tuple[logging.Logger, Path],
) -> None:
    logger, path = log_to_file

    class Waits:
        def __str__(self) -> str:
            thread = threading.Thread(target=logger.info, args=("inner",))
            thread.start()
            thread.join(30)
            return "outer" if not thread.is_alive() else "stuck"

    logger.info("%s", Waits())
    assert [json.loads(line)["message"] for line in path.read_text().splitlines()] == [
        "inner",
        "outer",
    ]


def test_without_a_formatter_the_line_is_plain(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        logger = logging.Logger("t")  # noqa: LOG001 - one that nobody else has
        logger.addHandler(LogHandler(log_queue=LogQueue(Writer(file.fileno()))))
        logger.info("plain")
    assert (tmp_path / "log").read_text() == "plain\n"


def test_the_default_is_the_queue_of_the_process() -> None:
    size = process_log.size
    assert LogHandler(size).log_queue is process_log


CLOSED = """
import logging, os, sys, tempfile
from app.telemetry.log_handler import LogHandler, process_log
taken = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)  # the application's own file
assert taken in (1, 2), taken
logging.getLogger().addHandler(LogHandler())
logging.getLogger().error("not into the file")
assert process_log.lost == 1
"""


def test_closed_stdout_whose_number_another_file_got(tmp_path: Path) -> None:
    code = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" "$2" >&-', sys.executable, CLOSED, str(tmp_path / "f")],
        cwd=ROOT,
        check=False,
        env=os.environ | {"COVERAGE_PROCESS_START": ""},
    ).returncode
    assert code == 0
    assert (tmp_path / "f").read_bytes() == b""
