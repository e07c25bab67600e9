"""Django's common middleware on the loop."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.middleware import common

from app.serving.middleware.on_loop import OnLoop


class CommonMiddleware(OnLoop, common.CommonMiddleware):
    """Django's `CommonMiddleware`."""


class BrokenLinkEmailsMiddleware(OnLoop, common.BrokenLinkEmailsMiddleware):
    """Django's `BrokenLinkEmailsMiddleware`; a mail is sent from the request's thread."""

    async def run(self, request: HttpRequest, hook: Callable[..., Any], *args: Any) -> Any:
        if args[-1].status_code == 404 and request.META.get("HTTP_REFERER"):
            return await sync_to_async(hook)(*args)
        return hook(*args)
