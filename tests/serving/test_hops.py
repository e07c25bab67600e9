"""Which application is asked, and the helper for a fork's tests."""

import asyncio
from typing import cast

import pytest
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from pytest_django import Settings

from app.asgi import App
from app.serving import hops
from app.serving.handler import AsyncHandler
from app.serving.hops import application, assert_hops, hops_of
from app.serving.hops_request import Request, ask
from tests.serving import hops_urls

the_application = AsyncHandler()


@pytest.fixture(autouse=True)
def project(settings: Settings) -> None:
    settings.ROOT_URLCONF = hops_urls.__name__
    settings.MIDDLEWARE = []
    settings.ASGI_APPLICATION = f"{__name__}.the_application"


def test_the_application_is_the_projects_or_djangos(settings: Settings) -> None:
    assert application() is the_application
    assert isinstance(application(stock=True), ASGIHandler)
    settings.ASGI_APPLICATION = None
    assert isinstance(application(), ASGIHandler)
    del settings.ASGI_APPLICATION
    assert isinstance(application(), ASGIHandler)


def test_addresses_are_loaded_before_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(hops, "import_module", loaded.append)
    application()
    assert loaded == [hops_urls.__name__]


def test_hops_of_a_request() -> None:
    found = hops_of(Request("/hello"), repeat=3)
    assert (found.status, found.counts) == (200, [0, 0, 0])
    assert hops_of(Request("/sync")).steps[0].cause.why == "synchronous view"
    stock = hops_of(Request("/hello"), cast("App", ASGIHandler()))
    assert stock.counts == [2]


def test_assert_hops_around_a_request() -> None:
    async def hello() -> None:
        with assert_hops(0) as road:
            answer = await ask(the_application, Request("/hello"))
        assert (answer.status, road.hops) == (200, [])
        with assert_hops(2):
            await ask(the_application, Request("/sync"))

    asyncio.run(hello())


def test_assert_hops_names_each_hop() -> None:
    async def work() -> None:
        with assert_hops(0):
            await sync_to_async(hops_urls.work)()

    with pytest.raises(AssertionError) as caught:
        asyncio.run(work())
    first, second = str(caught.value).splitlines()
    assert first == "1 hop, not 0:"
    assert second.startswith("- sync_to_async: tests.serving.hops_urls.work (tests/serving/test_ho")


def test_assert_hops_lets_errors_pass() -> None:
    async def work() -> None:
        with assert_hops(3):
            raise ValueError("of the test")

    with pytest.raises(ValueError, match="of the test"):
        asyncio.run(work())
