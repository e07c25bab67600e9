"""The handler keeps Django's promises: the same requests through Django's own and through ours."""

import asyncio
import gc
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from asgiref.sync import markcoroutinefunction
from django.core import signals as django_signals
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path
from pytest_django import Settings

from app.asgi import App, Message
from app.serving.drain import drain
from app.serving.handler import AsyncHandler
from tests.client import Answer, ask, http_scope
from tests.serving import urls
from tests.serving.urls import events

FORM = (
    b'--b\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n'
    b"Content-Type: text/plain\r\n\r\n" + b"z" * 3_000_000 + b"\r\n--b--\r\n"
)
UPLOAD: dict[str, Any] = {
    "method": "POST",
    "headers": [
        (b"content-type", b"multipart/form-data; boundary=b"),
        (b"content-length", str(len(FORM)).encode()),
    ],
    "body": [FORM[:1_000_000], FORM[1_000_000:]],
}

FORM_POST: dict[str, Any] = {
    "method": "POST",
    "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
    "body": [b"a=1&b=2"],
}

# Each request, and the names of what runs in its thread with our handler.
REQUESTS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("/hello", {}, []),
    ("/hello", {"method": "HEAD"}, []),
    ("/echo?a=1", {"method": "POST", "body": [b"12", b"34"]}, []),
    ("/upload", FORM_POST, []),
    ("/upload", UPLOAD, ["django.http.response.JsonResponse.close"]),
    ("/sync", {}, ["tests.serving.urls.sync_hello", "app.serving.signals.return_connection"]),
    ("/stream", {}, []),
    ("/empty-stream", {}, ["app.serving.streaming.read_piece", "return_connection"]),
    ("/template", {}, ["TemplateResponse.render", "return_connection"]),
    ("/cookies", {}, []),
    ("/prefix", {}, []),
    ("/prefix", {"root_path": "/sub"}, []),
    ("/get-only", {"method": "POST"}, []),
    ("/get-only", {}, []),
    ("/no-such-path", {}, []),
    ("/forbidden", {}, []),
    ("/bad", {}, []),
    ("/suspicious", {}, []),
    ("/fail", {}, []),
    ("/nothing", {}, []),
    ("/uncalled", {}, []),
    ("/sync-fail", {}, ["urls.sync_fail", "return_connection"]),
    ("/unrendered", {}, ["TemplateResponse.render", "return_connection"]),
    ("/unfinished", {}, ["StillACoroutine.render", "return_connection"]),
]


def error_view(status: int) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return HttpResponse(f"{status} {type(exception).__name__}", status=status)

    view.on_loop = True  # type: ignore[attr-defined] # what exceptions.respond looks for
    return view


@pytest.fixture(autouse=True)
def urlconf(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = "tests.serving.urls"
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"hello.txt": "Hello {{ name }}"})
                ]
            },
        }
    ]
    for status in (400, 403, 404, 500):
        monkeypatch.setattr(urls, f"handler{status}", error_view(status), raising=False)
    events.clear()


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    while urls.forgotten:
        urls.forgotten.pop().close()
    logging.disable(logging.NOTSET)


def both(request_path: str, **request: Any) -> tuple[Answer, Answer]:
    async def run(app: App) -> Answer:
        return await ask(app, request_path, **request)

    return asyncio.run(run(cast("App", ASGIHandler()))), asyncio.run(run(AsyncHandler()))


def without_length(answer: Answer) -> list[tuple[str, str]]:
    return sorted(pair for pair in answer.headers if pair[0] != "content-length")


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous")
@pytest.mark.parametrize(("target", "request_", "hops"), REQUESTS, ids=lambda v: str(v)[:40])
def test_answers_as_django_does(target: str, request_: dict[str, Any], hops: list[str]) -> None:
    theirs, ours = both(target, **request_)
    assert ours.status == theirs.status != 0
    assert ours.body == theirs.body
    assert without_length(ours) == without_length(theirs)
    assert ours.complete
    done = ours.scope["hops"]
    assert len(done) == len(hops)
    assert all(name.endswith(end) for name, end in zip(done, hops, strict=True)), done


def test_an_unknown_host_is_refused_before_any_middleware() -> None:
    ours = both("/hello", headers=[(b"host", b"evil.example")])[1]
    assert (ours.status, ours.body) == (400, b"400 DisallowedHost")
    assert ours.scope["hops"] == []


def test_uploads_arrive() -> None:
    assert both("/upload", **UPLOAD)[1].body == b'{"f": 1}'


def test_states_the_length() -> None:
    _, ours = both("/hello")
    assert dict(ours.headers)["content-length"] == str(len(ours.body))


@pytest.mark.parametrize("status", [204, 304])
def test_no_body_and_no_length_where_there_must_be_none(status: int) -> None:
    """Django sends what the view gave: the client takes it for the next response."""
    theirs, ours = both(f"/bodyless/{status}")
    assert (ours.status, ours.body, ours.complete) == (status, b"", True)
    assert without_length(ours) == ours.headers == without_length(theirs)
    assert theirs.body == b"forbidden"


def test_tells_the_scope_what_was_resolved_and_what_failed() -> None:
    assert both("/hello")[1].scope["resolver_match"].view_name == "hello"
    failed = both("/fail")[1].scope
    assert repr(failed["exception"]) == "ValueError('async')"
    assert "exception" not in both("/forbidden")[1].scope


def test_a_query_that_is_not_utf8_is_refused() -> None:
    _, ours = both("/hello", query_string=b"\xff\xfe")
    assert ours.status == 400
    assert dict(ours.headers)["content-type"] == "application/problem+json"


def test_a_thousand_requests_start_no_thread() -> None:
    async def run() -> int:
        app = AsyncHandler()
        await asyncio.gather(*(ask(app, "/hello") for _ in range(1000)))
        return threading.active_count()

    before = threading.active_count()
    assert asyncio.run(run()) <= before


def test_hops_of_to_thread_and_run_in_executor_are_counted() -> None:
    _, ours = both("/to-thread")
    assert ours.scope["hops"] == ["builtins.list.append", "builtins.str.upper"]


def test_a_fork_s_error_handler_runs_in_the_request_s_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def handler404(_request: HttpRequest, exception: Exception) -> HttpResponse:
        seen.append(threading.current_thread().name)
        return HttpResponse(status=404)

    monkeypatch.setattr(urls, "handler404", handler404)
    answer = asyncio.run(ask(AsyncHandler(), "/no-such-path"))
    assert answer.status == 404
    assert seen != [threading.main_thread().name]
    assert answer.scope["hops"][0] == "django.core.handlers.exception.response_for_exception"


def test_a_receiver_of_got_request_exception_runs_in_the_request_s_thread() -> None:
    seen: list[str] = []

    def receiver(**_named: Any) -> None:
        seen.append(threading.current_thread().name)

    django_signals.got_request_exception.connect(receiver)
    try:
        assert asyncio.run(ask(AsyncHandler(), "/fail")).status == 500
    finally:
        django_signals.got_request_exception.disconnect(receiver)
    assert seen
    assert seen != [threading.main_thread().name]


def test_debug_pages_are_built_in_the_request_s_thread(settings: Settings) -> None:
    settings.DEBUG = True
    answer = asyncio.run(ask(AsyncHandler(), "/fail"))
    assert answer.status == 500
    assert b"ValueError" in answer.body
    assert len(answer.scope["hops"]) == 2


def test_a_stream_that_fails_half_way_still_finishes_the_request() -> None:
    finished: list[Any] = []
    receiver = lambda **named: finished.append(named)  # noqa: E731 - connected by identity
    django_signals.request_finished.connect(receiver, weak=False)
    try:
        with pytest.raises(ValueError, match="half way"):
            asyncio.run(ask(AsyncHandler(), "/failing-stream"))
    finally:
        django_signals.request_finished.disconnect(receiver)
    assert len(finished) == 1


def slow_client(gone: asyncio.Event, at: int) -> Any:
    sent = 0

    async def on_send(_message: Message) -> None:
        nonlocal sent
        sent += 1
        if sent == at:
            gone.set()
            await asyncio.sleep(30)  # cancelled by the disconnect

    return on_send


def test_a_disconnect_cancels_the_view_and_finishes_the_request() -> None:
    async def run() -> Answer:
        gone = asyncio.Event()
        asyncio.get_running_loop().call_later(0.02, gone.set)
        answer = await ask(AsyncHandler(), "/slow", gone=gone)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        await asyncio.sleep(0)  # nothing of the cancellation is left
        return answer

    finished: list[Any] = []
    receiver = lambda **named: finished.append(named)  # noqa: E731 - connected by identity
    django_signals.request_finished.connect(receiver, weak=False)
    try:
        assert asyncio.run(run()).status == 0
    finally:
        django_signals.request_finished.disconnect(receiver)
    assert events == ["slow ended"]
    assert len(finished) == 1


def test_a_disconnect_at_the_end_of_a_response_cancels_nothing() -> None:
    """Servers tell of the end of the response as a disconnect, some before `send` returns."""

    async def run() -> Answer:
        gone = asyncio.Event()

        async def on_send(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                gone.set()
                for _ in range(5):
                    await asyncio.sleep(0)

        return await ask(AsyncHandler(), "/stream", gone=gone, on_send=on_send)

    assert asyncio.run(run()).complete


@pytest.mark.parametrize("target", ["/stream", "/sync-stream"])
def test_a_disconnect_closes_a_stream(target: str) -> None:
    async def run() -> Answer:
        gone = asyncio.Event()
        return await ask(AsyncHandler(), target, gone=gone, on_send=slow_client(gone, 3))

    answer = asyncio.run(run())
    gc.collect()
    assert not answer.complete
    assert events == [f"{target[1:].replace('-', '_')} ended"]


def test_a_client_that_leaves_while_it_sends_starts_nothing() -> None:
    async def run() -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await AsyncHandler()(http_scope("/hello"), receive, send)
        return sent

    assert asyncio.run(run()) == []


def test_a_server_that_breaks_the_protocol_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        messages: list[Message] = [
            {"type": "http.request", "body": b"", "more_body": False},
            {"type": "http.not_a_message"},
        ]

        async def receive() -> Message:
            return messages.pop(0)

        async def send(_message: Message) -> None: ...

        await AsyncHandler()(http_scope("/slow"), receive, send)

    with pytest.raises(AssertionError, match=r"http\.not_a_message"):
        asyncio.run(run())
    assert events == ["slow ended"]


@pytest.mark.parametrize(("limit", "status"), [(True, 503), (False, 0)])
def test_a_request_that_the_server_cuts(
    limit: bool, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Answer] = []

    async def run() -> None:
        urls.slow_began = asyncio.Event()

        async def asking() -> None:
            answers.append(await ask(AsyncHandler(), "/slow"))

        task = asyncio.create_task(asking())
        await asyncio.wait_for(urls.slow_began.wait(), 5)
        monkeypatch.setattr(drain, "cut_by", "drain limit" if limit else None)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.gather(*drain._left)
        if not limit:
            assert task.cancelled()

    asyncio.run(run())
    assert events == ["slow ended"]
    if limit:
        assert answers[0].status == status
        assert answers[0].scope["ended_by"] == "drain limit"
    else:
        assert answers == []


def test_a_websocket_is_refused_and_other_scopes_are_the_server_s_error() -> None:
    async def run() -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await AsyncHandler()({"type": "websocket"}, receive, send)
        with pytest.raises(ValueError, match="only handle ASGI/HTTP"):
            await AsyncHandler()({"type": "webtransport"}, receive, send)
        return sent

    assert [message["type"] for message in asyncio.run(run())] == ["websocket.close"]


def test_files_are_read_piecewise_one_hop_each() -> None:
    sizes: list[int] = []

    async def on_send(message: Message) -> None:
        sizes.append(len(message.get("body", b"")))

    answer = asyncio.run(ask(AsyncHandler(), "/file", on_send=on_send))
    assert answer.body == b"y" * 1_000_000
    assert max(sizes) <= 2 * 65536
    reads = [name for name in answer.scope["hops"] if name.endswith("read_piece")]
    assert len(reads) <= 1_000_000 // 65536 + 2


class SyncMiddleware:
    """A fork's synchronous middleware: works, with its hop counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["X-Thread"] = threading.current_thread().name
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        events.append("process_view")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return HttpResponse("caught", status=418) if str(exception) == "async" else None

    def process_template_response(self, request: HttpRequest, response: HttpResponse) -> Any:
        events.append("process_template_response")
        return response


class FailingMiddleware:
    """A middleware whose exception must become a response, not end the request."""

    async_capable = True
    sync_capable = False

    def __init__(self, get_response: Any) -> None:
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        raise ValueError("in a middleware")


@pytest.mark.parametrize("target", ["/hello", "/fail", "/bad", "/template", "/sync"])
def test_a_synchronous_middleware_works_as_before(target: str, settings: Settings) -> None:
    settings.MIDDLEWARE = [f"{__name__}.SyncMiddleware"]
    theirs, ours = both(target)
    assert (ours.status, ours.body[:10]) == (theirs.status, theirs.body[:10])
    assert dict(ours.headers)["x-thread"] != threading.main_thread().name
    assert ours.scope["hops"]
    assert "process_view" in events


def test_an_exception_in_a_middleware_is_a_500_without_a_hop(settings: Settings) -> None:
    settings.MIDDLEWARE = [f"{__name__}.FailingMiddleware"]
    theirs, ours = both("/hello")
    assert (ours.status, ours.body) == (theirs.status, theirs.body) == (500, b"500 NoneType")
    assert ours.scope["hops"] == []


class AnsweringMiddleware:
    """Answers before the view."""

    async_capable = True
    sync_capable = False

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> Any:
        return await self.get_response(request)

    async def process_view(self, *_args: Any) -> HttpResponse:
        return HttpResponse("instead")


def test_process_view_may_answer(settings: Settings) -> None:
    settings.MIDDLEWARE = [f"{__name__}.AnsweringMiddleware"]
    assert both("/hello")[1].body == b"instead"


@pytest.mark.django_db(transaction=True)
def test_connections_of_a_request_are_closed_in_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []

    def query(_request: HttpRequest) -> HttpResponse:
        opened.append(connections["default"])
        opened[0].ensure_connection()
        return HttpResponse("q")

    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("query", query)])
    clear_url_caches()
    answer = asyncio.run(ask(AsyncHandler(), "/query"))
    clear_url_caches()
    assert answer.body == b"q"
    assert opened
    assert opened[0].connection is None  # given back to the pool
