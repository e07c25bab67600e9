"""The NinjaAPI as it is mounted."""

from inspect import iscoroutinefunction

import pytest
from django.urls import URLPattern

from tests.api.urls import Thing, api
from tests.callers import call, header, read

pytestmark = pytest.mark.usefixtures("_things")


def test_no_view_is_synchronous() -> None:
    patterns = [url for url in api.urls[0] if isinstance(url, URLPattern)]
    assert len(patterns) == len(api.urls[0]) > 5
    assert all(iscoroutinefunction(url.callback) for url in patterns)


def test_an_operation_answers_on_the_loop() -> None:
    answer = call("POST", "/api/things", {"size": 1.5})
    assert (answer.status, read(answer)) == (200, Thing(size=1.5).model_dump())
    assert not answer.scope["hops"]


def test_the_document_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = call("GET", "/api/openapi.json")
    assert answer.status == 200
    assert header(answer, "content-type") == "application/json"
    assert not answer.scope["hops"]
    monkeypatch.setattr(api, "get_openapi_schema", None)
    assert call("GET", "/api/openapi.json").body == answer.body
    assert call("POST", "/api/openapi.json").status == 405
