"""`manage.py check` compares the drain with the time that the pod has to end."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from app.serving.drain import DrainTimes

HINT = "A shorter DRAIN_SECONDS, or a longer terminationGracePeriodSeconds and GRACE_SECONDS."


@register(Tags.async_support)
def check_drain(**_kwargs: Any) -> list[CheckMessage]:
    """serving.W011: who is not told how long it has (GRACE_SECONDS) is not judged."""
    drain = getattr(settings, "DRAIN_SECONDS", None)
    grace = getattr(settings, "GRACE_SECONDS", None)
    text = drain and grace and DrainTimes(limit=drain).longer_than(grace)
    return [Warning(text, hint=HINT, id="serving.W011")] if text else []


@register(Tags.async_support, deploy=True)
def check_drain_deployed(**_kwargs: Any) -> list[CheckMessage]:
    """serving.E007: what is a warning at home, where no kubelet counts, is an error there."""
    return [Error(each.msg, hint=HINT, id="serving.E007") for each in check_drain()]
