"""Why each hop is taken, by whom, and in which line it can be mended."""

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.test import override_settings
from pytest_django import Settings

from app.asgi import App
from app.serving.handler import AsyncHandler
from app.serving.hops_cause import Cause, cause_of
from app.serving.hops_fix import HANDLER
from app.serving.hops_request import Answer, Request, ask
from app.serving.signals import return_connection
from tests.serving import hops_urls, urls
from tests.serving.stacks import installed

OURS, STOCK = AsyncHandler, ASGIHandler
END = "end of the request: returns the connection"
STOCK_END = "end of the request: closes the response, returns the connection"
ON_LOOP = "app.serving.middleware"


def line_of(named: Any, text: str = "") -> str:
    """The line of the first `text` within what is `named`."""
    lines, first = inspect.getsourcelines(named)
    offset = next(number for number, line in enumerate(lines) if text in line)
    return f"{named.__module__.replace('.', '/')}.py:{first + offset}"


@pytest.fixture(autouse=True)
def project(settings: Settings) -> None:
    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = hops_urls.__name__
    loader = ("django.template.loaders.locmem.Loader", {"hello.txt": "Hello {{ name }}"})
    engine = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": engine, "OPTIONS": {"loaders": [loader]}}]


@pytest.fixture
def receiver() -> Iterator[Any]:
    def synchronous(**_named: Any) -> None: ...

    request_started.connect(synchronous)
    yield synchronous
    request_started.disconnect(synchronous)


def causes(path: str, handler: Any = OURS, **request: Any) -> list[Cause]:
    async def asking() -> Answer:
        return await ask(cast("App", handler()), Request(path, **request))

    return [cause_of(hop) for hop in asyncio.run(asking()).road.hops]


def first(path: str, handler: Any = OURS) -> Cause:
    return causes(path, handler)[0 if handler is OURS else 1]


@pytest.mark.parametrize("handler", [OURS, STOCK])
@pytest.mark.parametrize(
    ("path", "why", "what", "where"),
    [
        ("/sync", "synchronous view", "sync_hello", line_of(urls.sync_hello)),
        ("/class", "synchronous view", "as_view.<locals>.view", line_of(hops_urls.Synchronous)),
        ("/api/sync", "synchronous view", "_view_wrapper", line_of(hops_urls.operation)),
        ("/api/mixed", "synchronous view", ".Operation.run", line_of(hops_urls.mixed)),
        ("/plain", "sync_to_async", ".work", line_of(hops_urls.plain, "await")),
        ("/thread", "asyncio.to_thread", ".work", line_of(hops_urls.to_thread, "await")),
        ("/executor", "run_in_executor", ".work", line_of(hops_urls.in_executor, "await")),
        # A task has no caller: then it is what it runs.
        ("/task", "sync_to_async", ".work", line_of(hops_urls.work)),
        ("/template", "template", "TemplateResponse.render", line_of(urls.template)),
    ],
)
def test_views(handler: Any, path: str, why: str, what: str, where: str) -> None:
    cause = first(path, handler)
    assert (cause.why, cause.where) == (why, where)
    assert cause.what.endswith(what)
    assert [fix.where for fix in cause.fixes] == [where]


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous")
@pytest.mark.parametrize("handler", [OURS, STOCK])
def test_synchronous_iterators(handler: Any) -> None:
    assert first("/sync-stream", handler).why == "synchronous iterator"


def test_the_database() -> None:
    with installed():
        call, end = causes("/orm")
    assert (call.why, call.what) == ("ORM call", "django.db.models.query.QuerySet.count")
    assert call.where == line_of(hops_urls.orm, "await")
    assert (end.why, end.fixes) == (END, ())
    assert end.what == "app.serving.signals.return_connection"
    assert end.where == line_of(return_connection)


def test_a_response_that_holds_a_file() -> None:
    [end] = causes("/held", OURS)
    assert (end.why, end.fixes) == ("end of the response: closes what it holds", ())
    assert end.what == "django.http.response.HttpResponse.close"


def test_djangos_own_handler() -> None:
    started, view, end = causes("/hello", STOCK) + causes("/plain", STOCK)[1:2]
    assert started.why == "synchronous receiver of request_started"
    assert started.what == "django.db.reset_queries, django.db.close_old_connections"
    assert started.where.startswith("django/db/__init__.py:")
    assert started.fixes == (HANDLER,)
    assert (view.why, view.fixes) == (STOCK_END, (HANDLER,))
    assert end.why == "sync_to_async"


@pytest.mark.parametrize("handler", [OURS, STOCK])
def test_receivers_of_the_project(receiver: Any, handler: Any) -> None:
    cause = causes("/hello", handler)[0]
    assert cause.why == "synchronous receiver of request_started"
    assert cause.what.endswith("receiver.<locals>.synchronous")
    assert cause.where == cause.fixes[0].where == line_of(receiver)
    assert cause.fixes[1:] == (() if handler is OURS else (HANDLER,))


@pytest.mark.parametrize(
    ("path", "name", "where"),
    [
        ("/fail", "ValueError", line_of(urls.raising, "raise exc")),
        ("/forbidden", "PermissionDenied", line_of(urls.raising, "raise exc")),
        ("/missing", "Resolver404", "django/urls/resolvers.py:"),
    ],
)
def test_errors(path: str, name: str, where: str, settings: Settings) -> None:
    cause = first(path)
    assert cause.why == f"response to {name}"
    assert cause.where.startswith(where)
    assert "on_loop = True" in cause.fixes[0].what
    assert cause.fixes[0].where.startswith("django/views/defaults.py:")
    *view, error, log, _ = causes(path, STOCK)[1:]
    assert [(each.why, each.fixes) for each in view] in ([], [("process_exception", (HANDLER,))])
    assert (error.why, error.where, error.fixes) == (cause.why, cause.where, (HANDLER,))
    assert (log.why, log.fixes) == ("log of an error response", (HANDLER,))
    settings.DEBUG = True
    assert "DEBUG" in first(path).fixes[0].what


def test_synchronous_hooks_of_an_asynchronous_middleware(settings: Settings) -> None:
    hooks = f"{hops_urls.__name__}.Hooks"
    settings.MIDDLEWARE = [hooks]
    view, template, render, _ = causes("/template")
    for cause, hook in ((view, "process_view"), (template, "process_template_response")):
        assert cause.why == "synchronous hook of a middleware"
        assert (cause.what, cause.where) == (f"{hooks}.{hook}", line_of(hops_urls.Hooks))
    assert render.why == "template"
    _, exception, response, *_ = causes("/fail")
    assert exception.why == "process_exception"
    assert exception.where == line_of(urls.raising, "raise exc")
    assert response.why == "response to ValueError"


def test_stock_middleware_has_its_counterpart() -> None:
    path = "django.middleware.common.CommonMiddleware"
    with override_settings(MIDDLEWARE=[path]):
        request, response, _ = causes("/hello")
    for cause, hook in ((request, "process_request"), (response, "process_response")):
        assert (cause.why, cause.what) == ("MiddlewareMixin", f"{path}.{hook}")
        assert f"Use '{ON_LOOP}.common.CommonMiddleware'." in cause.fixes[0].what
    assert request.fixes == response.fixes


def test_a_synchronous_middleware_takes_those_before_it_along() -> None:
    before = "django.middleware.gzip.GZipMiddleware"
    culprit = "tests.serving.stacks.ApiLogger"
    after = f"{ON_LOOP}.common.CommonMiddleware"
    with override_settings(MIDDLEWARE=[before, culprit, after]):
        cause, end = causes("/hello")
    assert (cause.why, cause.what) == ("synchronous middleware", culprit)
    assert cause.where.startswith("tests/serving/")
    assert [fix.what.partition(":")[0] for fix in cause.fixes] == [f"'{before}'", f"'{culprit}'"]
    assert cause.where == cause.fixes[1].where
    assert end.why == END
