"""What ninja leaves out of the OpenAPI document: the errors, in the media type that they have."""

from collections.abc import Iterator
from typing import Any

from app.api.problems import CONTENT_TYPE
from app.statuses import phrase

ERROR = {
    "type": "object",
    "description": "What is wrong with one field.",
    "properties": {
        "in": {"type": "string", "examples": ["body", "query", "header"]},
        "field": {"type": "string", "examples": ["tags.0"]},
        "detail": {"type": "string", "examples": ["String should have at least 1 character"]},
    },
    "required": ["in", "field", "detail"],
}
PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "examples": ["Unprocessable Content"]},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string", "examples": ["Not valid: tags.0."]},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Error"}},
    },
    "required": ["type", "title", "status"],
}
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "The challenge."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "In seconds."}},
}
HEADERS[403] = HEADERS[401]


def errors(*statuses: int) -> dict[int, dict[str, Any]]:
    """The `responses` of these statuses, for an operation's `openapi_extra`."""
    answer = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {
            "description": phrase(status),
            "content": {CONTENT_TYPE: answer},
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
        }
        for status in statuses
    }


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` with what every operation of its kind may answer."""
    schema["components"]["schemas"] |= {"Problem": PROBLEM, "Error": ERROR}
    for operations in schema["paths"].values():
        for operation in operations.values():
            common = errors(*_statuses(operation))
            operation["responses"] = dict(sorted((common | operation["responses"]).items()))
    return schema


def _statuses(operation: dict[str, Any]) -> Iterator[int]:
    yield from (400, 406, 500, 503)
    if "security" in operation:
        yield from (401, 403)
    if "requestBody" in operation:
        yield from (413, 415, 422)
    if operation["parameters"]:
        yield 422
