"""Who calls, from the claims of a token whose signature was checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.identity.denied import MissingScope, Reason, Refused

CUSTOMER_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller: on whose behalf, and what the token allows."""

    customer: str
    scopes: frozenset[str]

    def require(self, scope: str) -> None:
        """Raises MissingScope unless the token allows `scope`."""
        if scope not in self.scopes:
            raise MissingScope(scope)


def caller_of(claims: Mapping[str, Any], customer_claim: str) -> Caller:
    """The caller that `claims` name. Raises Refused when they name none that can be."""
    customer = claims.get(customer_claim)
    # Organisations have numbers in some places; True is one of Python's.
    if isinstance(customer, int) and not isinstance(customer, bool):
        customer = str(customer)
    # What is printable has no NUL, no line break and no half of a surrogate pair: it goes into
    # log lines and into PostgreSQL as it is.
    if (
        not isinstance(customer, str)
        or not 0 < len(customer) <= CUSTOMER_LENGTH
        or not customer.isprintable()
    ):
        raise Refused(Reason.INCOMPLETE)
    return Caller(customer, scopes_of(claims))


def scopes_of(claims: Mapping[str, Any]) -> frozenset[str]:
    """`scope`, as RFC 9068 has it, or `scp`, which is a text from Entra and a list from Okta."""
    scopes = claims.get("scope", claims.get("scp"))
    if isinstance(scopes, str):
        scopes = scopes.split()
    if not isinstance(scopes, list):
        return frozenset()
    return frozenset(scope for scope in scopes if isinstance(scope, str))
