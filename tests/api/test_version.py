"""Which build this is."""

import platform

import django
from pytest_django import Settings

from tests.api.conftest import Get, read


def test_tells_the_build_and_what_it_runs_on(get: Get, settings: Settings) -> None:
    settings.COMMIT, settings.BUILD_TIME = "0123abc", "2026-01-02T03:04:05Z"
    answer = get("/version")
    assert answer.status == 200
    assert read(answer) == {
        "name": settings.SERVICE_NAME,
        "version": settings.SERVICE_VERSION,
        "commit": "0123abc",
        "build_time": "2026-01-02T03:04:05Z",
        "python": platform.python_version(),
        "django": django.get_version(),
    }


def test_cannot_be_written(get: Get) -> None:
    assert get("/version", method="DELETE").status == 405
