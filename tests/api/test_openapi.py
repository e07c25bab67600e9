"""The document tells all that may be answered."""

from typing import Any

import pytest

from tests.callers import call, read

pytestmark = pytest.mark.usefixtures("_things")


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = read(call("GET", "/api/openapi.json"))
    return found


def test_it_is_3_1_and_says_what_it_is_of(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert (document["info"]["title"], document["info"]["version"]) == ("things", "1.0")
    assert list(document["paths"]) == ["/api/things", "/api/errors/{name}", "/api/secured"]


def test_operations_have_the_names_of_their_functions(document: dict[str, Any]) -> None:
    things = document["paths"]["/api/things"]
    names = {method: operation["operationId"] for method, operation in things.items()}
    assert names == {"post": "make_thing", "patch": "patch_thing", "get": "list_things"}


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("get", "/api/things", "200 400 406 422 500 503"),
        ("post", "/api/things", "200 400 406 413 415 422 500 503"),
        ("get", "/api/secured", "200 400 401 403 406 500 503"),
    ],
)
def test_errors_are_documented(
    document: dict[str, Any], method: str, path: str, statuses: str
) -> None:
    responses = document["paths"][path][method]["responses"]
    assert " ".join(responses) == statuses
    for status, response in responses.items():
        if int(status) >= 400:
            schema = response["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}


def test_headers_of_errors_are_documented(document: dict[str, Any]) -> None:
    responses = document["paths"]["/api/secured"]["get"]["responses"]
    assert list(responses["401"]["headers"]) == ["WWW-Authenticate"]
    assert list(responses["503"]["headers"]) == ["Retry-After"]


def test_the_scheme_of_tokens_is_documented(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    assert document["paths"]["/api/secured"]["get"]["security"] == [{"Bearer": []}]
