"""What is raised, as problems."""

from typing import Any

import pytest

from app.serving.unavailable import REASONS
from tests.callers import call, header, read

pytestmark = pytest.mark.usefixtures("_things")


@pytest.mark.parametrize(
    ("name", "status", "detail"),
    [
        ("http", 418, "Short and stout."),
        ("missing", 404, "No such thing."),
        ("no connection", 503, REASONS["timeout"]),
        ("too slow", 503, "The database does not answer."),
        ("deadlock", 503, "The database does not answer."),
        ("operational", 500, None),
        ("interface", 503, "The database does not answer."),
        ("unforeseen", 500, None),
    ],
)
def test_raised(name: str, status: int, detail: str | None) -> None:
    answer = call("GET", f"/api/errors/{name}")
    assert answer.status == status
    assert header(answer, "content-type") == "application/problem+json"
    assert read(answer).get("detail") == detail
    assert (dict(answer.headers).get("retry-after") == "1") is (status == 503)
    # With its stack in the log, but for what an outage brings by the thousand.
    assert ("exception" in answer.scope) is (status >= 500 and name != "no connection")
    assert not answer.scope["hops"]


def test_an_unknown_route_is_a_problem() -> None:
    for path in ("/api/", "/api/unknown", "/api/docs/x"):
        answer = call("GET", path)
        assert answer.status == 404
        assert header(answer, "content-type") == "application/problem+json"
        assert not answer.scope["hops"]


@pytest.mark.parametrize(
    ("path", "content", "fields"),
    [
        ("", {"size": "x", "name": 1, "parts": ["a", 2]}, "body size, body name, body parts.1"),
        ("?count=x", {}, "body size, query count"),
        ("", [], "body "),
        ("", "text", "body "),
        ("", None, "body "),
    ],
)
def test_all_fields_are_told_at_once(path: str, content: Any, fields: str) -> None:
    json = {"Content-Type": "application/json"}
    answer = call("POST", f"/api/things{path}", content, headers=json)
    assert answer.status == 422
    told = [f"{error['in']} {error['field']}" for error in read(answer)["errors"]]
    assert sorted(told) == sorted(fields.split(", "))
    assert all(error["detail"] for error in read(answer)["errors"])
    assert "Not valid" in read(answer)["detail"]
