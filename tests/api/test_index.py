"""What the service says of itself."""

import pytest
from django.urls import path
from pytest_django import Settings

from app.api.index import index
from app.api.rehearsal import rehearsal
from app.api.version import version
from tests.api.conftest import Get, read

urlpatterns = [path("", index), path("version", version, name="version"), *rehearsal(served=True)]


def test_names_the_service_and_links_onward(get: Get, settings: Settings) -> None:
    answer = get("/")
    assert answer.status == 200
    assert read(answer) == {
        "name": settings.SERVICE_NAME,
        "version": settings.SERVICE_VERSION,
        "links": {
            "version": "/version",
            "async_sleep": "/api/async_sleep/",
            "docs": "/api/docs",
            "openapi": "/api/openapi.json",
        },
    }


@pytest.mark.urls(__name__)
def test_links_to_what_is_served_only_below_its_root_path(get: Get) -> None:
    links = read(get("/sub/", root_path="/sub"))["links"]
    assert links == {"version": "/sub/version", "rehearsal": "/sub/rehearsal/"}
