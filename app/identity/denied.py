"""Why a request is not let in, and what its caller is told: a reason class, never a detail.

https://www.rfc-editor.org/rfc/rfc6750#section-3
"""

from enum import Enum


class Denied(Exception):
    """A request is not let in: answer with `status` and `headers`; `str()` is a caller's sentence.

    >>> problem(denied.status, str(denied), headers=denied.headers)
    """

    def __init__(self, status: int, detail: str, headers: dict[str, str]) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


class Reason(Enum):
    """The classes of bad tokens. Only who holds a signed one learns what is wrong inside it."""

    NO_TOKEN = "An access token is missing."  # noqa: S105 - a sentence
    MALFORMED = "The Authorization header is not one Bearer token."
    UNTRUSTED = "The token is not signed by a key that this service trusts."
    FOREIGN = "The token is of another issuer or for another service."
    EXPIRED = "The token has expired."
    EARLY = "The token is not valid yet."
    INCOMPLETE = "The token lacks a claim that this service needs, or has it in another form."


class Refused(Denied):
    """401: there is no token, or a bad one."""

    def __init__(self, reason: Reason) -> None:
        challenge = "Bearer"
        # RFC 6750: who sent no token is told of no error.
        if reason is not Reason.NO_TOKEN:
            challenge += f' error="invalid_token", error_description="{reason.value}"'
        super().__init__(401, reason.value, {"WWW-Authenticate": challenge})
        self.reason = reason


class MissingScope(Denied):
    """403: the token is good, and does not allow this."""

    def __init__(self, scope: str) -> None:
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        detail = f"The token lacks the scope {scope}."
        super().__init__(403, detail, {"WWW-Authenticate": challenge})
        self.scope = scope


class KeysUnavailable(Denied):
    """503: since its start this process has got no keys, so that it can judge no token."""

    def __init__(self, retry_seconds: int) -> None:
        headers = {"Retry-After": str(retry_seconds)}
        super().__init__(503, "Tokens cannot be checked at the moment.", headers)
