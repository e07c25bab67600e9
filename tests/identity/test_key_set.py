"""The keys in a JSON Web Key Set."""

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm

from app.identity.key_set import key_set
from tests.identity.provider import ALGORITHMS, private_key, public_jwk, published


def test_each_key_has_the_algorithm_of_its_kind() -> None:
    keys = key_set(published(), ALGORITHMS)
    assert {kid: key.algorithm_name for kid, key in keys.items()} == {
        "RS256": "RS256",
        "ES256": "ES256",
        "EdDSA": "EdDSA",
    }


SECRET = {"kty": "oct", "k": base64.urlsafe_b64encode(b"x" * 32).decode(), "kid": "k"}
PRIVATE = {**json.loads(RSAAlgorithm.to_jwk(private_key("RS256"))), "kid": "k"}
SHORT = {
    **json.loads(RSAAlgorithm.to_jwk(private_key("RS256", 1024).public_key())),
    "kid": "k",
}
USELESS = [
    SECRET,
    PRIVATE,
    SHORT,
    public_jwk("RS256", use="enc"),
    public_jwk("RS256", alg="PS256"),
    public_jwk("RS256", alg="HS256"),
    public_jwk("RS256", alg="none"),
    public_jwk("RS256", alg=["RS256"]),
    public_jwk("RS256", kid=None) | {"kid": None},
    public_jwk("RS256", n=1),
    public_jwk("RS256", n="A" * 1367),
    public_jwk("ES256", crv="P-384"),
    public_jwk("ES256", crv=[]),
    public_jwk("ES256", x="AA"),
    public_jwk("EdDSA", crv="X25519"),
    "no key",
    None,
]


@pytest.mark.parametrize("jwk", USELESS)
def test_keys_for_something_else_are_passed_over(jwk: Any) -> None:
    assert list(key_set(published(jwk, public_jwk("EdDSA")), ALGORITHMS)) == ["EdDSA"]
    with pytest.raises(ValueError, match="no public key in it"):
        key_set(published(jwk), ALGORITHMS)


def test_an_algorithm_that_is_not_allowed_has_no_keys() -> None:
    assert list(key_set(published(), ["ES256"])) == ["ES256"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is not JSON"),
        (b"<html>", "it is not JSON"),
        (b"\xff\xff", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "it is not a JSON Web Key Set"),
        (b'{"keys": {}}', "it is not a JSON Web Key Set"),
        (b'{"keys": []}', "no public key in it"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_key_set(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        key_set(content, ALGORITHMS)


VALUES = st.none() | st.integers() | st.text(max_size=20) | st.lists(st.text(), max_size=2)


@given(
    st.sampled_from(ALGORITHMS),
    st.dictionaries(st.sampled_from(["kty", "crv", "n", "e", "x", "y", "alg", "kid"]), VALUES),
)
def test_whatever_is_published_is_a_key_or_passed_over(
    algorithm: str, changes: dict[str, Any]
) -> None:
    content = published({**public_jwk(algorithm), **changes}, public_jwk("ES256", "good"))
    keys = key_set(content, ALGORITHMS)
    assert "good" in keys
    assert all(isinstance(key, jwt.PyJWK) for key in keys.values())
