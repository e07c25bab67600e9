"""What the two stacks are asked for."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from importlib import import_module

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http import StreamingHttpResponse as Streaming
from django.middleware.csrf import get_token
from django.utils.http import http_date
from django.utils.translation import get_language, gettext
from django.views.decorators.clickjacking import xframe_options_exempt, xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

HASHES = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(10))


async def hello(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hello": "world"})


async def big(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"lines": ["the same line again"] * 200}, headers={"ETag": '"big"'})


async def incompressible(request: HttpRequest) -> HttpResponse:
    return HttpResponse(HASHES)


async def encoded(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x" * 300, headers={"Content-Encoding": "br"})


async def _lines() -> AsyncIterator[bytes]:
    for number in range(3):
        yield b"line %d\n" % number * 50


async def stream(request: HttpRequest) -> HttpResponseBase:
    return Streaming(_lines())


async def sync_stream(request: HttpRequest) -> HttpResponseBase:
    def lines() -> Iterator[bytes]:
        yield b"one\n" * 100
        yield b"two\n" * 100

    return Streaming(lines())


async def dated(request: HttpRequest) -> HttpResponse:
    when = http_date(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    return HttpResponse("dated", headers={"Last-Modified": when})


async def unstored(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret", headers={"Cache-Control": "no-store"})


async def error(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


async def token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


async def form(request: HttpRequest) -> HttpResponse:
    return JsonResponse(dict(request.POST.items() if request.method == "POST" else ()))


@csrf_exempt
async def exempt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("exempt")


async def session_set(request: HttpRequest) -> HttpResponse:
    for key, value in request.GET.items():
        await request.session.aset(key, value)
    return HttpResponse("set", status=int(request.GET.get("status", 200)))


async def session_get(request: HttpRequest) -> HttpResponse:
    return JsonResponse(dict(await request.session.aitems()))


def session_get_sync(request: HttpRequest) -> HttpResponse:
    return JsonResponse(dict(request.session.items()))


async def session_flush(request: HttpRequest) -> HttpResponse:
    await request.session.aflush()
    return HttpResponse("flushed")


async def session_cycle(request: HttpRequest) -> HttpResponse:
    await request.session.acycle_key()
    return HttpResponse("cycled")


async def session_expiry(request: HttpRequest) -> HttpResponse:
    await request.session.aset_expiry(int(request.GET["seconds"]))
    return HttpResponse("expiry")


async def session_interrupted(request: HttpRequest) -> HttpResponse:
    """The session is deleted by a request beside this one."""
    await request.session.aset("k", "lost")
    store = import_module(settings.SESSION_ENGINE).SessionStore
    await store().adelete(request.session.session_key)
    return HttpResponse("never seen")


async def session_dropped(request: HttpRequest) -> HttpResponse:
    del request.session
    return HttpResponse("no session any more")


async def message_add(request: HttpRequest) -> HttpResponse:
    for number in range(int(request.GET["count"])):
        noise = hashlib.shake_256(bytes([number])).digest(int(request.GET["size"])).hex("-", 8)
        messages.info(request, f"message {number} {noise}")
    return HttpResponse("added")


async def message_read(request: HttpRequest) -> HttpResponse:
    return JsonResponse([str(message) for message in messages.get_messages(request)], safe=False)


def message_read_sync(request: HttpRequest) -> HttpResponse:
    return JsonResponse([str(message) for message in messages.get_messages(request)], safe=False)


async def login(request: HttpRequest) -> HttpResponse:
    user = await auth.aauthenticate(request, username="ann", password=request.GET["password"])
    if user is None:
        return HttpResponse("who?", status=401)
    await auth.alogin(request, user)
    return HttpResponse("welcome")


async def logout(request: HttpRequest) -> HttpResponse:
    await auth.alogout(request)
    return HttpResponse("bye")


async def user(request: HttpRequest) -> HttpResponse:
    return HttpResponse((await request.auser()).get_username() or "nobody")


def user_sync(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username() or "nobody")


async def user_on_loop(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username() or "nobody")


async def user_remembered(request: HttpRequest) -> HttpResponse:
    await request.auser()
    return HttpResponse(request.user.get_username() or "nobody")


@xframe_options_exempt
async def framed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("frame me")


@xframe_options_sameorigin
async def framed_here(request: HttpRequest) -> HttpResponse:
    return HttpResponse("frame me here")


async def opener(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open me", headers={"Cross-Origin-Opener-Policy": "unsafe-none"})


async def greeting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{get_language()}: {gettext('Yes')}")


async def slow_greeting(request: HttpRequest) -> HttpResponse:
    """The language before and after others had their turn."""
    before = get_language()
    for _ in range(10):
        await asyncio.sleep(0)
    return HttpResponse(f"{before} {get_language()}")
