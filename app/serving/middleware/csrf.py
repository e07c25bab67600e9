"""Protection from cross-site request forgery on the loop, with the token in cookie or session."""

from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware as Base
from django.template import TemplateDoesNotExist, loader
from django.urls import get_callable
from django.views.csrf import CSRF_FAILURE_TEMPLATE_NAME, csrf_failure

from app.serving.middleware.on_loop import OnLoop
from app.serving.middleware.store import with_session


class CsrfViewMiddleware(OnLoop, Base):
    """Django's `CsrfViewMiddleware`.

    A failure view of the project's own may do anything: it runs in the request's thread unless it
    says `on_loop = True` of itself (as error handlers do).
    """

    async def run(self, request: HttpRequest, hook: Callable[..., Any], *args: Any) -> Any:
        if settings.CSRF_USE_SESSIONS:
            result = await with_session(request, hook, *args)
        else:
            result = hook(*args)
        return await result if isawaitable(result) else result

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        if not self.async_mode or _on_loop(get_callable(settings.CSRF_FAILURE_VIEW)):
            return super()._reject(request, reason)  # type: ignore[misc] # not in the stubs
        return sync_to_async(super()._reject)(request, reason)  # type: ignore[misc] # not in the stubs


def _on_loop(view: Callable[..., Any]) -> bool:
    """Whether a failure view blocks nothing: Django's own does not until it has a template."""
    if view is not csrf_failure:
        return getattr(view, "on_loop", False)
    try:
        loader.get_template(CSRF_FAILURE_TEMPLATE_NAME)
    except TemplateDoesNotExist:
        return True
    return False
