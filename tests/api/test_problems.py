"""Errors as problem+json."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404

from app.api import problems
from app.telemetry.request_id import request_id

REQUEST = RequestFactory().get("/")


@pytest.fixture
def _within_a_request() -> Iterator[None]:
    token = request_id.set("id-7")
    yield
    request_id.reset(token)


def read(response: HttpResponse) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["type"] == "about:blank"
    return body


def test_a_problem_has_the_status_own_title() -> None:
    assert read(problems.problem(404)) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
    }


@pytest.mark.usefixtures("_within_a_request")
def test_a_problem_has_what_it_is_given() -> None:
    response = problems.problem(
        409, "Taken.", title="Name taken", headers={"Retry-After": "3"}, name="x"
    )
    assert response["Retry-After"] == "3"
    assert read(response) == {
        "type": "about:blank",
        "title": "Name taken",
        "status": 409,
        "detail": "Taken.",
        "request_id": "id-7",
        "name": "x",
    }


@pytest.mark.parametrize(
    ("exception", "status", "detail"),
    [
        (BadRequest("size must be a number."), 400, "size must be a number."),
        (BadRequest(), 400, "The request cannot be understood."),
        (SuspiciousOperation("inside"), 400, "The request cannot be understood."),
        (
            DisallowedHost("evil.example"),
            400,
            "The Host header names no host of this service (ALLOWED_HOSTS).",
        ),
        (RequestDataTooBig("secret"), 413, "The body is larger than this service takes."),
    ],
)
def test_bad_requests(exception: Exception, status: int, detail: str) -> None:
    body = read(problems.bad_request(REQUEST, exception))
    assert (body["status"], body["detail"]) == (status, detail)


@pytest.mark.parametrize(
    ("exception", "detail"),
    [
        (PermissionDenied("Owners only."), "Owners only."),
        (PermissionDenied(), "This is not allowed."),
    ],
)
def test_permission_denied(exception: Exception, detail: str) -> None:
    body = read(problems.permission_denied(REQUEST, exception))
    assert (body["status"], body["detail"]) == (403, detail)


@pytest.mark.parametrize(
    ("exception", "detail"),
    [
        (Http404("No such note."), "No such note."),
        (Http404(), "There is nothing at this address."),
        (Resolver404({"tried": [["x"]], "path": "y"}), "There is nothing at this address."),
    ],
)
def test_not_found(exception: Exception, detail: str) -> None:
    body = read(problems.not_found(REQUEST, exception))
    assert (body["status"], body["detail"]) == (404, detail)


def test_csrf_failure() -> None:
    detail = "The CSRF token is missing or wrong."
    assert read(problems.csrf_failure(REQUEST))["detail"] == detail
    assert read(problems.csrf_failure(REQUEST, "Origin."))["detail"] == "Origin."


@pytest.mark.usefixtures("_within_a_request")
def test_a_server_error_tells_the_request_id_and_nothing_else() -> None:
    assert read(problems.server_error(REQUEST)) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "request_id": "id-7",
    }


def test_all_may_run_on_the_loop() -> None:
    for handler in (
        problems.bad_request,
        problems.permission_denied,
        problems.csrf_failure,
        problems.not_found,
        problems.server_error,
    ):
        assert getattr(handler, "on_loop", False) is True
