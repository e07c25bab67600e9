"""The shipped addresses, and a view that says who calls."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500

from app.identity.denied import Denied
from app.identity.identity import identity

__all__ = ["handler400", "handler403", "handler404", "handler500"]


async def who(request: HttpRequest) -> HttpResponse:
    try:
        caller = await identity.authenticate(cast("Any", request).scope)
    except Denied as denied:
        return HttpResponse(str(denied), status=denied.status, headers=denied.headers)
    return HttpResponse(caller.customer)


urlpatterns = [path("who", who), path("", include("config.urls"))]
