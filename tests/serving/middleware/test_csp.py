"""Which answers have the policy."""

import asyncio
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import override_settings

from app.serving.hops import assert_hops
from app.serving.middleware.csp import POLICY, ContentSecurityPolicyMiddleware


def policy(response: HttpResponse) -> str | None:
    async def view(_request: HttpRequest) -> HttpResponse:
        return response

    async def ask() -> Any:
        with assert_hops(0):
            middleware: Any = ContentSecurityPolicyMiddleware(view)
            return await middleware(HttpRequest())

    said: str | None = asyncio.run(ask()).headers.get("Content-Security-Policy")
    return said


def test_a_page_loads_from_here_only() -> None:
    assert policy(HttpResponse()) == POLICY
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_a_policy_of_its_own_is_kept() -> None:
    own = "default-src 'self'"
    assert policy(HttpResponse(headers={"Content-Security-Policy": own})) == own


@pytest.mark.parametrize(
    "response", [JsonResponse({}), HttpResponse(headers={"Content-Type": "text/plain"})]
)
def test_what_is_no_page_needs_none(response: HttpResponse) -> None:
    assert policy(response) is None


def test_an_answer_without_a_type_needs_none() -> None:
    response = HttpResponse(status=304)
    del response.headers["Content-Type"]
    assert policy(response) is None


@pytest.mark.parametrize(("debug", "status", "has"), [(True, 404, False), (False, 404, True)])
def test_the_pages_of_debug_are_inline(debug: bool, status: int, has: bool) -> None:
    with override_settings(DEBUG=debug):
        assert (policy(HttpResponse(status=status)) == POLICY) is has
        assert policy(HttpResponse()) == POLICY
