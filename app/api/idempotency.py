"""Idempotency-Key: a retry of what was done already gets the first answer, and nothing is done.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import HeaderEx, P

from app.api.models import IdempotencyKey
from app.api.refused import refused_field

# Each key brings at most one row, so removing up to this many at each keeps pace.
BATCH = 100
NAME = "Idempotency-Key"
Header = HeaderEx[
    str | None,
    P(
        alias=NAME,
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="Makes a retry safe: a text of your own, new for each new request.",
    ),
]


@dataclass(frozen=True)
class Key:
    """Equal keys of two tenants, or for two operations, have nothing to do with each other."""

    tenant: str
    operation: str
    key: str


@sync_to_async
def once(key: Key, content: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `work`, or the one that it gave when `key` came before.

    `work` and its key are one transaction; a retry that comes meanwhile waits for its end. One hop.
    Refused (422) when the key came with other `content`.
    """
    asked = hashlib.sha256(content.encode()).hexdigest()
    expiry = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS)
    forget(expiry)
    with transaction.atomic():
        IdempotencyKey.objects.filter(**asdict(key), created__lte=expiry).delete()
        row, new = IdempotencyKey.objects.get_or_create(**asdict(key), defaults={"asked": asked})
        if new:
            response = work()
            row.status, row.headers = response.status_code, list(response.items())
            row.body = response.content.decode()
            row.save()
            return response
    if row.asked != asked:
        raise refused_field(422, "header", NAME, "it was sent before with another body.")
    return HttpResponse(row.body, status=row.status, headers=dict(row.headers))


def forget(expiry: datetime) -> None:
    """Remove some keys that are as old as `expiry`.

    In a transaction of its own: two that held keys of each other's requests would wait for ever.
    """
    with transaction.atomic():
        expired = IdempotencyKey.objects.filter(created__lte=expiry).order_by("created")
        ids = expired.select_for_update(skip_locked=True).values_list("id", flat=True)[:BATCH]
        IdempotencyKey.objects.filter(id__in=list(ids)).delete()
