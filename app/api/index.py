"""What this is, and where to go on."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from app.api.json_response import JsonResponse
from app.api.methods import reads

LINKS = ("version", "async_sleep", "api:docs", "api:openapi", "rehearsal")


def address(name: str) -> str | None:
    """The path of a named route; None when it is not served (`rehearsal` is off by default)."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


@reads
async def index(_request: HttpRequest) -> JsonResponse:
    """The service's name and version, and links as paths."""
    links = {name.removeprefix("api:"): path for name in LINKS if (path := address(name))}
    return JsonResponse(
        {"name": settings.SERVICE_NAME, "version": settings.SERVICE_VERSION, "links": links}
    )
