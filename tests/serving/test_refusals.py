"""The table of refusals."""

import pytest

from app.serving.limits import REASONS
from app.serving.refusals import REFUSALS, Refusal, refusal_response


@pytest.mark.parametrize("reason", REASONS)
def test_a_refusal_is_the_clients_fault_and_says_so_in_a_sentence(reason: str) -> None:
    status, detail = REFUSALS[reason]
    assert 400 <= status < 500
    assert detail.endswith(".")
    assert Refusal(reason).reason == reason


def test_reasons_can_be_labels() -> None:
    assert all(reason.isascii() and reason.islower() for reason in REASONS)


def test_a_refusal_over_the_wire() -> None:
    head, _, body = refusal_response("parse", [(b"date", b"today")]).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 400 Bad Request"
    assert lines[1] == b"date: today"
    assert b"content-length: %d" % len(body) in lines
    assert b"connection: close" in lines
    assert b"\r\nallow: GET, " in refusal_response("method", [])
    assert b"\r\nallow: " not in head
