"""`manage.py check` refuses what Django's databases cannot do under ASGI."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.async_support)
def check_atomic_requests(**_kwargs: Any) -> list[CheckMessage]:
    """serving.E003: Django has no asynchronous transaction, and refuses the view."""
    return [
        Error(
            f"ATOMIC_REQUESTS of DATABASES['{alias}']: every `async def` view is a 500.",
            hint="Remove it; put what belongs together into one `sync_to_async` function with "
            "`transaction.atomic`, which is one hop.",
            id="serving.E003",
        )
        for alias, database in settings.DATABASES.items()
        if database.get("ATOMIC_REQUESTS")
    ]


@register(Tags.async_support)
def check_lasting_connections(**_kwargs: Any) -> list[CheckMessage]:
    """serving.E004: a connection that outlives its request belongs to a thread that does not."""
    return [
        Error(
            f"CONN_MAX_AGE of DATABASES['{alias}'] is {database['CONN_MAX_AGE']}: under ASGI each "
            "request has a thread of its own, and its connection is left open; with 60 here "
            "100 requests left 40.",
            hint='Set it to 0, and OPTIONS["pool"] for connections that are used again.',
            id="serving.E004",
        )
        for alias, database in settings.DATABASES.items()
        if database.get("CONN_MAX_AGE", 0) != 0
    ]
