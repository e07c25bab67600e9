"""The limit: an answer without a framework."""

import json

from app.asgi import Receive, Scope, Send
from benchmarks import work


async def app(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer every request alike."""
    if scope["type"] == "lifespan":
        raise NotImplementedError
    body = json.dumps(work.version()).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
