import asyncio

from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from app.serving.middleware.api_logger import ApiLoggerMiddleware
from app.serving.middleware.marks import API_LOGGER, PROMETHEUS_AFTER, PROMETHEUS_BEFORE
from tests.client import ask
from tests.serving.middleware.both import djangos_handler
from tests.serving.stacks import ON_LOOP

ALL = {PROMETHEUS_BEFORE, PROMETHEUS_AFTER, API_LOGGER}


def marks(path: str, middleware: list[str]) -> object:
    with override_settings(MIDDLEWARE=middleware):
        return asyncio.run(ask(djangos_handler(), path)).scope.get("marks")


def test_a_request_is_marked_by_all_that_see_it() -> None:
    assert marks("/hello/", ON_LOOP) == ALL
    assert marks("/missing/", ON_LOOP) == ALL
    assert marks("/hello/", ON_LOOP[:-2]) == {PROMETHEUS_BEFORE}
    assert marks("/hello/", ON_LOOP[1:-2]) is None


def test_a_request_that_is_answered_on_the_way() -> None:
    with override_settings(PREPEND_WWW=True):
        assert marks("/hello/", ON_LOOP) == {PROMETHEUS_BEFORE}


def test_a_synchronous_middleware_further_in() -> None:
    assert marks("/hello/", [*ON_LOOP, "tests.serving.stacks.ApiLogger"]) == ALL


def test_wsgi_has_no_scope_to_mark() -> None:
    response = ApiLoggerMiddleware(lambda request: HttpResponse("seen"))(HttpRequest())
    assert isinstance(response, HttpResponse)
    assert response.content == b"seen"
