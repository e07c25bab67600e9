"""A project with sessions, users and messages around the middleware under test."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import VERSION
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.file import SessionStore
from django.core.cache import cache
from django.db import connection
from django.test import override_settings

from tests.serving.stacks import installed


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # The file backend remembers the folder of the process's first session.
    monkeypatch.setattr(SessionStore, "_storage_path", str(tmp_path), raising=False)
    with (
        installed(),
        override_settings(
            ROOT_URLCONF="tests.serving.middleware.urls",
            ALLOWED_HOSTS=["localhost", "example.com", "www.example.com"],
            CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            SESSION_ENGINE="django.contrib.sessions.backends.cache",
            SESSION_COOKIE_SECURE=False,
            CSRF_COOKIE_SECURE=False,
            CSRF_FAILURE_VIEW="django.views.csrf.csrf_failure",
            CORS_ALLOWED_ORIGINS=["https://page.example"],
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
            EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
            MANAGERS=["ann@example.com"] if VERSION >= (6,) else [("Ann", "ann@example.com")],
            LANGUAGES=[("en", "English"), ("de", "Deutsch"), ("fr", "Français")],
            TEMPLATES=[],
        ),
    ):
        yield
        cache.clear()


@pytest.fixture
def tables(transactional_db: None) -> Iterator[None]:
    """The tables of users and sessions, and one user."""
    names = ["contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.User"]
    models = [apps.get_model(name) for name in [*names, "sessions.Session"]]
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)
    user: Any = get_user_model()
    user.objects.create_user("ann", password="right")
    yield
    with connection.schema_editor() as editor:
        for model in reversed(models):
            editor.delete_model(model)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    run_in_executor = asyncio.BaseEventLoop.run_in_executor

    def counting(loop: Any, executor: Any, func: Any, *args: Any) -> Any:
        seen.append(func)
        return run_in_executor(loop, executor, func, *args)

    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", counting)
    return seen
