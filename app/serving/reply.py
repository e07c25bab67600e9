"""Answers that are given before or below Django, as `application/problem+json` (RFC 9457)."""

import json
from collections.abc import Iterable

from app.asgi import Send
from app.statuses import phrase

Headers = Iterable[tuple[bytes, bytes]]


def problem_body(status: int, detail: str, request_id: str | None = None) -> bytes:
    """The JSON of a problem: `status` an HTTP status, `detail` one sentence for the caller."""
    problem: dict[str, str | int] = {
        "type": "about:blank",
        "title": phrase(status),
        "status": status,
        "detail": detail,
    }
    if request_id:
        problem["request_id"] = request_id
    return json.dumps(problem).encode()


async def reply(
    send: Send,
    status: int,
    detail: str,
    *,
    headers: Headers = (),
    request_id: str | None = None,
) -> None:
    """Send a whole problem+json response over ASGI."""
    body = problem_body(status, detail, request_id)
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/problem+json"),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
