"""Templates that are parsed for each request are named."""

from typing import Any

import pytest
from django.test import override_settings

from app.serving.check_templates import check_templates

LOADERS = "django.template.loaders"
FILES = f"{LOADERS}.filesystem.Loader"
DJANGO = "django.template.backends.django.DjangoTemplates"


def found(loaders: Any, backend: str = DJANGO) -> list[str]:
    jinja = {"BACKEND": "django.template.backends.jinja2.Jinja2"}
    engine = {"BACKEND": backend, "OPTIONS": {"loaders": loaders}}
    with override_settings(TEMPLATES=[jinja, engine]):
        return [str(each) for each in check_templates()]


def test_the_shipped_settings_are_silent() -> None:
    assert check_templates() == []


def test_djangos_choice_is_the_cached_one() -> None:
    with override_settings(TEMPLATES=[{"BACKEND": DJANGO, "APP_DIRS": True}]):
        assert check_templates() == []


@pytest.mark.parametrize(
    "loaders",
    [
        None,
        [],
        [(f"{LOADERS}.cached.Loader", [FILES])],
        [(f"{LOADERS}.locmem.Loader", {"hello.txt": "Hello"})],
    ],
)
def test_nothing_is_read_anew(loaders: Any) -> None:
    assert found(loaders) == []


@pytest.mark.parametrize(
    "loaders",
    [
        [FILES],
        [(FILES, ["templates"])],
        [(f"{LOADERS}.cached.Loader", [FILES]), f"{LOADERS}.app_directories.Loader"],
    ],
)
def test_loaders_without_the_cached_one(loaders: Any) -> None:
    (message,) = found(loaders)
    assert "(serving.W010) TEMPLATES[1] has loaders without the cached one" in message
    assert found(loaders, "project.templates.Own") == []
