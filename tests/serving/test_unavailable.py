"""A database that cannot be had is 503 with Retry-After, on the loop, and counted."""

import asyncio
import json
import threading

import psycopg
import psycopg_pool
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from app.serving.handler import AsyncHandler
from app.serving.observer import observer
from app.serving.places import Places
from app.serving.unavailable import REASONS, Refused, reason_of
from tests.client import ask
from tests.server.database_views import Role
from tests.server.harness import wait_until


def caused(cause: Exception | None, kind: type[Exception] = OperationalError) -> Exception:
    error = kind("it failed")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refused(), "refused"),
        (caused(psycopg_pool.PoolTimeout()), "timeout"),
        (caused(psycopg_pool.PoolClosed()), "timeout"),
        (caused(psycopg.OperationalError("connection refused")), "down"),
        (caused(psycopg.errors.ConnectionTimeout()), "down"),
        (caused(psycopg.errors.AdminShutdown()), "down"),
        (caused(psycopg.errors.CannotConnectNow()), "down"),
        (caused(psycopg.errors.TooManyConnections()), "down"),
        (caused(psycopg.errors.QueryCanceled()), None),
        (caused(psycopg.errors.DeadlockDetected()), None),
        (caused(psycopg.errors.LockNotAvailable()), None),
        (caused(ValueError()), None),
        (caused(None), None),
        (caused(psycopg.errors.UndefinedTable(), ProgrammingError), None),
        (ValueError(), None),
    ],
)
def test_reasons(error: Exception, reason: str | None) -> None:
    assert reason_of(error) == reason


async def orm(_request: HttpRequest) -> HttpResponse:
    return HttpResponse((await Role.objects.aget(rolname="postgres")).rolname)


@sync_to_async
def in_block() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'block'")
        return str(cursor.fetchone()[0])


async def block(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(await in_block())


def sync(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("sync")


async def on_loop(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("on the loop")


async def stream(_request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"str", b"eam"]))


async def timeout(_request: HttpRequest) -> HttpResponse:
    raise caused(psycopg_pool.PoolTimeout("couldn't get a connection after 5.00 sec"))


urlpatterns = [
    path("orm", orm),
    path("block", block),
    path("sync", sync),
    path("loop", on_loop),
    path("stream", stream),
    path("timeout", timeout),
]

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reasons: list[str] = []
    monkeypatch.setattr(observer, "unavailable", reasons.append)
    return reasons


@pytest.mark.parametrize("address", ["/orm", "/block", "/sync"])
def test_refused_on_the_loop_whatever_wants_the_thread(
    address: str, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    before = threading.active_count()
    answer = asyncio.run(ask(AsyncHandler(Places(0)), address))
    assert threading.active_count() == before
    assert answer.status == 503
    headers = dict(answer.headers)
    assert headers["retry-after"] == "1"
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["detail"] == REASONS["refused"]
    assert answer.scope["hops"] == []
    assert "exception" not in answer.scope
    assert told == ["refused"]
    assert caplog.records == []


@pytest.mark.parametrize(("address", "body"), [("/loop", b"on the loop"), ("/stream", b"stream")])
def test_what_wants_no_thread_for_its_answer_is_not_refused(address: str, body: bytes) -> None:
    answer = asyncio.run(ask(AsyncHandler(Places(0)), address))
    assert (answer.status, answer.body) == (200, body)


def test_a_failure_has_its_reason_and_the_request_s_id(told: list[str]) -> None:
    answer = asyncio.run(ask(AsyncHandler(), "/timeout", request_id="abc"))
    assert answer.status == 503
    problem = json.loads(answer.body)
    assert problem["detail"] == REASONS["timeout"]
    assert problem["request_id"] == "abc"
    assert told == ["timeout"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "body"), [("/orm", b"postgres"), ("/block", b"block")])
def test_places_come_back(address: str, body: bytes) -> None:
    async def work() -> list[bytes]:
        places = Places(1)
        app = AsyncHandler(places)
        answers = []
        for _ in range(3):
            answers.append((await ask(app, address)).body)
            wait_until(places.take, 5, "the thread has ended")
            places.give_back()
        return answers

    assert asyncio.run(work()) == [body] * 3
