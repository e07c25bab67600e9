"""Files from memory."""

import asyncio

import pytest
from django.http import Http404, HttpResponseBase
from django.test import RequestFactory

from app.api.assets import Assets


def asked(name: str, method: str = "GET") -> HttpResponseBase:
    assets = Assets()
    assets.add("a/style.0123.css", b"p {}", "text/css")
    return asyncio.run(assets.serve(RequestFactory().generic(method, "/"), name))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_is_kept_for_ever(method: str) -> None:
    response = asked("a/style.0123.css", method)
    assert response.headers["Content-Type"] == "text/css"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert getattr(response, "content", None) == b"p {}"


def test_nothing_else_is_there() -> None:
    with pytest.raises(Http404):
        asked("a/style.css")
    assert asked("a/style.0123.css", "POST").status_code == 405
