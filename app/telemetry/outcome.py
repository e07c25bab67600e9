"""What becomes of a request: its status, its size and its time, read off the messages sent."""

import time

from app.asgi import Message, Scope, Send

CLIENT_LEFT = 499  # nginx' own: the client closed the connection before the response's end

_READ = frozenset((b"x-request-id", b"content-type", b"content-length"))


class Outcome:
    """Stands between the application's `send` and the server's, and adds `X-Request-ID`.

    - `begun`, `complete`: how far the response has come; `lost`: the server could not send.
    - `bytes`: of the response's body; `streaming`: it came in more than one piece.
    - `content_type`: the response's header, "" without one.

    Messages pass as they are but the start, which is copied: an application may use a list of
    headers again.
    """

    __slots__ = (
        "_head",
        "_length",
        "_scope",
        "_send",
        "_started_at",
        "_status",
        "_trailers",
        "begun",
        "bytes",
        "complete",
        "content_type",
        "lost",
        "streaming",
    )

    def __init__(self, scope: Scope, send: Send) -> None:
        self._started_at = time.perf_counter()
        self._scope = scope
        self._send = send
        self._head = scope["method"] == "HEAD"
        self._status = 0
        self._length = 0
        self._trailers = False
        self.begun = False
        self.complete = False
        self.lost = False
        self.bytes = 0
        self.streaming = False
        self.content_type = ""

    def seconds(self) -> float:
        """Since the request's first event."""
        return time.perf_counter() - self._started_at

    def status(self) -> int:
        """The status as it is logged and counted once the application has ended.

        As sent when the response went out whole; 500 when an exception kept it from that; 503 when
        the server ended the request before a response began, and as sent when it cut one that had;
        else 499: the client left.
        """
        if self.complete:
            return self._status
        if self._scope.get("exception") is not None:
            return 500
        if self._scope.get("ended_by"):
            return self._status if self.begun else 503
        return CLIENT_LEFT

    async def send(self, message: Message) -> None:
        """Send on; raises what the server's send raises."""
        last = False
        match message["type"]:
            case "http.response.start":
                message = self._start(message)
            case "http.response.body":
                last = self._body(len(message.get("body", b"")), message)
            case "http.response.zerocopysend":
                last = self._body(message.get("count") or self._length, message)
            case "http.response.pathsend":
                last = self._body(self._length, message)
            case "http.response.trailers":
                last = not message.get("more_trailers", False)
        try:
            await self._send(message)
        except OSError:
            self.lost = True
            raise
        if last:
            self.complete = True

    def _start(self, message: Message) -> Message:
        # Before it is sent: uvicorn takes a response whose headers it then refuses for begun.
        self.begun = True
        self._status = message["status"]
        self._trailers = message.get("trailers", False)
        headers = []
        for header in message.get("headers", ()):
            name = header[0].lower()
            if name in _READ:
                if name == b"x-request-id":
                    continue
                if name == b"content-type":
                    self.content_type = header[1].decode("latin-1")
                elif header[1].isdigit():
                    self._length = int(header[1])
            headers.append(header)
        headers.append((b"x-request-id", self._scope["request_id"].encode("ascii")))
        return {**message, "headers": headers}

    def _body(self, size: int, message: Message) -> bool:
        """Count; whether this is the response's last message."""
        if not self._head:
            self.bytes += size
        if message.get("more_body", False):
            self.streaming = True
            return False
        return not self._trailers
