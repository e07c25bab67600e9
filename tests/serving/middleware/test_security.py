from typing import Any

import pytest
from django.test import override_settings

from tests.serving.middleware.both import Step, alike
from tests.serving.stacks import ANSWER, ON_LOOP

STEPS = (
    Step("/hello/"),
    Step("/hello/?a=1", scheme="https"),
    Step("/opener/", scheme="https"),
    Step("/missing/", scheme="https"),
    Step("/hello/", headers={"host": "evil.example"}),
)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"SECURE_HSTS_SECONDS": 60},
        {
            "SECURE_HSTS_SECONDS": 60,
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
            "SECURE_HSTS_PRELOAD": True,
        },
        {"SECURE_SSL_REDIRECT": True},
        {"SECURE_SSL_REDIRECT": True, "SECURE_SSL_HOST": "secure.example.com"},
        {"SECURE_SSL_REDIRECT": True, "SECURE_REDIRECT_EXEMPT": ["^hello/$"]},
        {"SECURE_CONTENT_TYPE_NOSNIFF": False},
        {"SECURE_REFERRER_POLICY": None, "SECURE_CROSS_ORIGIN_OPENER_POLICY": None},
        {"SECURE_REFERRER_POLICY": "origin, same-origin"},
        {"SECURE_REFERRER_POLICY": ["origin", "same-origin"]},
    ],
)
def test_headers_and_the_redirect(settings: dict[str, Any]) -> None:
    stack = ["Security", "whole stack"]
    with override_settings(**settings):
        for name in stack:
            alone = name == "Security"
            alike(
                ["django.middleware.security.SecurityMiddleware"] if alone else ANSWER,
                ["app.serving.middleware.security.SecurityMiddleware"] if alone else ON_LOOP,
                *STEPS,
            )


def test_what_a_browser_is_told() -> None:
    with override_settings(SECURE_HSTS_SECONDS=60, SECURE_SSL_REDIRECT=True):
        plain, secure, opener, *_ = alike(ANSWER, ON_LOOP, *STEPS)
    assert (plain.status, plain["location"]) == (301, "https://localhost/hello/")
    assert secure["strict-transport-security"] == "max-age=60"
    assert secure["x-content-type-options"] == "nosniff"
    assert secure["referrer-policy"] == secure["cross-origin-opener-policy"] == "same-origin"
    assert opener["cross-origin-opener-policy"] == "unsafe-none"
