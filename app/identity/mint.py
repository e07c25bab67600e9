"""Tokens for development and tests, signed with AUTH_SECRET."""

import time
from collections.abc import Iterable

import jwt
from django.conf import settings

from app.identity.keys import shared_secret


def mint(customer: str, scopes: Iterable[str] = (), lifetime: int = 3600) -> str:
    """A token that this service takes for `lifetime` seconds. ValueError without AUTH_SECRET.

    >>> headers = {"Authorization": f"Bearer {mint('acme', ['notes:read'])}"}
    """
    if not settings.AUTH_SECRET:
        raise ValueError(
            "AUTH_SECRET is not set: only in development does this service sign tokens itself."
        )
    now = int(time.time())
    claims = {
        "iss": settings.AUTH_ISSUER,
        "aud": settings.AUTH_AUDIENCE,
        "iat": now,
        "exp": now + lifetime,
        settings.AUTH_CUSTOMER_CLAIM: customer,
        "scope": " ".join(scopes),
    }
    return jwt.encode(claims, shared_secret(settings.AUTH_SECRET))
