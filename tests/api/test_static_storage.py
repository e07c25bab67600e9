"""What `collectstatic` leaves is what is served."""

import asyncio
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.http import Http404, HttpResponse
from django.test import RequestFactory, override_settings

from app.api.assets import Assets
from app.api.static_storage import Storage, collected


def storage(folder: Path, **content: str) -> Storage:
    """Files `NAME.css` in it, and one of a kind that nobody knows."""
    found = Storage(location=folder, base_url="/static/")
    names = [f"{name}.css" for name in content] + ["some.thing"]
    for name, text in zip(names, [*content.values(), "?"], strict=True):
        found.save(name, ContentFile(text))
    list(found.post_process({name: (found, name) for name in names}))
    return Storage(location=folder, base_url="/static/")


def content(assets: Assets, name: str) -> HttpResponse:
    response = asyncio.run(assets.serve(RequestFactory().get("/"), name))
    assert isinstance(response, HttpResponse)
    return response


def test_hashed_names_lead_to_the_content(tmp_path: Path) -> None:
    found = storage(tmp_path, main="@import 'other.css';", other="p {}")
    assets = collected(found)
    names = found.hashed_files
    main = content(assets, names["main.css"])
    assert names["other.css"] in main.text
    assert main.headers["Content-Type"] == "text/css"
    assert (
        content(assets, names["some.thing"]).headers["Content-Type"] == "application/octet-stream"
    )
    with pytest.raises(Http404):
        content(assets, "main.css")


@pytest.mark.parametrize("debug", [True, False])
def test_pages_name_what_is_served(tmp_path: Path, debug: bool) -> None:
    found = storage(tmp_path, main="p {}")
    with override_settings(DEBUG=debug):
        assert found.url("main.css") == f"/static/{found.hashed_files['main.css']}"


def test_nothing_collected_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"{tmp_path}.*collectstatic --noinput"):
        collected(Storage(location=tmp_path, base_url="/static/"))
