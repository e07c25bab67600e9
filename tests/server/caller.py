"""A client of the API on one connection that it keeps, and many of them as a load."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.identity.mint import mint
from tests.server.harness import Server


@dataclass
class Reply:
    """What came back: `headers` with names in lower case, and how many seconds it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def content(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)


class Caller:
    """Asks as the customer `acme`, in development's own token; connects anew after an error."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._token = mint("acme", ["notes:read", "notes:write"])

    def __call__(self, method: str, path: str, content: Any = None) -> Reply:
        """One request. Raises OSError or HTTPException when the answer is no answer."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        body = None if content is None else json.dumps(content)
        began = time.monotonic()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read(), time.monotonic() - began)
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass
class Load:
    """What the callers saw: `lost` requests have no answer, `refused` are the 503 ones."""

    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    refused: list[Reply] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def saw(self, method: str, reply: Reply) -> None:
        """Keep what matters of it."""
        self.answered[method, reply.status] += 1
        if reply.status == 201:
            self.acknowledged.append(reply.content["id"])
        if reply.status == 503:
            self.refused.append(reply)


@contextmanager
def notes_load(server: Server, callers: int = 8) -> Iterator[Load]:
    """Write and list notes, each caller one request after another, while the block runs."""
    load, over = Load(), threading.Event()

    def call() -> None:
        caller = Caller(server)
        while not over.wait(0.02):
            for method, content in (("POST", {"text": "x"}), ("GET", None)):
                try:
                    load.saw(method, caller(method, "/api/notes", content))
                except (OSError, http.client.HTTPException) as error:
                    load.lost.append(f"{method}: {error!r}")
        caller.close()

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        over.set()
        for thread in threads:
            thread.join()
