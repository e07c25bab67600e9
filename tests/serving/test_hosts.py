"""Hosts are judged as Django judges them."""

import pytest
from django.http import HttpRequest
from django.test import override_settings

from app.serving.hosts import host_allowed

HOSTS = [
    "a.example",
    "A.Example:80",
    "x.b.example",
    "c.example",
    "localhost",
    "x.localhost:8000",
    "127.0.0.1",
    "[::1]:8000",
    "u@a.example",
    "a.example/x",
    "a.example:x",
    "10.0.0.1",
    "",
    "a b",
]


def djangos(host: str) -> bool:
    request = HttpRequest()
    request.META["HTTP_HOST"] = host
    try:
        request.get_host()
    except Exception:
        return False
    return True


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("allowed", [[], ["*"], ["a.example", ".b.example", "[::1]"]])
@pytest.mark.parametrize("host", HOSTS)
def test_as_django(host: str, allowed: list[str], debug: bool) -> None:
    with override_settings(DEBUG=debug, ALLOWED_HOSTS=allowed):
        assert host_allowed(host) == djangos(host)
