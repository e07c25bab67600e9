"""The telemetry pass: around each request its id, log lines, metrics and span, from one timer."""

import asyncio
import contextlib
from http import HTTPStatus

import orjson

from app.asgi import App, Receive, Scope, Send
from app.telemetry import request_id, traces
from app.telemetry.body import FirstBytes
from app.telemetry.ended import Ended, Request
from app.telemetry.metric_steps import step, value_of
from app.telemetry.metrics import in_flight
from app.telemetry.outcome import Outcome
from app.telemetry.request_log import End, RequestLog
from app.telemetry.response_cut import ResponseCut

_in_flight = value_of(in_flight)
_FAILED = HTTPStatus.INTERNAL_SERVER_ERROR


class Telemetry:
    """Watches each `http` request of `app`; other scopes pass.

    - `arrival`: a line at the beginning of a request, too.
    - `query`: query strings are logged (redacted).
    - `body_bytes`: so many first bytes of bodies are logged (redacted).
    - `capture_bytes`: so many are kept for the logger `api`, whose middleware asks for them.

    An exception that comes out of `app` is answered with a 500 and goes no further; where a
    response has begun, `ResponseCut` is raised in its place. A cancellation goes on.
    """

    def __init__(
        self,
        app: App,
        *,
        arrival: bool = False,
        query: bool = False,
        body_bytes: int = 0,
        capture_bytes: int = 0,
    ) -> None:
        self._app = app
        self._arrival = arrival
        self._log = RequestLog(query=query, body_bytes=body_bytes)
        self._ended = Ended(self._log)
        self._capture = max(body_bytes, capture_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; raises what `app` raises of BaseExceptions, or ResponseCut."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        scope["request_id"], scope["trace_id"] = request_id.enter(headers)
        outcome = Outcome(scope, send)
        span = None
        if traces.spans is not None:
            span = traces.spans.begin(scope, headers, query=self._log.query)
        body = None
        if self._capture:
            body = FirstBytes(receive, self._capture)
            receive = body.receive
        step(_in_flight, 1)
        try:
            if self._arrival:
                self._log.arrived(scope, headers)
            await self._app(scope, receive, outcome.send)
        except Exception as exc:
            await self._failed(scope, outcome, exc)
        except asyncio.CancelledError as exc:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Nobody cancelled this request: it awaited something that was, and failed.
            await self._failed(scope, outcome, exc)
        except BaseException as exc:
            scope["exception"] = exc
            raise
        finally:
            step(_in_flight, -1)
            end = End(outcome.status(), outcome.seconds(), outcome.bytes)
            self._log.failed(scope)
            if span is not None:
                span.end(scope, end)
            self._ended.add(Request(scope, headers, outcome, end, body))
            request_id.leave()

    async def _failed(self, scope: Scope, outcome: Outcome, exc: BaseException) -> None:
        if outcome.lost and isinstance(exc, OSError):
            return
        scope["exception"] = exc
        if not outcome.begun:
            await _answer(outcome.send, scope["request_id"])
        elif not outcome.complete:
            raise ResponseCut(
                "The response is cut: see the error with this request's id."
            ) from None


async def _answer(send: Send, own_id: str) -> None:
    """Say no more than that it failed, and where in the log to look."""
    body = orjson.dumps(
        {
            "type": "about:blank",
            "title": _FAILED.phrase,
            "status": _FAILED.value,
            "request_id": own_id,
        }
    )
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    with contextlib.suppress(OSError):  # the client left meanwhile
        await send({"type": "http.response.start", "status": _FAILED.value, "headers": headers})
        await send({"type": "http.response.body", "body": body})
