"""The shipped application, asked in this process."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

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
