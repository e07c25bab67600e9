"""A request leaves nothing that only the garbage collector could free.

It did: 63 objects after each request that had waited, which made collections long and memory grow
with what was had between two of them.
"""

import gc
import json
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from tests.server.harness import Server, gunicorn

REQUESTS = 20


@pytest.fixture(scope="module")
def server(postgres: str) -> Iterator[Server]:
    env = {"DATABASE_URL": postgres, "DJANGO_SETTINGS_MODULE": "tests.server.garbage_settings"}
    with gunicorn(env) as running:
        yield running


def ask(server: Server, path: str, times: int = 1) -> bytes:
    """The last body, of so many requests on a connection of their own."""
    connection = HTTPConnection("127.0.0.1", server.port)
    for _ in range(times):
        connection.request("GET", path)
        body = connection.getresponse().read()
    connection.close()
    return body


@pytest.mark.parametrize("connections", [1, REQUESTS])
@pytest.mark.parametrize("path", ["/version", "/read", "/block", "/nothing"])
def test_nothing_is_left_to_collect(server: Server, path: str, connections: int) -> None:
    def ask_all() -> None:
        for _ in range(connections):
            ask(server, path, REQUESTS // connections)

    ask_all()  # what is kept for later is made now
    ask(server, "/keep")
    ask_all()
    assert json.loads(ask(server, "/kept")) == {}


def test_the_collector_passes_over_what_stays(server: Server) -> None:
    found = json.loads(ask(server, "/collector"))
    assert found["threshold"] > gc.get_threshold()[0]
    assert found["frozen"] > 50_000
