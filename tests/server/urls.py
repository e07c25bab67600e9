"""The shipped addresses, and views that hold a worker up in every way there is."""

import asyncio
import logging
import os
import time
from pathlib import Path
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

logger = logging.getLogger("tests")


async def hello(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hello": "world"})


async def with_finally(_request: HttpRequest) -> HttpResponse:
    try:
        await asyncio.sleep(60)
    finally:
        logger.info("the view's finally ran")
    return HttpResponse()


def sync_sleep(_request: HttpRequest) -> HttpResponse:
    time.sleep(60)
    return HttpResponse()


def query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")


async def pg_sleep(_request: HttpRequest) -> HttpResponse:
    await sync_to_async(query)()
    return HttpResponse()


async def three_seconds(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(3)
    return HttpResponse("three seconds")


async def customer(request: HttpRequest, name: str) -> HttpResponse:
    """Belong to a customer, as a request with a validated token does, for half a second."""
    cast("Any", request).scope["customer"] = name
    await asyncio.sleep(0.5)
    return HttpResponse(str(os.getpid()))


def large_file(_request: HttpRequest) -> FileResponse:
    return FileResponse(Path(os.environ["LARGE_FILE"]).open("rb"))


urlpatterns = [
    path("large-file", large_file),
    path("hello", hello),
    path("customer/<name>", customer),
    path("with-finally", with_finally),
    path("sync-sleep", sync_sleep),
    path("pg-sleep", pg_sleep),
    path("three-seconds", three_seconds),
    path("", include("config.urls")),
]
