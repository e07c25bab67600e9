"""Methods and media types, before an operation runs."""

import pytest

from tests.callers import call, header, read

pytestmark = pytest.mark.usefixtures("_things")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_told_which_are_allowed(method: str) -> None:
    answer = call(method, "/api/things")
    assert answer.status == 405
    assert header(answer, "allow") == "GET, HEAD, PATCH, POST"
    assert read(answer)["detail"] == "Allowed here: GET, HEAD, PATCH, POST."
    assert not answer.scope["hops"]


def test_what_is_only_read_allows_no_more() -> None:
    assert header(call("POST", "/api/errors/http"), "allow") == "GET, HEAD"


def test_head_is_get() -> None:
    assert call("HEAD", "/api/things").headers == call("GET", "/api/things").headers


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*;q=0.1", 200),
        ("text/html, application/json;q=0.5", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("nonsense", 406),
        (";;;q=x,/", 406),
    ],
)
def test_what_is_accepted(accept: str, status: int) -> None:
    answer = call("GET", "/api/things", headers={"Accept": accept})
    assert answer.status == status
    assert status == 200 or read(answer)["title"] == "Not Acceptable"


@pytest.mark.parametrize(
    ("method", "kind", "status"),
    [
        ("POST", "application/json", 200),
        ("POST", "Application/JSON; charset=UTF-8", 200),
        ("POST", 'application/json; charset="utf8"', 200),
        ("PATCH", "application/merge-patch+json", 200),
        ("POST", "application/merge-patch+json", 415),
        ("POST", "text/plain", 415),
        ("POST", "application/x-www-form-urlencoded", 415),
        ("PATCH", "text/plain", 415),
        ("POST", "", 415),
        ("POST", ";;;", 415),
        ("POST", "application/json; charset=latin-1", 400),
        ("POST", "application/json; charset=utf-16", 400),
    ],
)
def test_what_is_taken(method: str, kind: str, status: int) -> None:
    answer = call(method, "/api/things", {"size": 1}, headers={"Content-Type": kind})
    assert answer.status == status
    if status == 415:
        taken = dict(answer.headers)
        assert "application/json" in (taken.get("accept") or taken["accept-patch"])
    if status == 400:
        named = {"in": "header", "field": "Content-Type", "detail": "the charset of JSON is utf-8."}
        assert read(answer)["errors"] == [named]
