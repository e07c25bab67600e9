"""Who calls: the one place that the rest of the service asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from django.conf import settings

from app.asgi import Scope
from app.identity.bearer import token_of
from app.identity.caller import Caller
from app.identity.denied import Denied, Reason, Refused
from app.identity.key_sources import opened
from app.identity.keys import Keys, OneKey, shared_secret
from app.identity.published_keys import PublishedKeys
from app.identity.validator import Validator


class Identity:
    """Authenticates requests; `open` stands in the list of contexts in `config/asgi.py`.

    >>> caller = await identity.authenticate(request.scope)
    >>> caller.require("notes:write")
    """

    def __init__(self, validator: Validator) -> None:
        self._validator = validator

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Hold the keys that tokens are checked with for as long as the process serves."""
        async with self._validator.keys.open():
            yield

    async def authenticate(self, scope: Scope) -> Caller:
        """The caller of an `http` scope. Raises denied.Denied: Refused or KeysUnavailable.

        `scope["customer"]` says the same to the request's log line.
        """
        try:
            caller = await self._validator.check(token_of(scope["headers"]))
        except Denied as denied:
            no_token = isinstance(denied, Refused) and denied.reason is Reason.NO_TOKEN
            scope["customer"] = "no token" if no_token else "unknown"
            raise
        scope["customer"] = caller.customer
        return caller


def of_settings() -> Identity:
    """As the settings AUTH_… say."""
    algorithms = tuple(settings.AUTH_ALGORITHMS)
    keys: Keys
    if settings.AUTH_JWKS:
        keys = PublishedKeys(partial(opened, settings.AUTH_JWKS), algorithms)
    elif settings.AUTH_SECRET:
        algorithms = ("HS256",)
        keys = OneKey(shared_secret(settings.AUTH_SECRET))
    else:
        keys = OneKey(None)
    return Identity(
        Validator(
            keys,
            algorithms,
            issuer=settings.AUTH_ISSUER,
            audience=settings.AUTH_AUDIENCE,
            leeway=settings.AUTH_LEEWAY_SECONDS,
            customer_claim=settings.AUTH_CUSTOMER_CLAIM,
        )
    )


identity = of_settings()
