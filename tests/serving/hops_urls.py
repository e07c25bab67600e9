"""Views that leave the event loop, each in another way."""

import asyncio
from typing import Any

from asgiref.sync import markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import View
from ninja import NinjaAPI

from tests.serving.urls import urlpatterns as promises

api = NinjaAPI(urls_namespace="hops")


@api.get("sync")
def operation(request: HttpRequest) -> str:
    return request.path


@api.get("mixed")
def mixed(request: HttpRequest) -> str:
    return request.path


@api.post("mixed")
async def asynchronous(request: HttpRequest) -> str:
    return request.path


class Synchronous(View):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return HttpResponse()


def work() -> None: ...


async def plain(_request: HttpRequest) -> HttpResponse:
    await sync_to_async(work)()
    return HttpResponse()


async def to_thread(_request: HttpRequest) -> HttpResponse:
    await asyncio.to_thread(work)
    return HttpResponse()


async def in_executor(_request: HttpRequest) -> HttpResponse:
    await asyncio.get_running_loop().run_in_executor(None, work)
    return HttpResponse()


async def in_a_task(_request: HttpRequest) -> HttpResponse:
    await asyncio.gather(sync_to_async(work)())
    return HttpResponse()


async def held(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse()
    response._resource_closers.append(work)  # type: ignore[attr-defined] # not in the stubs
    return response


async def orm(_request: HttpRequest) -> HttpResponse:
    from django.contrib.sessions.models import Session  # noqa: PLC0415 - installed by the test

    return HttpResponse(str(await Session.objects.none().acount()))


class Hooks:
    """A middleware on the loop with one synchronous hook of each kind."""

    async_capable = True
    sync_capable = False

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> Any:
        return await self.get_response(request)

    def process_view(self, *_args: Any) -> None: ...

    def process_exception(self, *_args: Any) -> None: ...

    def process_template_response(self, _request: HttpRequest, response: Any) -> Any:
        return response


urlpatterns = [
    path("api/", api.urls),
    path("class", Synchronous.as_view()),
    path("plain", plain),
    path("thread", to_thread),
    path("executor", in_executor),
    path("task", in_a_task),
    path("orm", orm),
    path("held", held),
    path("", include(promises)),
]
