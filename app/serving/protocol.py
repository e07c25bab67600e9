"""HTTP/1.1 on a socket: uvicorn's protocol, with bounds on all that arrives before ASGI sees it.

uvicorn takes a header of 60 MB, and waits for ever for the rest of one or of a body.
"""

import asyncio
from math import inf
from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.serving.closing import ClosingProtocol
from app.serving.coalescing import Turn
from app.serving.connections import Connections
from app.serving.cycle import Cycle
from app.serving.refusals import Refusal
from app.serving.targets import HostAllowed, read_target

PIPELINED = 64  # requests that may wait behind one; 128 KiB of header could hold 4,000 at 3 KB each
VERSIONS = ("1.1", "1.0")
UNSERVED = (b"CONNECT", b"TRACE")


def protocol_class(connections: Connections, host_allowed: HostAllowed) -> type[HttpToolsProtocol]:
    """Make the class for uvicorn's `http=`, whose instances share `connections`.

    `host_allowed(host)` judges the authority of absolute-form targets (host or host:port).
    """
    members = {"pool": connections, "turn": Turn(), "host_allowed": staticmethod(host_allowed)}
    return type("BoundedProtocol", (BoundedProtocol,), members)


class BoundedProtocol(ClosingProtocol):
    """HTTP/1.1 within `ConnectionLimits`. Made by `protocol_class`.

    What every request runs through calls no `super()` and sets no timer: raw hello through this
    class costs what it costs through uvicorn's.
    """

    host_allowed: "ClassVar[staticmethod[[str], bool]]"

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.now = 0.0  # the loop's time when data last came
        self.unread = 0  # raw bytes since the parser last had something to show for them
        self.timed: Any = None  # the scope whose header has its deadline

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Take the connection in, or close it when there is no room."""
        super().connection_made(transport)
        self.deadline = self.loop.time() + self.limits.first_byte_seconds
        if not self.pool.admit(self, self.loop):
            self.tell("surplus")
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection; uvicorn tells only the newest of pipelined requests."""
        self.pool.leave(self)
        if self.serving is not None:
            self.serving.disconnected = True
            self.serving.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, never more at once than the header may still have."""
        if self.deaf:
            self.discard(len(data))
            return
        self.now = self.loop.time()
        try:
            while len(data) > (room := self.limits.header_bytes - self.unread):
                if not room:
                    raise Refusal("header_bytes" if self.in_head() else "parse")
                self.unread += room
                self.parser.feed_data(data[:room])
                data = data[room:]
            self.unread += len(data)
            self.parser.feed_data(data)
            if self.unread or self.headers or self.cycle.scope is not self.scope:
                self.wait_for_more(data)
        except Refusal as refusal:
            self.refuse(refusal.reason)
        except httptools.HttpParserCallbackError as error:
            if not isinstance(error.__context__, Refusal):
                raise  # a fault of ours, which the loop logs; uvicorn makes a 400 of it
            self.refuse(error.__context__.reason)
        except httptools.HttpParserError:
            self.refuse("parse")

    def wait_for_more(self, data: bytes) -> None:
        """The data ended within a header, the frame of a chunk or a trailer."""
        if len(self.headers or ()) > self.limits.header_count:
            raise Refusal("header_count")
        if self.in_head():
            # HTTP/0.9 has no version, no fields and no end of the header: there is no more to come.
            if data.endswith(b"\n") and self.parser.get_http_version() == "0.0":
                raise Refusal("version")
            if self.timed is not self.scope:
                self.timed = self.scope
                self.deadline = self.now + self.limits.header_seconds
                if self.serving is None:
                    self.pool.idle.pop(self, None)
                    self.pool.headless[self] = None

    def on_headers_complete(self) -> None:
        """The header is whole: judge it, then start the application or queue the request."""
        version, method = self.parser.get_http_version(), self.parser.get_method()
        path, raw_path, query = self.read_head(version, method)
        self.unread = 0
        self.deadline = self.now + self.limits.body_seconds
        self.headers = []  # a trailer's fields, which uvicorn would add to the header's, go nowhere
        scope = self.scope
        scope["method"] = method.decode("ascii")
        scope["http_version"] = version
        scope["path"] = self.root_path + path
        scope["raw_path"] = self.root_path.encode("ascii") + raw_path
        scope["query_string"] = query
        keep_alive = version != "1.0" and self.parser.should_keep_alive()
        cycle = self.cycle = Cycle(
            scope=scope,
            transport=self.writes,  # type: ignore[arg-type] # it has all that a cycle uses
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )
        if not keep_alive:
            cycle.asked_to_close = True
        if self.serving is None:
            self.serve(cycle)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def read_head(self, version: str, method: bytes) -> tuple[str, bytes, bytes]:
        """The target's path, raw path and query, or `Refusal` of what no application should see."""
        if version not in VERSIONS:
            raise Refusal("version")
        if len(self.headers) > self.limits.header_count:
            raise Refusal("header_count")
        if method in UNSERVED:
            raise Refusal("method")
        if self.parser.should_upgrade():
            raise Refusal("upgrade")
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) != 1 and (hosts or version == "1.1"):
            raise Refusal("host")
        if len(self.pipeline) >= PIPELINED:
            raise Refusal("pipeline")
        return read_target(method, self.url, hosts, self.host_allowed)

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self.unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self.unread = 0
        self.deadline = inf
        self.cycle.more_body = False
        self.cycle.message_event.set()
