"""The table of bad tokens, and the good ones."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.caller import Caller
from app.identity.denied import Reason, Refused
from app.identity.keys import OneKey, shared_secret
from tests.identity.judge import check, refused
from tests.identity.provider import (
    ALGORITHMS,
    claims,
    private_key,
    token,
    validator,
)

SECRET = "for-tests-" * 6


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_good_token(algorithm: str) -> None:
    assert check(token(algorithm)) == Caller("acme", frozenset({"notes:read", "notes:write"}))


def test_clocks_may_differ_by_the_leeway() -> None:
    now = int(time.time())
    assert check(token(exp=now - 20, nbf=now + 20, iat=now + 20))


def test_no_nbf_and_one_audience_of_several_are_good() -> None:
    assert check(token(nbf=None, aud=["other", "notes"]))


PAST, FUTURE = 1_000_000_000, 4_000_000_000  # 2001 and 2096


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://evil.example.com/"}, Reason.FOREIGN),
        ({"aud": "other"}, Reason.FOREIGN),
        ({"aud": ["other"]}, Reason.FOREIGN),
        ({"aud": {"notes": 1}}, Reason.FOREIGN),
        ({"exp": PAST}, Reason.EXPIRED),
        ({"nbf": FUTURE}, Reason.EARLY),
        ({"iat": FUTURE}, Reason.EARLY),
        ({"exp": None}, Reason.INCOMPLETE),
        ({"aud": None}, Reason.INCOMPLETE),
        ({"aud": []}, Reason.INCOMPLETE),
        ({"iss": None}, Reason.INCOMPLETE),
        ({"customer": None}, Reason.INCOMPLETE),
        ({"sub": 1}, Reason.INCOMPLETE),
        ({"exp": "never"}, Reason.MALFORMED),
        ({"exp": float("inf")}, Reason.MALFORMED),
    ],
    ids=str,
)
def test_bad_claims(changes: dict[str, Any], reason: Reason) -> None:
    assert refused(token(**changes)) is reason


def test_a_signed_token_that_holds_no_claims() -> None:
    headers = {"kid": "RS256"}
    for payload in (b"[]", b"{", b"\xff", b"[" * 5000):
        signed = jwt.PyJWS().encode(payload, private_key("RS256"), "RS256", headers)
        assert refused(signed) is Reason.MALFORMED


def test_the_secret_of_development() -> None:
    keys = OneKey(shared_secret(SECRET))
    signed = jwt.encode(claims(), SECRET, "HS256")
    assert asyncio.run(validator(keys, ("HS256",)).check(signed)).customer == "acme"
    for forged in (jwt.encode(claims(), SECRET + "x", "HS256"), token("RS256")):
        with pytest.raises(Refused) as caught:
            asyncio.run(validator(keys, ("HS256",)).check(forged))
        assert caught.value.reason is Reason.UNTRUSTED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["iss", "aud", "exp", "nbf", "iat", "sub", "jti", "customer", "scope"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_whatever_a_signed_token_claims_is_a_caller_or_refused(changes: dict[str, Any]) -> None:
    payload = json.dumps({**claims(), **changes}).encode()
    headers = {"kid": "EdDSA"}
    signed = jwt.PyJWS().encode(payload, private_key("EdDSA"), "EdDSA", headers)
    with suppress(Refused):
        assert check(signed).customer
