"""Tokens that somebody else has made or changed: none is taken."""

import asyncio
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from app.identity.denied import Reason, Refused
from tests.identity.judge import Known, part, refused
from tests.identity.provider import (
    ALGORITHMS,
    claims,
    private_key,
    public_jwk,
    token,
    validator,
)


def test_no_signature() -> None:
    unsigned = jwt.encode(claims(), "", "none", {"kid": "RS256"})
    assert refused(unsigned) is Reason.UNTRUSTED
    spellings: list[object] = ["None", "NONE", "", None, ["none"], {}]
    for alg in spellings:
        forged = f"{part({'alg': alg, 'kid': 'RS256'})}.{part(claims())}."
        assert refused(forged) is Reason.UNTRUSTED


def test_a_public_key_is_no_secret() -> None:
    """What everybody can read must not sign; PyJWT refuses to, so it is done by hand."""
    key = private_key("RS256").public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwk = json.dumps(public_jwk("RS256")).encode()
    head = f"{part({'alg': 'HS256', 'kid': 'RS256'})}.{part(claims())}"
    for secret in (pem, pem.strip(), jwk):
        hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        forged = f"{head}.{part(hmac.sign(head.encode(), secret))}"
        assert refused(forged) is Reason.UNTRUSTED
        # Even if HS256 were allowed: the algorithm is the key's own.
        with pytest.raises(Refused) as caught:
            asyncio.run(validator(Known(), (*ALGORITHMS, "HS256")).check(forged))
        assert caught.value.reason is Reason.UNTRUSTED


def test_the_key_of_another_algorithm() -> None:
    assert refused(token("RS256", kid="ES256")) is Reason.UNTRUSTED
    assert refused(token("ES256", kid="RS256")) is Reason.UNTRUSTED


def test_an_unknown_kid_or_none() -> None:
    assert refused(token(kid="unknown")) is Reason.UNTRUSTED
    assert refused(jwt.encode(claims(), private_key("RS256"), "RS256")) is Reason.UNTRUSTED


def test_a_key_of_the_callers_own_is_not_looked_at() -> None:
    """`jwk`, `jku` and `x5u` name keys that whoever forges a token would choose."""
    own = jwt.algorithms.RSAAlgorithm
    headers = {
        "kid": "RS256",
        "jwk": json.loads(own.to_jwk(private_key("RS256", 3072).public_key())),
        "jku": "https://evil.example.com/jwks",
    }
    forged = jwt.encode(claims(), private_key("RS256", 3072), "RS256", headers)
    assert refused(forged) is Reason.UNTRUSTED


@pytest.mark.parametrize(
    "headers", [{"crit": ["x"]}, {"crit": ["b64"], "b64": False}, {"kid": 1}, {"kid": {}}], ids=str
)
def test_headers_that_cannot_be(headers: dict[str, Any]) -> None:
    forged = f"{part({'alg': 'RS256', 'kid': 'RS256', **headers})}.{part(claims())}.AAAA"
    assert refused(forged) is Reason.MALFORMED


def test_no_key_is_sought_for_an_algorithm_that_is_not_allowed() -> None:
    keys = Known()
    for alg in ("none", "HS256", "PS256", "RS512"):
        with pytest.raises(Refused):
            asyncio.run(validator(keys).check(f"{part({'alg': alg, 'kid': 'x'})}.e30.AAAA"))
    assert keys.sought == []


@given(st.integers(0, 2000), st.sampled_from("AQgw-_z9"))
def test_a_token_with_a_character_changed_is_refused(place: int, character: str) -> None:
    good = token("ES256", exp=4_000_000_000, nbf=None)
    place %= len(good)
    forged = good[:place] + character + good[place + 1 :]
    if forged == good or good[place] == ".":
        return
    assert refused(forged) in (Reason.UNTRUSTED, Reason.MALFORMED)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["alg", "kid", "crit", "b64", "typ", "zip"]), JSON))
def test_whatever_a_forged_header_says_is_refused(header: dict[str, Any]) -> None:
    forged = f"{part({'alg': 'RS256', 'kid': 'RS256', **header})}.{part(claims())}.AAAA"
    assert refused(forged) in (Reason.UNTRUSTED, Reason.MALFORMED)
