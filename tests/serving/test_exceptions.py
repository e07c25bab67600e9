"""Exceptions of a synchronous middleware: told, and answered, as those of any other."""

import asyncio
from collections.abc import Callable

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from pytest_django import Settings

from app.serving.handler import AsyncHandler
from app.serving.unavailable import Refused
from tests.client import Answer, ask

ERRORS = {"/broken": RuntimeError("secret"), "/gone": Http404("gone"), "/refused": Refused()}


class Synchronous:
    """Raises what the path names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Only raises."""
        raise ERRORS[request.path]


@pytest.fixture(autouse=True)
def _middleware(settings: Settings) -> None:
    settings.MIDDLEWARE = [f"{__name__}.Synchronous"]


def answer_of(path: str) -> Answer:
    return asyncio.run(ask(AsyncHandler(), path))


def test_a_500_is_told_to_the_log() -> None:
    answer = answer_of("/broken")
    assert answer.status == 500
    assert b"secret" not in answer.body
    assert answer.scope["exception"] is ERRORS["/broken"]


def test_a_database_that_cannot_be_had_is_503() -> None:
    answer = answer_of("/refused")
    assert answer.status == 503
    assert dict(answer.headers)["retry-after"]
    assert "exception" not in answer.scope


def test_others_keep_their_status() -> None:
    answer = answer_of("/gone")
    assert answer.status == 404
    assert "exception" not in answer.scope
