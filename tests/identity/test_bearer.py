"""The token in a request's headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.bearer import LIMIT_BYTES, token_of
from app.identity.denied import Reason, Refused


def refused(*values: bytes) -> Reason:
    with pytest.raises(Refused) as caught:
        token_of([(b"host", b"x"), *((b"authorization", value) for value in values)])
    return caught.value.reason


@pytest.mark.parametrize("written", [b"Bearer a-_.B9.c", b"bearer a-_.B9.c", b"BEARER   a-_.B9.c"])
def test_is_found(written: bytes) -> None:
    assert token_of([(b"host", b"x"), (b"authorization", written)]) == "a-_.B9.c"


def test_a_token_without_a_signature_is_for_the_validator_to_judge() -> None:
    assert token_of([(b"authorization", b"Bearer a.b.")]) == "a.b."


def test_none() -> None:
    assert refused() is Reason.NO_TOKEN


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearera.b.c",
        b"Basic dTpw",
        b"a.b.c",
        b"Bearer abc",
        b"Bearer a.b",
        b"Bearer a.b.c.d",
        b"Bearer a.b.c ",
        b"Bearer a.b.c, Bearer a.b.c",
        b"Bearer a.b.c\n",
        b"Bearer a.\xe4.c",
        b"Bearer a.\xff\x00.c",
        b"Bearer a.b.c=",
    ],
)
def test_malformed(value: bytes) -> None:
    assert refused(value) is Reason.MALFORMED


def test_two_are_refused_even_when_they_are_the_same() -> None:
    assert refused(b"Bearer a.b.c", b"Bearer a.b.c") is Reason.MALFORMED


def test_is_bounded_before_it_is_looked_at() -> None:
    longest = b"Bearer a.b.".ljust(LIMIT_BYTES, b"c")
    assert token_of([(b"authorization", longest)]).startswith("a.b.c")
    assert refused(longest + b"c") is Reason.MALFORMED
    assert refused(b"Bearer a.b.".ljust(100_000, b"c")) is Reason.MALFORMED


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=3))
def test_whatever_is_sent_is_a_token_or_refused(values: list[bytes]) -> None:
    try:
        token = token_of([(b"authorization", b"Bearer " + value) for value in values])
    except Refused:
        return
    assert len(values) == 1
    assert token.isascii()
    assert token.count(".") == 2
