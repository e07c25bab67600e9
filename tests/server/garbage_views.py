"""The addresses of `database_views`, and what the garbage collector finds between two requests."""

import gc
from collections import Counter

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tests.server.database_views import handler400, handler403, handler404, handler500
from tests.server.database_views import urlpatterns as others

__all__ = ["handler400", "handler403", "handler404", "handler500"]


async def keep(_request: HttpRequest) -> HttpResponse:
    """Keep from here on what only the collector could free."""
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    return HttpResponse()


async def kept(_request: HttpRequest) -> HttpResponse:
    """How many objects of each type were kept."""
    gc.collect()
    gc.set_debug(0)
    types = Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.garbage)
    gc.garbage.clear()
    return JsonResponse(types)


async def collector(_request: HttpRequest) -> HttpResponse:
    """How many objects it passes over, and how many new ones make it look."""
    return JsonResponse({"frozen": gc.get_freeze_count(), "threshold": gc.get_threshold()[0]})


urlpatterns = [
    *others,
    path("keep", keep),
    path("kept", kept),
    path("collector", collector),
]
