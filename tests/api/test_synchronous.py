"""An operation that would leave the event loop does not start."""

import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from ninja.security import HttpBearer

from app.api.authentication import Bearer
from app.api.ninja_api import API


def sync_operation(request: HttpRequest) -> None: ...


async def operation(request: HttpRequest) -> None: ...


class SyncBearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> str:
        return token


class AsyncBearer(HttpBearer):
    async def authenticate(self, request: HttpRequest, token: str) -> str:
        return token


def sync_auth(request: HttpRequest) -> bool:
    return True


def urls(view: Any, auth: Any = None) -> list[Any]:
    api = API("x", "1")
    api.get("x", auth=auth)(view)
    return api.urls[0]


@pytest.mark.parametrize(
    ("view", "auth", "name"),
    [
        (sync_operation, None, "sync_operation"),
        (operation, sync_auth, "sync_auth"),
        (operation, SyncBearer(), "SyncBearer"),
        (operation, [Bearer("x"), sync_auth], "sync_auth"),
    ],
)
def test_refused(view: Any, auth: Any, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(f"{name} is synchronous")):
        urls(view, auth)


@pytest.mark.parametrize("auth", [None, Bearer("x"), AsyncBearer()])
def test_taken(auth: Any) -> None:
    assert urls(operation, auth)
