"""The three stacks of the question: as it was asked, as it was answered, and on the loop.

The API logger is written anew from the question's description, its two faults (arrival on the
middleware object, pid from construction) included.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.checks.registry import registry
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.utils.deprecation import MiddlewareMixin

BODY_BYTES = 2 * 1024
# What stands for the team's token service: token → claims.
TOKENS: dict[str, dict[str, str]] = {}

logger = logging.getLogger("api")


def customer(request: HttpRequest) -> str:
    """The claim of the caller's token, "no token", or "unknown" when it is not valid."""
    token = request.META.get("HTTP_AUTHORIZATION")
    if token is None:
        return "no token"
    try:
        return TOKENS[token.removeprefix("Bearer ")].get("amsOrganizationId", "")
    except Exception:
        return "unknown"


def caller(request: HttpRequest) -> list[str]:
    """The five fields that stand in both lines."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    return [
        forwarded.split(",")[0] if forwarded else request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_USER_AGENT", ""),
        customer(request),
        str(request.method),
        # As get_raw_uri() of the question's Django, which Django 4.0 removed.
        f"{request.scheme}://{request.META['HTTP_HOST']}{request.get_full_path()}",
    ]


class ApiLogger:
    """The question's: synchronous, so each request runs in a thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pid = os.getpid()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.arrived = time.time()
        fields = caller(request)
        body = request.body[:BODY_BYTES].decode("utf-8", "replace")
        logger.info(",".join(["IN", str(self.pid), str(self.arrived), *fields, body]))
        response = self.get_response(request)
        now = time.time()
        out = [str(now - self.arrived), str(response.status_code)]
        logger.info(",".join(["OUT", str(self.pid), str(now), *fields, *out]))
        return response


class AnsweredApiLogger(MiddlewareMixin):
    """The accepted answer's: two hooks, state on the request, and a hop for each hook."""

    def process_request(self, request: Any) -> None:
        request.arrived = time.time()
        request.caller = caller(request)
        body = request.body[:BODY_BYTES].decode("utf-8", "replace")
        head = ["IN", str(os.getpid()), str(request.arrived)]
        logger.info(",".join([*head, *request.caller, body]))

    def process_response(self, request: Any, response: HttpResponse) -> HttpResponse:
        now = time.time()
        out = [str(now - request.arrived), str(response.status_code)]
        logger.info(",".join(["OUT", str(os.getpid()), str(now), *request.caller, *out]))
        return response


def _question(api_logger: str) -> list[str]:
    return [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        "corsheaders.middleware.CorsMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "django.middleware.security.SecurityMiddleware",
        api_logger,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]


QUESTION = _question("tests.serving.stacks.ApiLogger")
ANSWER = _question("tests.serving.stacks.AnsweredApiLogger")
ON_LOOP = [
    "app.serving.middleware.prometheus.PrometheusBeforeMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "app.serving.middleware.gzip.GZipMiddleware",
    "app.serving.middleware.sessions.SessionMiddleware",
    "app.serving.middleware.common.CommonMiddleware",
    "app.serving.middleware.csrf.CsrfViewMiddleware",
    "app.serving.middleware.auth.AuthenticationMiddleware",
    "app.serving.middleware.messages.MessageMiddleware",
    "app.serving.middleware.clickjacking.XFrameOptionsMiddleware",
    "app.serving.middleware.security.SecurityMiddleware",
    "app.serving.middleware.api_logger.ApiLoggerMiddleware",
    "app.serving.middleware.prometheus.PrometheusAfterMiddleware",
]
# What they need of INSTALLED_APPS.
APPS = [
    "app.serving",
    "corsheaders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
]
# What the question's list of those days does not have; first, so that they see every answer.
EXTRA_STOCK = [
    "django.middleware.common.BrokenLinkEmailsMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
]
EXTRA_ON_LOOP = [
    "app.serving.middleware.common.BrokenLinkEmailsMiddleware",
    "app.serving.middleware.http.ConditionalGetMiddleware",
    "app.serving.middleware.locale.LocaleMiddleware",
]


@contextmanager
def installed(*more: str) -> Iterator[None]:
    """`APPS` and `more` for a test; the system checks that they register go with them."""
    checks = registry.registered_checks.copy()
    try:
        with override_settings(INSTALLED_APPS=[*APPS, *more]):
            yield
    finally:
        registry.registered_checks.intersection_update(checks)
