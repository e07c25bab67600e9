"""The same requests through Django's own stack and through ours, compared in everything.

Except for what is random or a clock: the masked CSRF token, the session's key, expiry dates and
gzip's padding.
"""

import asyncio
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.messages.storage.cookie import CookieStorage, MessageSerializer
from django.core import signing
from django.core.handlers.asgi import ASGIHandler
from django.test import override_settings

from app.asgi import App, Receive, Scope, Send
from tests.client import Answer, ask

TOKEN = re.compile(rb"[A-Za-z0-9]{64}")


@dataclass(frozen=True)
class Step:
    """One request of a browser; `{token}` in header or form is the last token that it saw."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None
    scheme: str = "http"
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """An answer, comparable."""

    status: int
    headers: list[tuple[str, str]]
    cookies: list[tuple[str, str, dict[str, str]]]
    body: bytes

    def __getitem__(self, header: str) -> str:
        return dict(self.headers)[header]


@dataclass
class Browser:
    """Keeps cookies and the last CSRF token from step to step."""

    app: App
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    async def take(self, step: Step) -> Answer:
        """Do one step."""
        headers = {k: v.format(token=self.token) for k, v in step.headers.items()}
        self.cookies |= step.cookies
        if self.cookies:
            headers["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = b""
        if step.form is not None:
            form = {k: v.format(token=self.token) for k, v in step.form.items()}
            body = urlencode(form).encode()
            headers["content-type"] = "application/x-www-form-urlencoded"
            headers["content-length"] = str(len(body))
        host = headers.pop("host", "localhost").encode()
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["headers"] = [(b"host", host), *pairs]
            await self.app(scope, receive, send)

        answer = await ask(app, step.path, body=[body], scheme=step.scheme, method=step.method)
        for cookie in _set_cookies(answer):
            self.cookies[cookie.key] = cookie.value
            if cookie["max-age"] == 0 or cookie["expires"].startswith("Thu, 01 Jan 1970"):
                del self.cookies[cookie.key]
        if found := TOKEN.search(answer.body):
            self.token = found[0].decode()
        return answer


def _set_cookies(answer: Answer) -> list[Any]:
    cookies = [SimpleCookie(value) for name, value in answer.headers if name == "set-cookie"]
    return [morsel for cookie in cookies for morsel in cookie.values()]


def _cookie(morsel: Any) -> tuple[str, str, dict[str, str]]:
    attributes = {name: value for name, value in morsel.items() if value}
    value = morsel.value
    if value and morsel.key in ("sessionid", "csrftoken"):
        value = "(random)"
        attributes |= {"expires": "(later)"} if "expires" in attributes else {}
    if value and morsel.key == CookieStorage.cookie_name:
        signer = signing.get_cookie_signer(salt=CookieStorage.key_salt)
        value = str(signer.unsign_object(value, serializer=cast(Any, MessageSerializer)))
    return morsel.key, value, attributes


def seen(answer: Answer) -> Seen:
    """An answer without what is random or a clock."""
    headers = sorted((k, v) for k, v in answer.headers if k != "set-cookie")
    body = answer.body
    if ("content-encoding", "gzip") in headers:
        body = gzip.decompress(body)
        headers = [(k, v if k != "content-length" else "(padded)") for k, v in headers]
    cookies = [_cookie(morsel) for morsel in _set_cookies(answer)]
    return Seen(answer.status, headers, cookies, TOKEN.sub(b"(token)", body))


def djangos_handler() -> App:
    """Django's own, with the middleware of the moment."""
    return cast(App, ASGIHandler())


def walk(middleware: Sequence[str], steps: Sequence[Step]) -> list[Seen]:
    """A new browser's walk through Django's handler with this middleware."""

    async def all_steps(app: App) -> list[Seen]:
        browser = Browser(app)
        return [seen(await browser.take(step)) for step in steps]

    with override_settings(MIDDLEWARE=list(middleware)):
        return asyncio.run(all_steps(djangos_handler()))


def alike(stock: Sequence[str], ours: Sequence[str], *steps: Step) -> list[Seen]:
    """Walk through both; the answers, which are the same."""
    expected, found = walk(stock, steps), walk(ours, steps)
    for step, one, other in zip(steps, expected, found, strict=True):
        assert other == one, f"{step}\nDjango's: {one}\nours: {other}"
    return found
