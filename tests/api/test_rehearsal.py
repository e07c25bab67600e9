"""Answers that are slow, failing or blocking on request."""

import asyncio
import re
import time
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncRequestFactory

from app.api import problems
from app.api.rehearsal import number, rehearsal, stream
from app.telemetry.redact import REDACTED
from tests.api.conftest import Get, read

urlpatterns = rehearsal(served=True)
handler400 = problems.bad_request
handler404 = problems.not_found
handler500 = problems.server_error

PATHS = ["", "delay/0", "status/200", "stream/1", "fail", "block/0", "hop", "echo"]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("app.api.rehearsal.asyncio.sleep", sleep)
    return slept


@pytest.mark.parametrize("path", PATHS)
def test_is_unknown_when_it_is_off(get: Get, path: str) -> None:
    answer = get(f"/rehearsal/{path}", method="POST")
    assert answer.status == 404
    assert read(answer) == read(get("/nothing"))


@pytest.mark.urls(__name__)
def test_says_what_there_is(get: Get) -> None:
    listed = read(get("/rehearsal/"))["rehearsal"]
    assert [re.sub("<.*", "", path) for path in listed] == [
        re.sub(r"\d+", "", path) for path in PATHS[1:]
    ]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("seconds", ["0", "0.5", "3600"])
def test_delay(get: Get, slept: list[float], seconds: str) -> None:
    assert read(get(f"/rehearsal/delay/{seconds}")) == {"delay": float(seconds)}
    assert slept == [float(seconds)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    "path",
    [
        *(f"delay/{wrong}" for wrong in ("x", "-1", "3600.1", "inf", "nan", "1_0x", "%00")),
        *(f"status/{wrong}" for wrong in ("x", "199", "600", "200.5", "-1")),
        *(f"stream/{wrong}" for wrong in ("x", "10001", "-1", "1.5", "1?size=0", "1?size=65537")),
        *(f"stream/1?{wrong}" for wrong in ("size=x", "pause=61", "pause=-1", "pause=")),
        *(f"block/{wrong}" for wrong in ("x", "61", "-1", "inf")),
    ],
)
def test_wrong_values_are_problems(get: Get, path: str) -> None:
    answer = get(f"/rehearsal/{path}")
    assert answer.status == 400
    assert re.search(r"must be a (whole )?number from", read(answer)["detail"])


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("code", [200, 302, 404, 418, 499, 503, 599])
def test_status(get: Get, code: int) -> None:
    answer = get(f"/rehearsal/status/{code}")
    assert answer.status == code
    assert read(answer)["status"] == code


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("code", [204, 205, 304])
def test_a_status_without_a_body_has_none(get: Get, code: int) -> None:
    answer = get(f"/rehearsal/status/{code}", method="POST")
    assert (answer.status, answer.body) == (code, b"")


@pytest.mark.urls(__name__)
def test_stream(get: Get, slept: list[float]) -> None:
    answer = get("/rehearsal/stream/3?size=5&pause=2")
    assert answer.status == 200
    assert answer.body == b"...0\n...1\n...2\n"
    assert slept == [2, 2]
    assert len(get("/rehearsal/stream/1").body) == 1024
    assert get("/rehearsal/stream/0").body == b""


def test_a_stream_is_made_as_it_is_read() -> None:
    async def main() -> None:
        response = await stream(AsyncRequestFactory().get("/?pause=60"), "10000")
        assert isinstance(response, StreamingHttpResponse)
        body = aiter(response)
        assert (await anext(body)).endswith(b"0\n")

    asyncio.run(main())


@pytest.mark.urls(__name__)
def test_fail(get: Get) -> None:
    answer = get("/rehearsal/fail")
    assert answer.status == 500
    assert "detail" not in read(answer)


@pytest.mark.urls(__name__)
def test_block_holds_the_loop(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked: list[float] = []
    monkeypatch.setattr(time, "sleep", blocked.append)
    assert read(get("/rehearsal/block/2")) == {"block": 2}
    assert blocked == [2]


@pytest.mark.urls(__name__)
def test_hop(get: Get) -> None:
    answer = get("/rehearsal/hop")
    assert read(answer) == {"hop": True}
    assert [name for name in answer.scope["hops"] if name.endswith("rehearsal.synchronous")]


@pytest.mark.urls(__name__)
def test_echo_redacts_secrets(get: Get) -> None:
    headers: list[tuple[bytes, bytes]] = [
        (name, b"hunter2")
        for name in (b"authorization", b"cookie", b"x-api-key", b"x-auth-token", b"password")
    ]
    answer = get("/rehearsal/echo?x=1", method="PUT", headers=[*headers, (b"accept", b"text/x")])
    echoed: dict[str, Any] = read(answer)
    assert echoed["method"] == "PUT"
    assert echoed["path"] == "/rehearsal/echo"
    assert echoed["client"] == "192.0.2.7"
    assert echoed["headers"]["accept"] == "text/x"
    assert [echoed["headers"][name.decode()] for name, _ in headers] == [REDACTED] * 5
    assert b"hunter2" not in answer.body


def test_numbers_name_what_is_allowed() -> None:
    with pytest.raises(Exception, match=r"^n must be a number from 0 to 0\.5\.$"):
        number("n", "1", 0, 0.5)
