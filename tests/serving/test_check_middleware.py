import asyncio
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.test import override_settings
from django.utils.decorators import async_only_middleware, sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

from app.serving.check_middleware import (
    ADVICE,
    COUNTERPARTS,
    check_middleware,
    check_middleware_deployed,
)
from app.serving.handler import AsyncHandler
from app.serving.middleware.on_loop import OnLoop
from tests.client import ask
from tests.environment import ROOT
from tests.serving.stacks import ANSWER, EXTRA_ON_LOOP, EXTRA_STOCK, ON_LOOP, QUESTION, installed

HERE = __name__


def factory(get_response: Callable[..., Any]) -> Callable[..., Any]:
    return get_response


@sync_and_async_middleware
def both(get_response: Callable[..., Any]) -> Callable[..., Any]:
    return get_response


@async_only_middleware
def native(get_response: Callable[..., Any]) -> Callable[..., Any]:
    return get_response


class OwnGZip(GZipMiddleware):
    pass


class Hookless(MiddlewareMixin):
    pass


class ViewHook(OnLoop):
    def process_view(self, *args: Any) -> None: ...


class Native:
    async_capable = True

    async def process_view(self, *args: Any) -> None: ...


class Templates(OnLoop):
    def process_template_response(self, request: HttpRequest, response: HttpResponse) -> None: ...


class Failures(OnLoop):
    def process_exception(self, request: HttpRequest, exception: Exception) -> None: ...


class SyncView:
    async_capable = True

    def process_view(self, *args: Any) -> None: ...


def checked(*middleware: str) -> list[CheckMessage]:
    with override_settings(MIDDLEWARE=list(middleware)):
        return check_middleware()


@pytest.mark.parametrize("name", ["both", "native", "Hookless", "ViewHook", "Native"])
def test_middleware_that_stays_on_the_loop(name: str) -> None:
    assert checked(f"{HERE}.{name}") == []


@pytest.fixture
def project() -> Iterator[None]:
    with installed():
        yield


@pytest.mark.usefixtures("project")
def test_the_stacks_of_the_question() -> None:
    assert checked(*EXTRA_ON_LOOP, *ON_LOOP) == []
    question, answer = checked(*EXTRA_STOCK, *QUESTION), checked(*EXTRA_STOCK, *ANSWER)
    # All but corsheaders.
    assert [message.id for message in question].count("serving.W001") == 14
    assert [message.id for message in answer].count("serving.W001") == 14
    stock = {*EXTRA_STOCK, *QUESTION} - {"corsheaders.middleware.CorsMiddleware"}
    assert stock - {"tests.serving.stacks.ApiLogger"} == set(COUNTERPARTS)


@pytest.mark.usefixtures("project")
def test_each_counterpart_is_there_and_bears_the_same_name() -> None:
    hints = [m.hint for m in checked(*COUNTERPARTS) if m.id == "serving.W001"]
    ours = [hint.removeprefix("Use '").removesuffix("'.") for hint in hints if hint]
    assert checked(*ours) == []
    assert set(ours) == {*EXTRA_ON_LOOP, *ON_LOOP} - {
        "corsheaders.middleware.CorsMiddleware",
        "app.serving.middleware.api_logger.ApiLoggerMiddleware",
    }


@pytest.mark.parametrize(
    ("path", "why", "hint"),
    [
        (
            "django.middleware.gzip.GZipMiddleware",
            "MiddlewareMixin calls its process_response in a thread",
            "Use 'app.serving.middleware.gzip.GZipMiddleware'.",
        ),
        (
            f"{HERE}.OwnGZip",
            "MiddlewareMixin calls its process_response in a thread",
            "Inherit from 'app.serving.middleware.gzip.GZipMiddleware'.",
        ),
        (
            "django.middleware.csrf.CsrfViewMiddleware",
            "MiddlewareMixin calls its process_request and process_response in a thread;"
            " its process_view is synchronous",
            "Use 'app.serving.middleware.csrf.CsrfViewMiddleware'.",
        ),
        (
            "tests.serving.stacks.ApiLogger",
            "it is synchronous, so Django runs it and the 1 before it in a thread",
            ADVICE,
        ),
        (
            f"{HERE}.factory",
            "it is synchronous, so Django runs it and the 1 before it in a thread",
            ADVICE,
        ),
        (
            f"{HERE}.SyncView",
            "its process_view is synchronous",
            ADVICE,
        ),
        (
            f"{HERE}.Templates",
            "its process_template_response is synchronous",
            ADVICE,
        ),
    ],
)
def test_why_and_what_instead(path: str, why: str, hint: str) -> None:
    (message,) = checked(f"{HERE}.Native", path)
    assert message.id == "serving.W001"
    assert message.msg == f"'{path}' leaves the event loop: {why}."
    assert message.hint == hint


def test_failures_are_a_note() -> None:
    (message,) = checked(f"{HERE}.Failures")
    assert (message.id, message.level) == ("serving.I001", 20)


def test_a_name_that_leads_nowhere() -> None:
    missing, *_ = checked("app.nowhere.Middleware", f"{HERE}.Native")
    assert (missing.id, missing.level) == ("serving.E002", 40)
    assert "app.nowhere" in missing.msg


def test_a_warning_at_home_is_an_error_in_production() -> None:
    with override_settings(MIDDLEWARE=[f"{HERE}.factory", f"{HERE}.Failures"]):
        (error,) = check_middleware_deployed()
    assert (error.id, error.level) == ("serving.E001", 40)
    assert error.msg.startswith("1 middleware")
    with override_settings(MIDDLEWARE=[f"{HERE}.Failures"]):
        assert check_middleware_deployed() == []


def test_manage_py_check_says_it() -> None:
    with override_settings(MIDDLEWARE=["django.middleware.gzip.GZipMiddleware"]):
        output = StringIO()
        call_command("check", stderr=output)
        assert "'django.middleware.gzip.GZipMiddleware' leaves the event loop" in output.getvalue()
        with pytest.raises(SystemCheckError, match=r"serving\.E001"):
            call_command("check", deploy=True)


def test_what_the_advice_shows_stays_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    example = (ROOT / "docs" / "checks.md").read_text().rpartition("```python\n")[2]
    shown: dict[str, Any] = {}
    exec(example.partition("```")[0], shown)  # noqa: S102 - our own documentation
    monkeypatch.setattr(sys.modules[HERE], "Timing", shown["Timing"], raising=False)
    with override_settings(MIDDLEWARE=[f"{HERE}.Timing"]):
        assert check_middleware() == []
        answer = asyncio.run(ask(AsyncHandler(), "/version"))
    assert (answer.status, answer.scope["hops"]) == (200, [])
