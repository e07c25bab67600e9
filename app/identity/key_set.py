"""The keys in a JSON Web Key Set. https://www.rfc-editor.org/rfc/rfc7517#section-5"""

import json
from collections.abc import Collection
from typing import Any

import jwt

# Longer keys hold up the event loop (validator.py has the times).
RSA_MODULUS_LENGTH = 1366  # characters for 8,192 bits


def key_set(content: bytes, algorithms: Collection[str]) -> dict[str, jwt.PyJWK]:
    """The keys by their `kid` that are for signatures by one of `algorithms`.

    Others are passed over: providers publish keys for encryption beside them. ValueError, which
    says why, when there is none, so that a broken answer never replaces good keys.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it is not a JSON Web Key Set")
    keys = {jwk["kid"]: key for jwk in listed if (key := _usable(jwk, algorithms))}
    if not keys:
        raise ValueError(f"no public key in it has a kid and is for {', '.join(algorithms)}")
    return keys


def _usable(jwk: Any, algorithms: Collection[str]) -> jwt.PyJWK | None:
    if (
        not isinstance(jwk, dict)
        or not isinstance(jwk.get("kid"), str)
        # Never `oct`: what everybody can read is no secret to sign with.
        or jwk.get("kty") not in ("RSA", "EC", "OKP")
        or jwk.get("use", "sig") != "sig"
        or "d" in jwk  # a private key, which is known to the world now
        or jwk.get("alg") not in (None, *algorithms)
        or len(str(jwk.get("n"))) > RSA_MODULUS_LENGTH
    ):
        return None
    try:
        key = jwt.PyJWK(jwk)
    except jwt.PyJWTError:
        return None
    too_short = key.Algorithm.check_key_length(key.key)
    return key if key.algorithm_name in algorithms and not too_short else None
