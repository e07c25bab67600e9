"""The pass around a request: whatever happens inside is answered, logged and counted once."""

import asyncio
from typing import Any

import orjson
import pytest

from app.asgi import App, Message, Receive, Scope, Send
from app.telemetry.http_metrics import Finished
from app.telemetry.metrics import in_flight
from app.telemetry.request_id import request_id, trace_id
from app.telemetry.response_cut import ResponseCut
from app.telemetry.telemetry import Telemetry
from tests.client import Answer, ask

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01".encode()


def flying() -> float:
    return sum(sample.value for metric in in_flight.collect() for sample in metric.samples)


@pytest.fixture(autouse=True)
def nothing_left_in_flight() -> Any:
    before = flying()
    yield
    assert flying() == before


def lines(caplog: pytest.LogCaptureFixture, name: str = "asgi.request") -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == name]


async def begin(send: Send, status: int = 200) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await begin(send)
    await send({"type": "http.response.body", "body": b"hello"})


def asked(
    app: App, path: str = "/", *, telemetry: dict[str, Any] | None = None, **ask_: Any
) -> Answer:
    return asyncio.run(ask(Telemetry(app, **telemetry or {}), path, **ask_))


def test_a_request_is_answered_logged_and_counted(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    headers = [
        (b"x-request-id", b"given"),
        (b"traceparent", PARENT),
        (b"content-length", b"12"),
        (b"x-requested-with", b"XMLHttpRequest"),
    ]
    answer = asked(hello, "/a", headers=headers, method="POST", scheme="https")
    assert answer.body == b"hello"
    assert ("x-request-id", "given") in answer.headers
    assert answer.scope["request_id"] == "given"
    assert answer.scope["trace_id"] == TRACE
    (line,) = lines(caplog)
    assert (line["request_id"], line["trace_id"]) == ("given", TRACE)
    (finished,) = counted
    assert line["duration_ms"] == round(finished.seconds * 1000, 3)
    assert line["http.response.status_code"] == finished.status == 200
    assert line["response_bytes"] == finished.response_bytes == 5
    assert finished == Finished(
        method="POST",
        view=None,
        status=200,
        seconds=finished.seconds,
        scheme="https",
        request_bytes=12,
        response_bytes=5,
        content_type="text/plain; charset=utf-8",
        ajax=True,
    )


def test_in_flight_while_it_runs_and_the_context_is_its_own() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend((flying(), request_id.get(), trace_id.get()))
        await hello(scope, receive, send)

    async def run() -> None:
        for own in (b"first", b"second"):  # in one context, as uvicorn's pipelined requests are
            await ask(Telemetry(app), headers=[(b"x-request-id", own)])
            assert request_id.get() is None

    before = flying()
    asyncio.run(run())
    assert seen == [before + 1, "first", None, before + 1, "second", None]


def test_other_scopes_pass() -> None:
    passed: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope)

    scope = {"type": "lifespan"}
    asyncio.run(Telemetry(app)(scope, None, None))  # type: ignore[arg-type] # nobody asks for them
    assert passed[0] is scope
    assert scope == {"type": "lifespan"}


def test_an_exception_is_a_500_with_one_stack_and_no_word_of_it_outside(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("inner matters")

    answer = asked(app)
    assert answer.status == 500
    assert answer.complete
    assert dict(answer.headers)["content-type"] == "application/problem+json"
    assert dict(answer.headers)["content-length"] == str(len(answer.body))
    own = dict(answer.headers)["x-request-id"]
    assert orjson.loads(answer.body) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "request_id": own,
    }
    (error,) = lines(caplog, "asgi.error")
    assert error["request_id"] == own
    assert error["exc_info"][1].args == ("inner matters",)
    assert lines(caplog)[0]["exception.type"] == "ValueError"
    assert [(f.status, type(f.exception)) for f in counted] == [(500, ValueError)]


def test_a_500_that_django_made_is_reported(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    failure = KeyError("x")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["exception"] = failure
        await begin(send, 500)
        await send({"type": "http.response.body", "body": b"sorry"})

    assert asked(app).body == b"sorry"
    (error,) = lines(caplog, "asgi.error")
    assert error["exc_info"][1] is failure
    assert (counted[0].status, counted[0].exception) == (500, failure)


def test_an_exception_in_a_stream_cuts_it_and_has_one_stack(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await begin(send)
        await send({"type": "http.response.body", "body": b"part", "more_body": True})
        raise ValueError("mid-stream")

    with pytest.raises(ResponseCut) as cut:
        asked(app)
    assert cut.value.__suppress_context__
    assert cut.value.__cause__ is None
    assert len(lines(caplog, "asgi.error")) == 1
    assert [(f.status, f.response_bytes, f.streaming) for f in counted] == [(500, 4, True)]


def test_an_exception_after_the_response_is_reported_and_nothing_more(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await hello(scope, receive, send)
        raise ValueError("afterwards")

    assert asked(app).complete
    assert len(lines(caplog, "asgi.error")) == 1
    assert counted[0].status == 200


def cancelled(app: App, **scope: Any) -> Scope:
    """Ask, and cancel when the application waits; returns the scope."""
    waiting = asyncio.Event()
    made: list[Scope] = []

    async def app_that_tells(scope: Scope, receive: Receive, send: Send) -> None:
        made.append(scope)
        asyncio.get_running_loop().call_soon(waiting.set)
        await app(scope, receive, send)

    async def run() -> None:
        task = asyncio.create_task(ask(Telemetry(app_that_tells), **scope))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    return made[0]


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.Event().wait()


def test_a_cancelled_request_is_499_and_goes_on_being_cancelled(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    cancelled(endless)
    assert [line["http.response.status_code"] for line in lines(caplog)] == [499]
    assert [f.status for f in counted] == [499]
    assert not lines(caplog, "asgi.error")


def test_one_that_the_server_ended_is_503(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await endless(scope, receive, send)
        finally:
            scope["ended_by"] = "drain limit"

    cancelled(app)
    assert [f.status for f in counted] == [503]
    assert lines(caplog)[0]["ended_by"] == "drain limit"


def test_a_cancellation_that_nobody_asked_for_is_a_failure(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        inner = asyncio.create_task(endless(scope, receive, send))
        inner.cancel()
        await inner

    assert asked(app).status == 500
    assert [f.status for f in counted] == [500]
    assert lines(caplog, "asgi.error")[0]["exception.type"] == "asyncio.exceptions.CancelledError"


def test_an_application_that_returns_early_means_the_client_left(counted: list[Finished]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await begin(send)

    asked(app)
    assert [f.status for f in counted] == [499]


def test_a_client_that_cannot_be_sent_to_is_no_error(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def gone(message: Message) -> None:
        raise BrokenPipeError

    asked(hello, on_send=gone)
    assert [f.status for f in counted] == [499]
    assert not lines(caplog, "asgi.error")


def test_a_client_that_left_before_its_500_is_no_second_error(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def gone(message: Message) -> None:
        raise BrokenPipeError

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError

    asked(app, on_send=gone)
    assert [f.status for f in counted] == [500]
    assert len(lines(caplog, "asgi.error")) == 1


def test_the_end_of_the_process_goes_on_and_is_logged(
    caplog: pytest.LogCaptureFixture, counted: list[Finished]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise GeneratorExit

    async def run() -> None:
        with pytest.raises(GeneratorExit):
            await ask(Telemetry(app))

    asyncio.run(run())
    assert [f.status for f in counted] == [500]
    assert len(lines(caplog)) == len(lines(caplog, "asgi.error")) == 1


def test_an_arrival_has_a_line_when_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(len(lines(caplog)))
        await hello(scope, receive, send)

    asked(app)
    asked(app, telemetry={"arrival": True})
    assert seen == [0, 2]
    assert len(lines(caplog)) == 3


async def reader(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    scope.setdefault("marks", set()).add("api_logger")
    await hello(scope, receive, send)


@pytest.mark.parametrize(
    ("telemetry", "logged", "api"),
    [
        ({}, None, ""),
        ({"body_bytes": 3}, "abc…", "abc…"),
        ({"capture_bytes": 5}, None, "abcde…"),
        ({"body_bytes": 3, "capture_bytes": 5}, "abc…", "abcde…"),
        ({"body_bytes": 9}, "abcdefg", "abcdefg"),
    ],
)
def test_the_body_is_kept_for_whom_it_was_asked(
    caplog: pytest.LogCaptureFixture, telemetry: dict[str, int], logged: str | None, api: str
) -> None:
    body = (b"abcd", b"efg")
    asked(reader, telemetry=telemetry, body=body, headers=[(b"content-type", b"text/plain")])
    assert lines(caplog)[0].get("http.request.body.content") == logged
    came, _went = lines(caplog, "api")
    assert came["http.request.body.content"] == api


def test_without_need_receive_is_the_servers_own() -> None:
    seen: list[Receive] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(receive)

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(Telemetry(app)(scope, receive, send))
    assert seen == [receive]


def test_a_query_is_logged_when_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    asked(hello, "/?a=1&token=abc")
    asked(hello, "/?a=1&token=abc", telemetry={"query": True})
    assert [line.get("url.query") for line in lines(caplog)] == [None, "a=1&token=[redacted]"]


@pytest.mark.parametrize("length", [b"", b"x", b"-1", b"9" * 5000])
def test_a_bad_length_counts_as_none(counted: list[Finished], length: bytes) -> None:
    asked(hello, headers=[(b"content-length", length)])
    assert counted[0].request_bytes == 0


def test_a_hundred_at_once_keep_to_themselves(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        everybody = asyncio.Event()
        here: list[str] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["customer"] = scope["path"][1:]
            scope.setdefault("marks", set()).add("api_logger")
            here.append(scope["request_id"])
            if len(here) == 100:
                everybody.set()
            await everybody.wait()
            assert request_id.get() == scope["request_id"]
            await hello(scope, receive, send)

        telemetry = Telemetry(app)
        await asyncio.gather(*(ask(telemetry, f"/{n}") for n in range(100)))

    asyncio.run(run())
    ends = {line["url.path"]: line for line in lines(caplog)}
    assert len(ends) == 100
    assert all(line["customer"] == path[1:] for path, line in ends.items())
    assert len({line["request_id"] for line in ends.values()}) == 100
    api = lines(caplog, "api")
    assert len(api) == 200
    assert all(line["request_id"] == ends[line["url.original"]]["request_id"] for line in api)
