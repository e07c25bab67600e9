"""Tokens of our own."""

import time

import jwt
import pytest
from django.conf import settings as shipped
from pytest_django import Settings

from app.identity.mint import mint


def test_says_what_the_service_asks_for(settings: Settings) -> None:
    settings.AUTH_CUSTOMER_CLAIM = "org"
    token = mint("acme", ["notes:read", "notes:write"], lifetime=60)
    claims = jwt.decode(token, shipped.AUTH_SECRET, ["HS256"], audience=shipped.AUTH_AUDIENCE)
    assert claims.pop("iat") <= time.time()
    assert time.time() < claims.pop("exp") <= time.time() + 60
    assert claims == {
        "iss": shipped.SERVICE_NAME,
        "aud": shipped.SERVICE_NAME,
        "org": "acme",
        "scope": "notes:read notes:write",
    }


def test_there_are_none_without_a_secret(settings: Settings) -> None:
    settings.AUTH_SECRET = ""
    with pytest.raises(ValueError, match="AUTH_SECRET is not set"):
        mint("acme")
