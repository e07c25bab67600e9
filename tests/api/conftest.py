"""The shipped application, asked in this process."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import clear_url_caches
from pytest_django import Settings

from app.serving.handler import AsyncHandler
from tests.client import Answer, ask

Get = Callable[..., Answer]


@pytest.fixture
def get() -> Get:
    """`get(path, **scope)`: one request to Django, with the handler of the service."""
    handler = AsyncHandler()
    return lambda path, **scope: asyncio.run(ask(handler, path, **scope))


def read(answer: Answer) -> dict[str, Any]:
    """The answer's JSON."""
    body: dict[str, Any] = json.loads(answer.body)
    return body


@pytest.fixture
def _things(settings: Settings) -> Iterator[None]:
    """The API of tests/api/urls.py in place of the service's."""
    settings.ROOT_URLCONF = "tests.api.urls"
    clear_url_caches()
    yield
    clear_url_caches()
