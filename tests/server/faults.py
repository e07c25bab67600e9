"""The shipped addresses, and views and a middleware that fail."""

from collections.abc import AsyncIterator, Awaitable, Callable

from asgiref.sync import markcoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500

from app.serving.body_limit import body_limit

__all__ = ["handler400", "handler403", "handler404", "handler500"]


async def in_view(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("secret in view")


async def in_stream(_request: HttpRequest) -> StreamingHttpResponse:
    async def body() -> AsyncIterator[bytes]:
        yield b"begun"
        raise ZeroDivisionError("secret in stream")

    return StreamingHttpResponse(body())


@body_limit(3_000_000)
async def upload(request: HttpRequest) -> JsonResponse:
    size = 0
    while piece := request.read(65536):
        size += len(piece)
    return JsonResponse({"size": size, "secure": request.is_secure()})


class FailingMiddleware:
    """Fails for one path."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/in-middleware":
            raise ZeroDivisionError("secret in middleware")
        return await self.get_response(request)


urlpatterns = [
    path("in-view", in_view),
    path("in-stream", in_stream),
    path("upload", upload),
    path("", include("config.urls")),
]
