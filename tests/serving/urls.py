"""Views that use every promise of Django's handler."""

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_GET

events: list[str] = []
forgotten: list[Any] = []  # coroutines that nobody awaited, to be closed by the test


async def hello(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hello": "world"})


async def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body, content_type="application/octet-stream")


async def bodyless(_request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(b"forbidden", status=status, headers={"Content-Length": "9"})


async def upload(request: HttpRequest) -> HttpResponse:
    return JsonResponse({name: len(request.FILES.getlist(name)) for name in request.FILES})


def sync_hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(threading.current_thread() is threading.main_thread()))


def sync_fail(_request: HttpRequest) -> HttpResponse:
    raise ValueError("sync")


slow_began = asyncio.Event()


async def slow(_request: HttpRequest) -> HttpResponse:
    slow_began.set()
    try:
        await asyncio.sleep(60)
    finally:
        events.append("slow ended")
    return HttpResponse()


def sync_slow(_request: HttpRequest) -> HttpResponse:
    time.sleep(0.2)
    events.append("sync_slow ended")
    return HttpResponse()


async def to_thread(_request: HttpRequest) -> HttpResponse:
    await asyncio.to_thread(events.append, "in a thread")
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, hello.__name__.upper)
    return HttpResponse()


async def stream(_request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        try:
            for number in range(3):
                yield b"part %d\n" % number
                await asyncio.sleep(0)
        finally:
            events.append("stream ended")

    return StreamingHttpResponse(parts())


async def failing_stream(_request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"part"
        raise ValueError("half way")

    return StreamingHttpResponse(parts())


async def sync_stream(_request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        try:
            for _ in range(100):
                yield b"x" * 4096
        finally:
            events.append("sync_stream ended")

    return StreamingHttpResponse(parts())


async def file(_request: HttpRequest) -> FileResponse:
    content = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    content.write(b"y" * 1_000_000)
    content.seek(0)
    return FileResponse(content)


async def empty_stream(_request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([])


async def template(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "hello.txt", {"name": "world"})


async def unrendered(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "no-such-template")


async def cookies(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse("c", headers={"X-Latin": "é"})
    response.set_cookie("a", "1")
    response.set_cookie("b", "2", httponly=True)
    return response


async def prefix(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.path} {request.path_info} {request.META['SCRIPT_NAME']}")


def raising(exc: Exception) -> Any:
    async def view(_request: HttpRequest) -> HttpResponse:
        raise exc

    return view


async def nothing(_request: HttpRequest) -> Any:
    return None


async def uncalled(_request: HttpRequest) -> Any:
    forgotten.append(hello(_request))
    return forgotten[-1]


class StillACoroutine(TemplateResponse):
    def render(self) -> Any:
        forgotten.append(hello(HttpRequest()))
        return forgotten[-1]


async def unfinished(request: HttpRequest) -> TemplateResponse:
    return StillACoroutine(request, "hello.txt")


urlpatterns = [
    path("unfinished", unfinished),
    path("hello", hello, name="hello"),
    path("echo", echo),
    path("bodyless/<int:status>", bodyless),
    path("upload", upload),
    path("sync", sync_hello),
    path("sync-fail", sync_fail),
    path("slow", slow),
    path("sync-slow", sync_slow),
    path("to-thread", to_thread),
    path("stream", stream),
    path("sync-stream", sync_stream),
    path("empty-stream", empty_stream),
    path("failing-stream", failing_stream),
    path("file", file),
    path("template", template),
    path("unrendered", unrendered),
    path("cookies", cookies),
    path("prefix", prefix),
    path("get-only", require_GET(hello)),
    path("forbidden", raising(PermissionDenied("no"))),
    path("bad", raising(BadRequest("bad"))),
    path("suspicious", raising(SuspiciousOperation("odd"))),
    path("fail", raising(ValueError("async"))),
    path("nothing", nothing),
    path("uncalled", uncalled),
]
