"""Each record is one line of JSON, or readable text that nothing in it can break."""

import json
import logging
import re
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.log_format import ConsoleFormatter, JsonFormatter
from app.telemetry.log_json import LINE_BYTES
from app.telemetry.log_snapshot import snapshot
from tests.telemetry.test_log_json import ANY_TEXT, VALUES

WHEN = 1_767_322_984.0625


def record(message: str = "m", *args: object, **extra: Any) -> logging.LogRecord:
    made = logging.getLogger("a.b").makeRecord("a.b", 40, __file__, 7, message, args, None)
    made.created = WHEN
    made.__dict__.update(extra)
    return made


def failing(message: str, depth: int = 0) -> Any:
    def deeper(left: int) -> None:
        if left:
            deeper(left - 1)
        raise ValueError(message)

    try:
        deeper(depth)
    except ValueError:
        return sys.exc_info()


def as_json(original: logging.LogRecord) -> dict[str, Any]:
    line = JsonFormatter().format(snapshot(original))
    assert "\n" not in line
    assert len(line.encode()) < LINE_BYTES
    fields: dict[str, Any] = json.loads(line)
    return fields


def test_the_fields_of_a_json_line_in_their_order() -> None:
    given = record("hello %s", "you", request_id="r", trace_id="t", n=1, color_message="\033[1m")
    assert list(as_json(given).items()) == [
        ("timestamp", "2026-01-02T03:03:04.062Z"),
        ("level", "ERROR"),
        ("logger", "a.b"),
        ("message", "hello you"),
        ("request_id", "r"),
        ("trace_id", "t"),
        ("n", 1),
    ]


def test_an_extra_never_hides_a_field() -> None:
    fields = as_json(record(level="x", timestamp=0, exception="e"))
    assert fields["level"] == "ERROR"
    assert fields["extra.level"] == "x"
    assert fields["extra.timestamp"] == 0
    assert fields["extra.exception"] == "e"


def test_exception_and_stack() -> None:
    fields = as_json(record(exc_info=failing("boom\nsecond"), stack_info="Stack:\n  here"))
    assert fields["exception"].startswith("Traceback (most recent call last):\n")
    assert fields["exception"].endswith("ValueError: boom\nsecond")
    assert fields["stack"] == "Stack:\n  here"


def test_a_record_that_is_no_snapshot() -> None:
    fields = json.loads(JsonFormatter().format(record(exc_info=failing("boom"))))
    assert fields["exception"].endswith("ValueError: boom")
    assert "exception" not in json.loads(JsonFormatter().format(record(exc_info=(None,) * 3)))
    assert json.loads(JsonFormatter().format(record(exc_text="cached")))["exception"] == "cached"


def test_a_stack_is_cut_in_its_middle_at_16_kib() -> None:
    trace = failing("the end" + "é" * 20_000 + "of it", depth=2)
    line = JsonFormatter().format(snapshot(record(exc_info=trace)))
    assert LINE_BYTES - 4 <= len(line.encode()) < LINE_BYTES
    exception = json.loads(line)["exception"]
    assert exception.startswith("Traceback (most recent call last):\n")
    assert "…" in exception
    assert exception.endswith("of it")


def test_a_record_may_ask_for_a_shorter_line() -> None:
    line = JsonFormatter().format(snapshot(record("x" * 9000, _line_bytes=4096)))
    assert len(line) <= 4095
    assert "_line_bytes" not in json.loads(line)


# `_line_bytes` is no extra of a stranger but ours.
EXTRAS = st.dictionaries(ANY_TEXT.filter(lambda name: name != "_line_bytes"), VALUES, max_size=5)


@given(EXTRAS, ANY_TEXT)
def test_any_extras_are_one_json_line(extras: dict[str, Any], text: str) -> None:
    # logging itself refuses extras that would replace an attribute of the record
    made = record("%s", text)
    made.__dict__.update({key: extras[key] for key in extras.keys() - vars(made).keys()})
    as_json(made)


@given(EXTRAS, ANY_TEXT)
def test_any_extras_are_one_console_line(extras: dict[str, Any], text: str) -> None:
    made = record("%s", text)
    made.__dict__.update({key: extras[key] for key in extras.keys() - vars(made).keys()})
    made.stack_info = None
    assert ConsoleFormatter().format(snapshot(made)).isprintable()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("os.isatty", lambda fd: fd == 1)
    return monkeypatch


def test_console_line_in_colour(terminal: pytest.MonkeyPatch) -> None:
    made = record(
        "hello", request_id="0192f3a1-aaaa-7bbb-8ccc-123456789abc", trace_id="t", span_id="s", n=1
    )
    line = ConsoleFormatter().format(snapshot(made))
    assert re.fullmatch(
        r"\033\[2m\d\d:\d\d:04\.062\033\[0m \033\[31mERROR   \033\[0m \033\[2ma\.b\033\[0m hello "
        r"\033\[2mn=1\033\[0m \033\[2m\[56789abc\]\033\[0m",
        line,
    )


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_console_without_colour(terminal: pytest.MonkeyPatch, name: str, value: str) -> None:
    terminal.setenv(name, value)
    assert "\033" not in ConsoleFormatter().format(snapshot(record()))


def test_console_into_a_pipe_or_with_stdout_closed(terminal: pytest.MonkeyPatch) -> None:
    terminal.setattr("os.isatty", lambda _fd: False)
    assert not ConsoleFormatter().colour
    terminal.setattr("os.isatty", lambda _fd: True)
    assert ConsoleFormatter().colour
    terminal.setattr("sys.__stdout__", None)
    assert not ConsoleFormatter().colour


def test_console_escapes_what_could_forge_a_line_or_steer_the_terminal() -> None:
    made = record("a\n12:00:00.000 INFO  forged\x1b[2J\x9b\u202e\u2028 é")
    line = ConsoleFormatter().format(snapshot(made))
    assert line.endswith(r"a\n12:00:00.000 INFO  forged\x1b[2J\x9b\u202e\u2028 é")


def test_console_shows_an_exception_indented_below() -> None:
    made = record(exc_info=failing("boom\n\x1b[2Jforged"), stack_info="Stack:\n  here")
    first, *rest = ConsoleFormatter().format(snapshot(made)).split("\n")
    assert first.endswith("a.b m")
    assert rest[0] == "    Traceback (most recent call last):"
    assert rest[-4:] == [
        "    ValueError: boom",
        r"    \x1b[2Jforged",
        "    Stack:",
        "      here",
    ]
