"""What the worker refuses before ASGI sees it: one table, and the exception that carries it."""

from typing import Final

from app.serving.reply import problem_body
from app.statuses import phrase

# The name is the label of the metric, so the list is fixed; the status and the sentence are what
# the caller reads. Codes of 5xx are for our own faults and never stand here.
REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "parse": (400, "This is not a valid HTTP/1.1 request."),
    "version": (400, "Only HTTP/1.1 and HTTP/1.0 are served on this port."),
    "host": (400, "A request needs exactly one Host header."),
    "target": (400, "The request target is not a path of this service."),
    "upgrade": (400, "This service does not change protocols."),
    "method": (405, "CONNECT and TRACE are not served."),
    "pipeline": (429, "Too many requests are waiting on this connection."),
    "header_bytes": (431, "The header of the request has too many bytes."),
    "header_count": (431, "The header of the request has too many fields."),
    "header_time": (408, "The header of the request took too long."),
    "body_time": (408, "The body of the request took too long."),
    # Closed without an answer: nothing was asked, or there is no room to answer in.
    "first_byte": (408, "Nothing was sent."),
    "evicted": (408, "The connection was idle and its place was needed."),
    "surplus": (408, "All connections are in use."),
}


class Refusal(Exception):
    """A request that the worker will not pass on; `reason` is a key of `REFUSALS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def refusal_response(reason: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The whole response to a refused request, as it goes over the wire; `headers` are added."""
    status, detail = REFUSALS[reason]
    body = problem_body(status, detail)
    own = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    if status == 405:
        own.append((b"allow", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"))
    lines = [b"%b: %b\r\n" % field for field in (*headers, *own)]
    start = f"HTTP/1.1 {status} {phrase(status)}\r\n".encode()
    return b"".join([start, *lines, b"\r\n", body])
