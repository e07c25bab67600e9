"""The request's id and trace: taken over, made, passed on, forgotten."""

import contextvars
import re
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.request_id import enter, leave, new_id, outgoing_headers, request_id, trace_id

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01".encode()


def entered(headers: dict[bytes, bytes]) -> tuple[str, str | None]:
    return contextvars.copy_context().run(enter, headers)


def test_made_ids_are_uuids_of_version_7_and_now() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_made_ids_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(1_700_000_000_000_000_000, 1_700_000_000_003_000_000, 250))
    monkeypatch.setattr("time.time_ns", lambda: next(moments))
    ids = [new_id() for _ in range(12_000)]
    assert len(set(ids)) == 12_000
    assert [made[:18] for made in ids] == sorted(made[:18] for made in ids)


@given(st.from_regex(r"[A-Za-z0-9._-]{1,128}", fullmatch=True))
def test_a_plain_id_is_taken_over(given_id: str) -> None:
    assert entered({b"x-request-id": given_id.encode()})[0] == given_id


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"a b",
        b"{a}",
        b"a\n",
        b"a\r\nb",
        b"x" * 129,
        b"x" * 10_000,
        "ä".encode(),
        b"\xff",
        b"a/b",
    ],
)
def test_any_other_id_is_replaced(header: bytes) -> None:
    own, _ = entered({b"x-request-id": header})
    assert re.fullmatch(r"[0-9a-f-]{36}", own)


@pytest.mark.parametrize("flags", ["00", "01", "02", "03", "ff"])
def test_a_trace_is_taken_over_and_passed_on(flags: str) -> None:
    def call() -> dict[str, str]:
        enter({b"x-request-id": b"a", b"traceparent": PARENT[:-2] + flags.encode()})
        assert trace_id.get() == TRACE
        return outgoing_headers()

    headers = contextvars.copy_context().run(call)
    assert headers["X-Request-ID"] == "a"
    version, trace, span, passed = headers["traceparent"].split("-")
    assert (version, trace) == ("00", TRACE)
    assert re.fullmatch(r"[0-9a-f]{16}", span)
    assert span != "00f067aa0ba902b7"
    assert int(passed, 16) == int(flags, 16) & 3


def test_each_call_has_a_span_of_its_own_and_never_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    def call() -> str:
        enter({b"traceparent": PARENT})
        return outgoing_headers()["traceparent"]

    assert contextvars.copy_context().run(call) != contextvars.copy_context().run(call)
    monkeypatch.setattr("os.urandom", bytes)
    assert contextvars.copy_context().run(call) == f"00-{TRACE}-0000000000000001-01"


def test_a_later_version_may_say_more() -> None:
    assert entered({b"traceparent": b"01" + PARENT[2:] + b"-more"})[1] == TRACE


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"nonsense",
        PARENT + b"-more",  # version 00 has four fields
        PARENT + b"\n",
        PARENT.upper(),
        b"ff" + PARENT[2:],
        PARENT.replace(TRACE.encode(), b"0" * 32),
        PARENT.replace(b"00f067aa0ba902b7", b"0" * 16),
        PARENT[:-1],
    ],
)
def test_an_invalid_trace_is_ignored(header: bytes) -> None:
    assert entered({b"traceparent": header})[1] is None


def test_outside_of_a_request_nothing_is_passed_on() -> None:
    assert contextvars.Context().run(outgoing_headers) == {}


def test_without_a_trace_only_the_id_is_passed_on() -> None:
    def call() -> dict[str, str]:
        enter({b"x-request-id": b"a", b"traceparent": PARENT})
        enter({b"x-request-id": b"b"})  # as in a pipelined request, which inherits the context
        return outgoing_headers()

    assert contextvars.copy_context().run(call) == {"X-Request-ID": "b"}


def test_left_means_forgotten_whatever_was_there_before() -> None:
    def call() -> None:
        enter({b"x-request-id": b"first", b"traceparent": PARENT})
        enter({b"x-request-id": b"second", b"traceparent": PARENT})
        leave()
        assert request_id.get() is None
        assert trace_id.get() is None

    contextvars.copy_context().run(call)
