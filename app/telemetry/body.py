"""The first bytes of a request's body, as they pass to the application."""

from app.asgi import Message, Receive


class FirstBytes:
    """Stands between the server's `receive` and the application's.

    `data` holds at most `limit` bytes, `size` is how many have passed; a body that nobody reads is
    not seen.
    """

    __slots__ = ("_limit", "_receive", "data", "size")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self.data = bytearray()
        self.size = 0

    async def receive(self) -> Message:
        """The server's next message, unchanged."""
        message: Message = await self._receive()
        if body := message.get("body"):
            self.size += len(body)
            if (room := self._limit - len(self.data)) > 0:
                self.data += body[:room]
        return message
