"""One request and its response: uvicorn's, which says `Connection: close` when it must."""

from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.serving.drain import drain


class Cycle(RequestResponseCycle):
    """uvicorn's cycle, but the protocol closes the connection, gently: uvicorn closes at once.

    `last` is set once the response says that no other follows; `asked_to_close`: the client said so
    first.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.asked_to_close = not self.keep_alive
        self.last = False

    async def send(self, message: ASGISendEvent) -> None:
        """Send; the head of a response is where the connection's end is announced."""
        if self.response_started:
            await super().send(message)
            return
        # With the body half read, the next request would begin somewhere inside it.
        if drain.draining or self.more_body:
            self.keep_alive = False
        await super().send(message)
        self.last, self.keep_alive = not self.keep_alive, True
