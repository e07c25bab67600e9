"""Both sides of each pair do the same work: what they answer, say in headers, log and count."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

import pytest

from benchmarks import stacks, work
from benchmarks.lab import Lab
from benchmarks.stacks import Stack
from tests.server.harness import Server, wait_until

ORDER = work.ORDER.model_dump_json().encode()
WRONG = ORDER.replace(b'"quantity":9', b'"quantity":0')
# What only the service has: whose request it is, and how often it left the loop.
OWN_FIELDS = {"customer", "hops"}
OBSERVED = (stacks.FASTAPI, stacks.STARLETTE, stacks.LITESTAR, stacks.SQLALCHEMY)
TWELVE_HEADERS = {
    "content-length",
    "content-type",
    "cross-origin-opener-policy",
    "referrer-policy",
    "vary",
    "x-content-type-options",
    "x-frame-options",
}


@dataclass(frozen=True)
class Answer:
    """What came back, headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any


def ask(server: Server, path: str, body: bytes | None = None) -> Answer:
    headers = {"Content-Type": "application/json"} if body else {}
    request = Request(server.url + path, data=body, headers=headers)  # noqa: S310 - our own server
    try:
        with urlopen(request) as response:  # noqa: S310 - our own server
            named = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, named, json.loads(response.read()))
    except HTTPError as error:
        with error:
            return Answer(error.code, {}, None)


def lines(server: Server, part: str) -> list[str]:
    """The lines of the log that have this part, once there is one."""

    def found() -> list[str]:
        return [line for line in server.output().splitlines() if part in line]

    wait_until(found, 10, f"a line with {part}")
    return found()


def logged(server: Server) -> dict[str, Any]:
    """The fields of the newest line about a request."""
    found: dict[str, Any] = json.loads(lines(server, '"http.response.status_code"')[-1])
    return found


@pytest.fixture(scope="module")
def service(lab: Lab) -> Iterator[Server]:
    with lab.serving(stacks.ENDPOINTS) as server:
        yield server


@pytest.mark.parametrize("peer", OBSERVED, ids=lambda peer: peer.name)
def test_observed_peers_answer_log_and_count_what_the_service_does(
    lab: Lab, service: Server, peer: Stack
) -> None:
    own = ask(service, "/version")
    fields = set(logged(service)) - OWN_FIELDS
    with lab.serving(peer) as server:
        answer = ask(server, "/version")
        assert answer.body == own.body == work.version()
        assert {"content-type", "content-length", "x-request-id"} <= set(answer.headers)
        assert set(answer.headers) <= set(own.headers) | {"server"}
        line = json.loads(lines(server, answer.headers["x-request-id"])[-1])
        assert set(line) >= fields
        assert line["request_id"] == answer.headers["x-request-id"]
        assert line["http.route"].strip("/") == "version"
        assert line["response_bytes"] == int(answer.headers["content-length"])
        assert line["http.response.status_code"] == 200
        with urlopen(server.url + "/metrics") as response:  # noqa: S310 - our own server
            metrics = response.read().decode()
        assert re.search(r"requests_total\{.*/version.*\} [12]\.0", metrics)


def test_orders_are_validated_alike(lab: Lab, service: Server) -> None:
    own = ask(service, "/api/orders", ORDER)
    assert own.status == 200
    assert own.body == json.loads(ORDER)
    assert ask(service, "/api/orders", WRONG).status == 422
    for peer in (stacks.FASTAPI, stacks.STOCK):
        with lab.serving(peer) as server:
            assert ask(server, "/api/orders", ORDER).body == own.body
            assert ask(server, "/api/orders", WRONG).status == 422


def test_rows_are_the_same(lab: Lab, service: Server) -> None:
    path = f"/api/rows/{UUID(int=7)}"
    own, several = ask(service, path), ask(service, "/api/rows")
    assert own.body["id"] == str(UUID(int=7))
    assert len(several.body) == work.ROWS
    for peer in (stacks.SQLALCHEMY, stacks.STOCK):
        with lab.serving(peer) as server:
            assert ask(server, path).body == own.body
            assert ask(server, "/api/rows").body == several.body


@pytest.mark.parametrize("stack", [stacks.QUESTION, stacks.ANSWER, stacks.TWELVE])
def test_the_twelve_middleware_do_their_work_everywhere(lab: Lab, stack: Stack) -> None:
    with lab.serving(stack) as server:
        answer = ask(server, "/version")
        assert answer.body == work.version()
        assert set(answer.headers) >= TWELVE_HEADERS
        for word in ("IN", "OUT"):
            (line, *_) = lines(server, f"{word}," if stack is not stacks.TWELVE else f'"{word}"')
            assert "no token" in line


@pytest.mark.parametrize("stack", [stacks.BARE, stacks.FASTAPI_BARE, stacks.RAW, stacks.STOCK])
def test_bare_stacks_answer_and_no_more(lab: Lab, stack: Stack) -> None:
    with lab.serving(stack) as server:
        answer = ask(server, "/version")
        assert answer.body == work.version()
        assert set(answer.headers) <= {
            "connection",
            "content-length",
            "content-type",
            "date",
            "server",
            "transfer-encoding",
        }
        assert '"/version' not in server.output()
