"""An identity provider of our own: its keys, what it publishes, the tokens that it signs."""

import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from app.identity.keys import Keys
from app.identity.validator import Validator

ISSUER = "https://id.example.com/"
AUDIENCE = "notes"
ALGORITHMS = ("RS256", "ES256", "EdDSA")


@cache
def private_key(algorithm: str, size: int = 2048) -> Any:
    """A private key for `algorithm`, the same for all tests."""
    if algorithm == "RS256":
        return rsa.generate_private_key(65537, size)
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate()


def public_jwk(algorithm: str, kid: str | None = None, **more: Any) -> dict[str, Any]:
    """Its public half as it is published; its `kid` is the algorithm unless given."""
    key = private_key(algorithm).public_key()
    writer: Any = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}[algorithm]
    return {**json.loads(writer.to_jwk(key)), "kid": kid or algorithm, "use": "sig", **more}


def published(*jwks: Any) -> bytes:
    """A key set of these, or of one key for each algorithm."""
    keys = jwks or [public_jwk(algorithm) for algorithm in ALGORITHMS]
    return json.dumps({"keys": keys}).encode()


def claims(**more: Any) -> dict[str, Any]:
    """Good claims, changed by `more`, where None takes one away."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": now + 600,
        "nbf": now,
        "customer": "acme",
        "scope": "notes:read notes:write",
    }
    return {name: value for name, value in {**good, **more}.items() if value is not None}


def token(algorithm: str = "RS256", kid: str | None = None, **more: Any) -> str:
    """A signed token with these claims."""
    headers = {"kid": kid or algorithm}
    return jwt.encode(claims(**more), private_key(algorithm), algorithm, headers)


def validator(keys: Keys, algorithms: tuple[str, ...] = ALGORITHMS) -> Validator:
    """A validator that takes this provider's tokens."""
    return Validator(keys, algorithms, ISSUER, AUDIENCE, 30, "customer")
