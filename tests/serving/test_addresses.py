"""Addresses are resolved as Django does it, those without captured parts once."""

from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404, URLResolver, include, path, re_path
from django.urls.resolvers import RegexPattern
from django.utils.translation import gettext_lazy, override

from app.serving.addresses import resolved
from app.serving.handler import AsyncHandler


async def view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


PLAIN: list[Any] = [
    path("", view, name="root"),
    path("a", view, name="a"),
    path("below/", include([path("b", view, name="b")])),
    path("extra", view, {"more": 1}, name="extra"),
    path("<int:number>", view, name="number"),
    re_path(r"^any.*$", view, name="any"),
]


def resolver(*patterns: Any) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), list(patterns))


@pytest.mark.parametrize(
    ("address", "remembered"),
    [
        ("/", True),
        ("/a", True),
        ("/below/b", True),
        ("/extra", False),
        ("/7", False),
        ("/anything", False),
    ],
)
def test_what_has_no_captured_part_is_remembered(address: str, *, remembered: bool) -> None:
    urls = resolver(*PLAIN)
    own = urls.resolve(address)
    first, second = resolved(urls, address), resolved(urls, address)
    for match in (first, second):
        assert repr(match) == repr(own)
        assert (match.url_name, match.route) == (own.url_name, own.route)
    assert (first is second) is remembered


def test_what_is_not_there_is_a_404_each_time() -> None:
    urls = resolver(*PLAIN)
    for _ in range(2):
        with pytest.raises(Resolver404):
            resolved(urls, "/nowhere")


@pytest.mark.parametrize(
    ("address", "patterns"),
    [
        ("/en/a", i18n_patterns(path("a", view))),
        ("/a", [path("", include([path(gettext_lazy("a"), view)]))]),
    ],
)
def test_what_depends_on_the_language_is_not(address: str, patterns: list[Any]) -> None:
    urls = resolver(*patterns, path("fixed", view))
    with override("en"):
        assert resolved(urls, address) is not resolved(urls, address)
        assert resolved(urls, "/fixed") is not resolved(urls, "/fixed")


def test_a_prefix_of_another_language_is_a_404() -> None:
    urls = resolver(*i18n_patterns(path("a", view)))
    with override("en"):
        resolved(urls, "/en/a")
    with override("de"), pytest.raises(Resolver404):
        resolved(urls, "/en/a")


def test_a_middleware_may_choose_other_addresses() -> None:
    request: Any = RequestFactory().get("/hello/")
    request.urlconf = "tests.serving.middleware.urls"
    view, args, kwargs = AsyncHandler().resolve_request(request)
    assert (view, args, kwargs) == (request.resolver_match.func, (), {})
    assert view.__module__ == "tests.serving.middleware.views"
