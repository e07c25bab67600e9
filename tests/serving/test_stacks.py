import asyncio
import os

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from tests.client import ask
from tests.serving import stacks


async def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello)]


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"good": {"amsOrganizationId": "org-7"}, "bare": {}}
    monkeypatch.setattr(stacks, "TOKENS", known)


@pytest.mark.parametrize("name", ["ApiLogger", "AnsweredApiLogger"])
@pytest.mark.parametrize(
    ("headers", "address", "customer"),
    [
        ([], "192.0.2.7", "no token"),
        ([(b"x-forwarded-for", b"198.51.100.1, 10.0.0.1")], "198.51.100.1", "no token"),
        ([(b"authorization", b"Bearer good")], "192.0.2.7", "org-7"),
        ([(b"authorization", b"Bearer bare")], "192.0.2.7", ""),
        ([(b"authorization", b"Bearer bad")], "192.0.2.7", "unknown"),
    ],
)
def test_the_two_lines_of_the_question(
    name: str,
    headers: list[tuple[bytes, bytes]],
    address: str,
    customer: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    scope = {"headers": [(b"user-agent", b"locust"), *headers], "body": [b"a" * 3000]}
    with (
        caplog.at_level("INFO", "api"),
        override_settings(MIDDLEWARE=[f"tests.serving.stacks.{name}"], ROOT_URLCONF=__name__),
    ):
        asyncio.run(ask(ASGIHandler(), "/hello/?q=1", **scope))  # type: ignore[arg-type] # a dict is a scope
    arrival, end = (r.getMessage().split(",") for r in caplog.records if r.name == "api")
    pid, caller = (
        str(os.getpid()),
        [address, "locust", customer, "GET", "http://localhost/hello/?q=1"],
    )
    assert (arrival[:2], arrival[3:8]) == (["IN", pid], caller)
    assert arrival[8] == "a" * 2048
    assert (end[:2], end[3:8], end[9]) == (["OUT", pid], caller, "200")
    assert float(end[8]) < 10
