"""Keyset paging: a cursor says where to go on, to the tenant that got it and to nobody else."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from app.api.refused import refused_field

# Unlike an offset it stays right while rows come and go, and costs the same on every page.


def _signer(tenant: str) -> Signer:
    # The sign of Signer's default, `:`, would have to be escaped in a query.
    return Signer(salt=f"cursor:{tenant}", sep=".")


def cursor_after(last: UUID, tenant: str) -> str:
    """The cursor of the page behind `last`."""
    return _signer(tenant).sign(last.hex)


def position(cursor: str, tenant: str) -> UUID:
    """Where `cursor` goes on; Refused (422) when it is not one of this tenant's."""
    try:
        return UUID(_signer(tenant).unsign(cursor))
    except BadSignature as error:
        detail = "not a cursor that was given to you."
        raise refused_field(422, "query", "cursor", detail) from error
