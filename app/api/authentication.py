"""Who calls: the `auth` of operations."""

from typing import Any, ClassVar

from django.http import HttpRequest

from app.api.refused import Refused
from app.identity.caller import Caller
from app.identity.denied import Denied
from app.identity.identity import identity


class Bearer:
    """An operation's `auth`: a token that allows `scope`. Others get 401 or 403."""

    openapi_security_schema: ClassVar[dict[str, Any]] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
    }

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: HttpRequest) -> Caller:
        """The caller, which ninja keeps as `request.auth`."""
        try:
            caller = await identity.authenticate(request.scope)  # type: ignore[attr-defined] # an ASGIRequest has a scope
            caller.require(self.scope)
        except Denied as denied:
            raise Refused(denied.status, str(denied), headers=denied.headers) from None
        return caller


def customer_of(request: HttpRequest) -> str:
    """The tenant of a request that `Bearer` has let through."""
    caller: Caller = vars(request)["auth"]
    return caller.customer
