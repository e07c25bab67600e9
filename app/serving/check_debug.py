"""`manage.py check` says where DEBUG does not belong, and what it costs."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

COSTS = "each answer of 400 and more is a page made in a thread, with settings and source in it"
HINT = "Set DEBUG=false."


@register(Tags.async_support)
def check_debug(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W009: nobody develops with several worker processes."""
    workers = getattr(settings, "WEB_CONCURRENCY", 1)
    if not settings.DEBUG or workers <= 1:
        return []
    return [Warning(f"DEBUG with {workers} workers: {COSTS}.", hint=HINT, id="serving.W009")]


@register(Tags.security, deploy=True)
def check_debug_deployed(**_kwargs: Any) -> list[CheckMessage]:
    """serving.E006: what Django calls a warning (security.W018) is an error in production."""
    return [Error(f"DEBUG: {COSTS}.", hint=HINT, id="serving.E006")] if settings.DEBUG else []
