"""Who calls, on a running service: with a provider that goes away, or was never there."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.identity.provider import AUDIENCE, ISSUER, public_jwk, published, token
from tests.server.harness import Server, free_port, gunicorn, wait_until


class Provider:
    """Publishes what is in `content`, while it runs, and counts how often it was asked."""

    def __init__(self) -> None:
        self.port = free_port()
        self.content = published(public_jwk("ES256"))
        self.asked = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(provider.content)

            def log_message(self, *_args: Any) -> None:
                """Nothing: tests read stderr."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.server.who_settings",
            "AUTH_SECRET": "",
            "AUTH_JWKS": f"http://127.0.0.1:{self.port}/jwks",
            "AUTH_ISSUER": ISSUER,
            "AUTH_AUDIENCE": AUDIENCE,
            "AUTH_CUSTOMER_CLAIM": "customer",
        }


@contextmanager
def started_by(provider: Provider) -> Iterator[Server]:
    """A service that read the provider's keys when it started; the provider is gone since."""
    with ExitStack() as stack:
        with provider.running():
            server = stack.enter_context(gunicorn(provider.environment()))
        yield server


def ask(server: Server, *tokens: str) -> tuple[int, str]:
    """The status, and the body or the challenge."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest("GET", "/who")
    for each in tokens:
        connection.putheader("Authorization", f"Bearer {each}")
    connection.endheaders()
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, response.getheader("WWW-Authenticate") or body


def lines(server: Server) -> list[dict[str, Any]]:
    """What the log says of requests to the view."""
    records = [json.loads(line) for line in server.output().splitlines()]
    return [record for record in records if record.get("url.path") == "/who"]


def test_known_keys_hold_without_the_provider_and_others_cost_it_nothing() -> None:
    provider = Provider()
    good = token("ES256")
    with started_by(provider) as server:
        assert ask(server) == (401, "Bearer")
        assert ask(server, good) == (200, "acme")
        assert ask(server, good, good)[0] == 401
        assert ask(server, "x.y." + "z" * 100_000)[0] == 401
        # One fetch at the start, and none in the 30 s after it, whoever asks for it.
        forged = [token("RS256", kid=f"unknown-{number}") for number in range(40)]
        with ThreadPoolExecutor(8) as threads:
            answers = set(threads.map(lambda each: ask(server, each), forged))
        assert {status for status, _ in answers} == {401}
        assert len(answers) == 1
        assert provider.asked == 1
        assert ask(server, good) == (200, "acme")
        wait_until(lambda: len(lines(server)) == 45, 5, "all lines are written")
        told = [(line["customer"], line["hops"]) for line in lines(server)]
        assert told[:4] == [("no token", 0), ("acme", 0), ("unknown", 0), ("unknown", 0)]
        assert set(told[4:-1]) == {("unknown", 0)}
        assert told[-1] == ("acme", 0)
        assert server.stop() == 0


def test_a_service_starts_without_its_provider() -> None:
    provider = Provider()
    with gunicorn(provider.environment()) as server:
        assert ask(server, token("ES256")) == (503, "Tokens cannot be checked at the moment.")
        assert ask(server) == (401, "Bearer")
        assert "The keys of AUTH_JWKS cannot be read" in server.output()
        assert server.stop() == 0
