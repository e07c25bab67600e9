"""The end of a connection, such that the client can read the last answer on it.

uvicorn closes on unread bytes. That makes the kernel reset the connection, and the client lose what
it was told: of 20 that sent 50 MB, 20 saw ConnectionResetError and none its 413. It also answers
its own refusals in text/plain, and in the middle of an earlier response.
"""

import asyncio
from contextvars import Context
from math import inf
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.serving.coalescing import Coalescing, Turn
from app.serving.connections import Connections
from app.serving.cycle import Cycle
from app.serving.observer import observer
from app.serving.refusals import refusal_response

LINGER_SECONDS = 1.0
LINGER_BYTES = 8 * 1024 * 1024


class ClosingProtocol(HttpToolsProtocol):
    """uvicorn's httptools protocol, which refuses in problem+json and closes gently."""

    pool: ClassVar[Connections]
    turn: ClassVar[Turn]
    excused = False

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.limits = self.pool.limits
        self.deadline = inf
        self.serving: Cycle | None = None
        self.deaf = False  # what still arrives is discarded
        self.discarded = 0
        self.unsent = inf
        self.refusal: str | None = None  # to be answered when the responses before it are out

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """A client has come."""
        super().connection_made(transport)
        self.writes = Coalescing(transport, self.turn)

    def eof_received(self) -> None:
        """The client sends no more: the transport closes by itself, after what was written."""
        self.writes.flush()

    def in_head(self) -> bool:
        """Whether a header has begun that is not whole yet: no cycle carries its scope."""
        cycle = cast("Cycle | None", self.cycle)
        return self.scope is not None and (cycle is None or cycle.scope is not self.scope)

    def serve(self, cycle: Cycle) -> None:
        """Let the application answer; while it does, nobody takes this connection's place."""
        self.serving = cycle
        self.pool.headless.pop(self, None)
        self.pool.idle.pop(self, None)
        # A context of its own: pipelined requests inherit their predecessor's (uvicorn #3158).
        task = self.loop.create_task(cycle.run_asgi(self.app), context=Context())
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for one, or close."""
        self.server_state.total_requests += 1
        done = self.serving
        self.serving = None
        if done is None or self.transport.is_closing():
            return
        if done.last:
            if done.asked_to_close and not done.more_body:
                self.writes.close()
            else:
                self.linger()
            return
        self.flow.resume_reading()
        if done.scope is self.scope and self.refusal is None:  # nothing has come behind it
            self.deadline = self.loop.time() + self.timeout_keep_alive
            self.pool.idle[self] = None
        elif self.pipeline:
            self.serve(cast("Cycle", self.pipeline.pop()[0]))
        elif self.refusal is not None:
            self.answer(self.refusal)
        else:
            self.pool.headless[self] = None

    @property
    def awaited(self) -> bool:
        """Whether a first request, or the rest of a header, may be on its way."""
        cycle = cast("Cycle | None", self.cycle)
        return self.serving is None and (cycle is None or self.in_head())

    def shutdown(self) -> None:
        """Close as soon as what is being served is out."""
        if self.serving is None:
            if not self.deaf:
                self.writes.close()
        elif self.serving.response_started:
            self.serving.last = True
        else:
            self.serving.keep_alive = False

    def tell(self, reason: str) -> None:
        """Have a refusal counted and logged."""
        observer.refused(reason, self.client[0] if self.client else None)

    def refuse(self, reason: str) -> None:
        """Take no more from this connection; say why once the responses before it are out."""
        self.tell(reason)
        self.deaf = True
        self.refusal = reason
        self.deadline = inf
        self.pool.busy(self)
        cycle = cast("Cycle | None", self.cycle)
        if cycle is not None and cycle.more_body and not self.in_head():  # its own body is at fault
            if cycle is not self.serving:
                self.pipeline.popleft()
            else:
                self.serving = None
                cycle.disconnected = True
                cycle.message_event.set()
                if cycle.response_started:
                    self.writes.close()
                    return
        if self.serving is None:
            self.answer(reason)

    def answer(self, reason: str) -> None:
        """Write a whole response in the worker's own name."""
        self.writes.write(refusal_response(reason, self.server_state.default_headers))
        self.linger()

    def linger(self) -> None:
        """Close our side, discard a bounded rest of the other's, then close."""
        self.deaf = True
        self.pool.busy(self)
        self.flow.resume_reading()
        self.writes.flush()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)
        self.deadline = self.loop.time() + LINGER_SECONDS + self.limits.header_seconds

    def discard(self, size: int) -> None:
        """Count what nobody will read."""
        self.discarded += size
        if self.discarded > LINGER_BYTES:
            self.transport.abort()

    def expire(self) -> None:
        """What was awaited did not come in time."""
        cycle = cast("Cycle | None", self.cycle)
        if self.deaf:
            self.flush()
        elif self.in_head():
            self.refuse("header_time")
        elif cycle is None:
            self.tell("first_byte")
            self.transport.close()
        elif not cycle.more_body:
            self.transport.close()  # idle
        elif self.flow.read_paused or cycle.waiting_for_100_continue:
            self.deadline += self.limits.body_seconds  # it is the application that takes its time
            self.excused = True
        elif self.excused:  # it took up again since; from then on the client has its full time
            self.deadline += self.limits.body_seconds
            self.excused = False
        else:
            self.refuse("body_time")

    def flush(self) -> None:
        """Give a slow reader of the last answer more time, but not one that reads nothing."""
        unsent = self.transport.get_write_buffer_size()
        if unsent < self.unsent:
            self.unsent = unsent
            self.deadline += self.limits.header_seconds
        else:
            self.transport.abort()

    def evict(self) -> None:
        """Make room for a new connection."""
        self.tell("evicted")
        self.writes.flush()
        self.transport.abort()
