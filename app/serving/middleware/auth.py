"""The user of a request, on the loop: `await request.auser()`."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware as Base
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from app.serving.middleware.on_loop import OnLoop


class AuthenticationMiddleware(OnLoop, Base):
    """Django's `AuthenticationMiddleware`, whose `request.user` remembers what `auser()` found.

    So after `await request.auser()` the synchronous `request.user` (of a template, a permission
    class) costs nothing on the loop, where Django's would ask the database again and raise
    `SynchronousOnlyOperation`.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        user: Any = SimpleLazyObject(lambda: known_user(request))
        request.user = user


def known_user(request: HttpRequest) -> Any:
    """The user that `auser()` found for this request, else Django's own (synchronous) search."""
    if hasattr(request, "_acached_user"):
        return request._acached_user
    return get_user(request)
