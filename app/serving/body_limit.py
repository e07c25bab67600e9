"""A view's own limit for the body of its requests, larger than the service's."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import Resolver404, get_resolver

from app.asgi import Scope
from app.serving.addresses import resolved

View = TypeVar("View", bound=Callable[..., Any])


def body_limit(size: int) -> Callable[[View], View]:
    """Let the decorated view take bodies of up to `size` bytes.

    On a class-based view: `@method_decorator(body_limit(…), name="dispatch")`. Reading
    `request.body` as a whole stays bound by Django's `DATA_UPLOAD_MAX_MEMORY_SIZE`.
    """

    def mark(view: View) -> View:
        view.body_limit = size  # type: ignore[attr-defined] # Django's views carry such marks (csrf_exempt)
        return view

    return mark


def limit_of_view(scope: Scope) -> int | None:
    """The bytes that the view of this request allows, or None: for `Limits(limit_for=…)`."""
    try:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        view = resolved(get_resolver(), path).func
    except Resolver404:
        return None
    return getattr(view, "body_limit", None)
