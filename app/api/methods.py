"""Which methods a view answers."""

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase

from app.api.problems import problem

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], Coroutine[Any, Any, HttpResponseBase]]


def methods(*allowed: str) -> Callable[[View[P]], View[P]]:
    """Answer other methods with 405 as a problem (Django's `require_http_methods` has no body)."""
    allow = ", ".join(allowed)

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        async def checked(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if request.method not in allowed:
                return problem(405, f"Allowed here: {allow}.", headers={"Allow": allow})
            return await view(request, *args, **kwargs)

        # These views know nobody by a cookie. Where ADMIN brings the middleware against forged
        # requests, a wrong method is still a 405, and not its 403.
        vars(checked)["csrf_exempt"] = True
        return checked

    return decorate


reads = methods("GET", "HEAD")
