"""Where a token's key is looked for: in the one key that was given, or nowhere."""

import base64
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import jwt

logger = logging.getLogger(__name__)


class Keys(Protocol):
    """Finds keys while it is open."""

    def open(self) -> AbstractAsyncContextManager[None]:
        """Be ready to find keys."""

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of this `kid`, None when there is none. Raises denied.KeysUnavailable."""


@dataclass(frozen=True)
class OneKey:
    """One key for all tokens, whatever they say; None is no key, which refuses them all."""

    key: jwt.PyJWK | None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """There is nothing to open."""
        if self.key is None:
            logger.warning("AUTH_JWKS is not set: every token is refused")
        yield

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key."""
        return self.key


def shared_secret(secret: str) -> jwt.PyJWK:
    """The key for HS256: who checks with it can sign with it, too."""
    k = base64.urlsafe_b64encode(secret.encode()).decode()
    return jwt.PyJWK({"kty": "oct", "k": k}, "HS256")
