"""What is settled before an operation runs: its method and the media types (405, 406, 415, 400)."""

import functools
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from app.api.problems import problem
from app.api.refused import fault

BODY_TYPES = {
    "POST": ("application/json",),
    "PUT": ("application/json",),
    "PATCH": ("application/json", "application/merge-patch+json"),
}
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def negotiated(view: View, methods: Iterable[str]) -> View:
    """`view`, which answers `methods`, and HEAD where it answers GET.

    ninja's own 405 passes every exception handler by, and it takes any Content-Type for JSON.
    """
    answered = set(methods)
    answered |= {"HEAD"} if "GET" in answered else set()
    allow = ", ".join(sorted(answered))

    @functools.wraps(view)
    async def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in answered:
            return problem(405, f"Allowed here: {allow}.", headers={"Allow": allow})
        if "HTTP_ACCEPT" in request.META and not request.accepts("application/json"):
            return problem(406, "This is answered as application/json.")
        if refusal := _body_refused(request):
            return refusal
        if request.method == "HEAD":
            request.method = "GET"  # the server leaves the body out
        return await view(request, *args, **kwargs)

    return checked


def _body_refused(request: HttpRequest) -> HttpResponseBase | None:
    taken = BODY_TYPES.get(request.method or "")
    if taken is None:
        return None
    if request.content_type not in taken:
        types = ", ".join(taken)
        name = "Accept-Patch" if request.method == "PATCH" else "Accept"
        return problem(415, f"Taken here: {types}.", headers={name: types})
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        detail = "the charset of JSON is utf-8."
        named = fault("header", "Content-Type", detail)
        return problem(400, f"Content-Type: {detail}", errors=[named])
    return None
