"""Who calls, as the API sees it: config/urls.py joins the authenticator that tells."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, ClassVar, Protocol

from django.http import HttpRequest

from app.api.refused import Refused


class Caller(Protocol):
    """Whose data a request may see, and what it may do."""

    @property
    def customer(self) -> str:
        """The tenant: text of 1 to 255 characters without NUL."""

    @property
    def scopes(self) -> Collection[str]:
        """What the caller may do, such as `notes:read`."""


Authenticate = Callable[[HttpRequest], Awaitable[Caller]]


def unauthorized(detail: str, challenge: str = "Bearer") -> Refused:
    """To be raised by an authenticator: 401 with `WWW-Authenticate`."""
    return Refused(401, detail, headers={"WWW-Authenticate": challenge})


async def nobody(_request: HttpRequest) -> Caller:
    """The authenticator until another is joined: everybody is refused."""
    raise unauthorized("This service knows no callers yet.")


class Authenticator:
    """Holds the one that tells the caller of a request, or raises `unauthorized(…)`."""

    def __init__(self) -> None:
        self.authenticate: Authenticate = nobody


authenticator = Authenticator()


class Bearer:
    """An operation's `auth`: a caller with this scope; 403 for others."""

    openapi_security_schema: ClassVar[dict[str, Any]] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
    }

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(self, request: HttpRequest) -> Caller:
        """The caller, which ninja keeps as `request.auth`."""
        caller = await authenticator.authenticate(request)
        if self.scope not in caller.scopes:
            challenge = f'Bearer error="insufficient_scope", scope="{self.scope}"'
            headers = {"WWW-Authenticate": challenge}
            raise Refused(403, f"This needs the scope {self.scope}.", headers=headers)
        return caller


def customer_of(request: HttpRequest) -> str:
    """The tenant of a request that `Bearer` has let through."""
    caller: Caller = vars(request)["auth"]
    return caller.customer
