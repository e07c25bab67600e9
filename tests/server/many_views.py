"""The service with 240 views: what a large service's metrics are made of."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import *  # noqa: F403 - the service's own addresses come as well
from config.urls import urlpatterns as own

NAMES = [f"view-{number}" for number in range(240)]


async def view(_request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse(b".")


urlpatterns = [*own, *(path(name, view, name=name) for name in NAMES)]
