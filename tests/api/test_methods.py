"""Which methods a view answers."""

import asyncio
import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory

from app.api.methods import methods, reads


@methods("POST")
async def view(_request: HttpRequest, name: str) -> HttpResponse:
    """Say the name."""
    return HttpResponse(name)


def test_allowed_methods_reach_the_view() -> None:
    response = asyncio.run(view(AsyncRequestFactory().post("/"), name="x"))
    assert isinstance(response, HttpResponse)
    assert response.content == b"x"
    assert view.__name__ == "view"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "post"])
def test_others_are_told_what_is_allowed(method: str) -> None:
    request = AsyncRequestFactory().generic(method, "/")
    request.method = method
    response = asyncio.run(view(request, "x"))
    assert isinstance(response, HttpResponse)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert json.loads(response.content)["detail"] == "Allowed here: POST."


def test_what_is_read_is_read_with_get_or_head() -> None:
    @reads
    async def plain(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    factory = AsyncRequestFactory()
    got = [asyncio.run(plain(r)) for r in (factory.get("/"), factory.head("/"), factory.post("/"))]
    assert [response.status_code for response in got] == [200, 200, 405]
