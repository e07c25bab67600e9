"""What a person's browser keeps and sends, and what the log says of it."""

import json
import re
from typing import Any

import httpx

from tests.server.harness import Server, wait_until


class Visitor:
    """Keeps cookies, the Secure ones too: browsers take localhost for safe."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, **form: str) -> httpx.Response:
        """A GET, or a POST of what a form holds."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with httpx.Client(headers={"Cookie": cookie}, timeout=20) as client:
            answer = client.request("POST" if form else "GET", self.url + path, data=form)
        self.cookies |= dict(answer.cookies.items())
        return answer

    def send(self, path: str, **form: str) -> httpx.Response:
        """Ask for the form, then send it with its token."""
        page = self.ask(path)
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[0]
        return self.ask(path, csrfmiddlewaretoken=token, **form)


def hops(server: Server, method: str, path: str) -> int:
    """How often the first such request of the log left the event loop."""

    def lines() -> list[dict[str, Any]]:
        # The last line may be on its way.
        said = [json.loads(line) for line in server.output().splitlines() if line[-1:] == "}"]
        wanted = {"http.request.method": method, "url.path": path}
        return [line for line in said if wanted.items() <= line.items()]

    wait_until(lines, 20, f"{method} {path} is in the log")
    return int(lines()[0]["hops"])
