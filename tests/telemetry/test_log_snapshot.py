"""A snapshot says what the record said at the call, whatever happens to its arguments after."""

import gc
import linecache
import logging
import sys
import uuid
import weakref
from typing import Any

import pytest

from app.telemetry.log_json import LINE_BYTES
from app.telemetry.log_snapshot import snapshot
from app.telemetry.request_id import request_id, trace_id


def record(message: object = "m", *args: object, **extra: Any) -> logging.LogRecord:
    made = logging.getLogger("a.b").makeRecord("a.b", 20, __file__, 7, message, args, None)
    made.__dict__.update(extra)
    return made


def test_arguments_and_extras_may_change_after() -> None:
    mutable = {"a": [1]}
    copy = snapshot(record("%s", mutable, extra=mutable, text="t", number=1.5))
    mutable["a"].append(2)
    assert copy.getMessage() == "{'a': [1]}"
    assert vars(copy)["extra"] == {"a": [1]}
    assert (vars(copy)["text"], vars(copy)["number"]) == ("t", 1.5)


def test_the_record_itself_is_left_to_other_handlers() -> None:
    original = record("%s %s", "a", "b", extra={"a": (1,)})
    before = dict(vars(original))
    snapshot(original)
    assert vars(original) == before


def test_objects_become_text() -> None:
    some = uuid.uuid4()
    assert vars(snapshot(record(some=some)))["some"] == str(some)


def test_long_texts_are_cut() -> None:
    long = "x" * 100_000
    copy = vars(snapshot(record(long, text=long, values=[long])))
    assert [len(copy[name]) for name in ("msg", "text", "values")] == [LINE_BYTES] * 3


def test_line_ends_after_a_message_are_dropped() -> None:
    assert snapshot(record("Exception in ASGI application\n")).msg == (
        "Exception in ASGI application"
    )


def test_djangos_request_is_left_out_because_its_text_has_the_query() -> None:
    assert "request" not in vars(snapshot(record(request=object())))
    assert vars(snapshot(record(request="a text")))["request"] == "a text"


def test_bad_arguments_are_told() -> None:
    with pytest.raises(TypeError):
        snapshot(record("%d", "text"))


def test_exception_is_kept_without_its_frames() -> None:
    class Held:
        pass

    def fail() -> weakref.ref[Held]:
        held = Held()
        seen.append(weakref.ref(held))
        raise ValueError("told")

    seen: list[weakref.ref[Held]] = []
    original = record()
    try:
        fail()
    except ValueError:
        original.exc_info = sys.exc_info()
        copy = snapshot(original)
    del original
    gc.collect()
    assert seen[0]() is None
    assert copy.exc_info is None
    text = "".join(vars(copy)["_traceback"].format())
    assert text.startswith("Traceback (most recent call last):\n")
    assert 'raise ValueError("told")' in text
    assert text.endswith("ValueError: told\n")


def test_no_source_file_is_read_in_the_calling_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def getline(filename: str, *_: object) -> str:
        read.append(filename)
        return "the line"

    monkeypatch.setattr(linecache, "getline", getline)
    original = record()
    try:
        raise ValueError
    except ValueError:
        original.exc_info = sys.exc_info()
    copy = snapshot(original)
    assert read == []
    assert "the line" in "".join(vars(copy)["_traceback"].format())


def test_no_exception_to_tell() -> None:
    original = record()
    original.exc_info = (None, None, None)
    assert vars(snapshot(original))["_traceback"] is None


def test_request_and_trace_are_those_of_the_caller() -> None:
    assert "request_id" not in vars(snapshot(record()))
    tokens = request_id.set("r1"), trace_id.set("t1")
    try:
        copy = vars(snapshot(record()))
        own = vars(snapshot(record(request_id="own")))
    finally:
        request_id.reset(tokens[0])
        trace_id.reset(tokens[1])
    assert (copy["request_id"], copy["trace_id"]) == ("r1", "t1")
    assert own["request_id"] == "own"
