"""Requests to the API with tokens that this service signs itself, as development has them."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from app.asgi import App
from app.identity.mint import mint
from app.serving.handler import AsyncHandler
from tests.client import Answer, ask

Call = Callable[..., Answer]
ALL = "notes:read notes:write"


async def acall(
    app: App,
    method: str,
    path: str,
    content: Any = None,
    *,
    customer: str | None = "acme",
    scopes: str = ALL,
    raw: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    **scope: Any,
) -> Answer:
    """One request; `content` goes as JSON, `raw` as it is."""
    sent = {"content-type": "application/json"} if raw is not None or content is not None else {}
    if customer is not None:
        sent["authorization"] = f"Bearer {mint(customer, scopes.split())}"
    sent |= {name.lower(): value for name, value in (headers or {}).items()}
    body = raw if raw is not None else b"" if content is None else json.dumps(content).encode()
    pairs = [(name.encode(), value.encode("latin1")) for name, value in sent.items()]
    return await ask(app, path, method=method, headers=pairs, body=[body], **scope)


def call(method: str, path: str, content: Any = None, **more: Any) -> Answer:
    """`acall` on a loop of its own."""
    return asyncio.run(acall(AsyncHandler(), method, path, content, **more))


def read(answer: Answer) -> Any:
    """The answer's JSON."""
    return json.loads(answer.body)


def header(answer: Answer, name: str) -> str:
    """One header; KeyError without it."""
    return dict(answer.headers)[name]
