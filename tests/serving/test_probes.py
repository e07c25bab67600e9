"""Probes are answered before Django, in the Kubernetes API server's words."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from health_check.base import HealthCheck

from app.asgi import Receive, Scope, Send
from app.serving.probes import PATHS, Probes
from app.serving.readiness import Readiness, State
from app.serving.reply import reply
from tests.client import Answer, ask


class Failing(HealthCheck):  # type: ignore[misc] # the library ships no types
    """Fails with an address in its message."""

    async def run(self) -> None:
        raise ConnectionError("10.0.0.1")


async def teapot(_scope: Scope, _receive: Receive, send: Send) -> None:
    await reply(send, 418, "The application.")


@pytest.fixture
def state() -> State:
    return State(started=True)


@pytest.fixture
def probes(state: State, tmp_path: Path) -> Probes:
    return Probes(teapot, Readiness({}, timeout=1, keep=1, runtime_dir=tmp_path, state=state))


@pytest.fixture
def broken(state: State, tmp_path: Path) -> Probes:
    checks = {"database": Failing()}
    return Probes(teapot, Readiness(checks, timeout=1, keep=1, runtime_dir=tmp_path, state=state))


def get(probes: Probes, path: str, **scope: Any) -> Answer:
    return asyncio.run(ask(probes, path, **scope))


@pytest.mark.parametrize("path", sorted(PATHS))
def test_says_ok(probes: Probes, path: str) -> None:
    answer = get(probes, path)
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.complete
    assert answer.headers == [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", "2"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ]


@pytest.mark.parametrize("path", sorted(PATHS))
def test_head_is_get_without_a_body(probes: Probes, path: str) -> None:
    answer = get(probes, path, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers == get(probes, path).headers


@pytest.mark.parametrize("path", sorted(PATHS))
def test_is_found_below_a_root_path(probes: Probes, path: str) -> None:
    assert get(probes, f"/sub{path}", root_path="/sub").status == 200
    assert get(probes, path, root_path="/sub").status == 200


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
def test_other_methods_are_refused(probes: Probes, method: str) -> None:
    answer = get(probes, "/livez", method=method)
    assert answer.status == 405
    assert {("allow", "GET, HEAD"), ("cache-control", "no-store")} <= set(answer.headers)
    assert json.loads(answer.body)["status"] == 405


@pytest.mark.parametrize("path", ["/", "/livez/", "/x/livez", "/readyz2"])
def test_everything_else_goes_on(probes: Probes, path: str) -> None:
    assert get(probes, path).status == 418


def test_other_kinds_of_scope_go_on(probes: Probes) -> None:
    assert get(probes, "/livez", type="websocket").status == 418


def test_verbose_has_a_line_per_check(probes: Probes) -> None:
    assert get(probes, "/livez?verbose").body == b"[+]ping ok\nlivez check passed\n"
    assert get(probes, "/startupz?verbose=1").body == b"[+]startup ok\nstartupz check passed\n"
    assert get(probes, "/readyz?verbose").body == (
        b"[+]startup ok\n[+]shutdown ok\n[+]switch ok\nreadyz check passed\n"
    )


def test_a_failure_is_always_verbose(broken: Probes) -> None:
    answer = get(broken, "/readyz")
    assert answer.status == 503
    assert answer.body == (
        b"[+]startup ok\n[+]shutdown ok\n[+]switch ok\n"
        b"[-]database failed: reason withheld\nreadyz check failed\n"
    )
    assert get(broken, "/readyz", method="HEAD").status == 503


def test_checks_can_be_excluded(broken: Probes) -> None:
    answer = get(broken, "/readyz?exclude=database&exclude=b%22%1b&exclude=a&verbose")
    assert answer.status == 200
    assert answer.body.decode().splitlines()[3:] == [
        "[+]database excluded: ok",
        r'warn: some health checks cannot be excluded: no matches for "a","b\"\u001b"',
        "readyz check passed",
    ]
    assert get(broken, "/readyz?exclude=database").body == b"ok"
    assert get(broken, "/livez?verbose&exclude=ping").body.startswith(b"[+]ping excluded: ok\n")


def test_a_process_that_is_starting_is_alive_only(broken: Probes, state: State) -> None:
    state.started = False
    assert get(broken, "/startupz").body == b"[-]startup unfinished\nstartupz check failed\n"
    assert [get(broken, path).status for path in ("/livez", "/startupz", "/readyz")] == [
        200,
        503,
        503,
    ]


def test_a_process_that_drains_is_not_ready(probes: Probes, state: State) -> None:
    state.draining = True
    assert [get(probes, path).status for path in ("/livez", "/startupz", "/readyz")] == [
        200,
        200,
        503,
    ]


def test_a_query_that_is_no_text_is_no_error(probes: Probes) -> None:
    assert get(probes, "/readyz?exclude=%ff%00&%&=&verbose").status == 200
