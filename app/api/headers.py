"""Headers as the OpenAPI document describes them."""

from typing import Any


def _header(description: str) -> dict[str, Any]:
    return {"schema": {"type": "string"}, "description": description}


def _parameter(name: str, description: str) -> dict[str, Any]:
    return {"in": "header", "name": name, **_header(description)}


ETAG = {"ETag": _header("For If-Match and If-None-Match.")}
LOCATION = {"Location": _header("Where it is.")}
IF_MATCH = _parameter("If-Match", "The ETag that was read: 412 if it has changed since.")
IF_NONE_MATCH = _parameter("If-None-Match", "The ETag that was read: 304 if it is the same still.")
