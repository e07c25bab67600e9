"""Judging tokens by the keys of the provider in tests/identity/provider.py."""

import asyncio
import base64
import json

import jwt
import pytest

from app.identity.caller import Caller
from app.identity.denied import Reason, Refused
from app.identity.key_set import key_set
from app.identity.keys import OneKey
from tests.identity.provider import (
    ALGORITHMS,
    published,
    validator,
)


class Known(OneKey):
    """The provider's keys, without fetching them; tells which were looked for."""

    def __init__(self) -> None:
        super().__init__(None)
        self.sought: list[str | None] = []

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        self.sought.append(kid)
        return key_set(published(), ALGORITHMS).get(kid or "")


def check(token: str) -> Caller:
    return asyncio.run(validator(Known()).check(token))


def refused(token: str) -> Reason:
    with pytest.raises(Refused) as caught:
        check(token)
    return caught.value.reason


def part(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
