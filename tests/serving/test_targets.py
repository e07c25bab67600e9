"""Targets of request lines."""

import pytest

from app.serving.refusals import Refusal
from app.serving.targets import read_target


def allowed(host: str) -> bool:
    return host in ("a", "a:80", "a:443", "a:8000", "[::1]:8000")


def read(url: bytes, *hosts: bytes, method: bytes = b"GET") -> tuple[str, bytes, bytes]:
    return read_target(method, url, list(hosts), allowed)


@pytest.mark.parametrize(
    ("url", "path", "raw", "query"),
    [
        (b"/", "/", b"/", b""),
        (b"/a?", "/a", b"/a", b""),
        (b"/a?b=%20&c", "/a", b"/a", b"b=%20&c"),
        (b"/a#b?c", "/a", b"/a", b""),
        (b"/a%2Fb%20c", "/a/b c", b"/a%2Fb%20c", b""),
        (b"/%zz", "/%zz", b"/%zz", b""),
        (b"//evil/", "//evil/", b"//evil/", b""),
        (b"/%2e%2e/x", "/../x", b"/%2e%2e/x", b""),
    ],
)
def test_origin_form(url: bytes, path: str, raw: bytes, query: bytes) -> None:
    assert read(url, b"a") == (path, raw, query)


@pytest.mark.parametrize("url", [b"/%00", b"/a%ff", b"/%ed%a0%80", b"/%c0%af"])
def test_a_path_that_is_no_text_is_refused(url: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        read(url, b"a")
    assert refusal.value.reason == "target"


def test_a_star_is_for_options() -> None:
    assert read(b"*", b"a", method=b"OPTIONS") == ("*", b"*", b"")
    with pytest.raises(Refusal):
        read(b"*", b"a")


@pytest.mark.parametrize(
    ("url", "host", "path", "query"),
    [
        (b"http://a/x?y", b"a", "/x", b"y"),
        (b"HTTP://A:80/x", b"a", "/x", b""),
        (b"https://a/x", b"a:443", "/x", b""),
        (b"http://a:8000", b"A:8000", "/", b""),
        (b"http://a?y=/", b"a", "/", b"y=/"),
        (b"http://a#y", b"a", "/", b""),
        (b"http://[::1]:8000/x", b"[::1]:8000", "/x", b""),
    ],
)
def test_absolute_form_that_agrees(url: bytes, host: bytes, path: str, query: bytes) -> None:
    assert read(url, host)[::2] == (path, query)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (b"http://b/", b"a"),  # another host than Host says
        (b"http://a:81/", b"a"),
        (b"https://a:80/", b"a"),
        (b"http://b/", b"b"),  # not ours
        (b"http://u@a/", b"a"),
        (b"http:///x", b"a"),
        (b"ftp://a/", b"a"),
        (b"ws://a/", b"a"),
        (b"a:80", b"a"),
        (b"http:/a", b"a"),
    ],
)
def test_absolute_form_that_does_not(url: bytes, host: bytes) -> None:
    with pytest.raises(Refusal):
        read(url, host)


def test_absolute_form_needs_a_host() -> None:
    with pytest.raises(Refusal):
        read(b"http://a/")


def test_what_is_no_url() -> None:
    with pytest.raises(Refusal):
        read(b"/\xff", b"a")
