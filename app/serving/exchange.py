"""One request and its response: how far it has come, and whether its client is still there."""

import asyncio
from collections.abc import Awaitable
from typing import cast

from app.asgi import Message, Receive, Send


class Exchange:
    """Watches for the client's disconnect and cancels the request's task when it comes.

    Django runs two tasks a request, one for the view and one that listens. Here the view runs in
    the server's own task, and the listener starts only when the view really waits for something.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self.begun = False
        self.complete = False
        self.disconnected = False
        self._receive = receive
        self._send = send
        self._task = cast("asyncio.Task[None]", asyncio.current_task())
        self._listener: asyncio.Task[None] | None = None
        self._start = self._task.get_loop().call_soon(self._start_listening)

    def send(self, message: Message) -> Awaitable[None]:
        """Send on, remembering how far the response has come."""
        self.begun = True
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            # Before the last send: a server reports the end of the response as a disconnect.
            self.complete = True
        return self._send(message)

    def settle(self) -> None:
        """Stop listening; from here on no cancellation comes from this exchange any more.

        A cancellation that came was raised in the view by now: a task is cancelled where it waits.

        Raises AssertionError when the server broke the protocol (as Django does).
        """
        self._start.cancel()
        # Let go of: what it ends with holds its frame, which holds this, and 60 objects more waited
        # for the garbage collector after each request that had waited.
        listener, self._listener = self._listener, None
        if listener is None:
            return
        if not listener.done():
            listener.cancel()
        elif not listener.cancelled() and (error := listener.exception()):
            self._task.uncancel()
            raise error
        elif self.disconnected:
            self._task.uncancel()

    def _start_listening(self) -> None:
        self._listener = self._task.get_loop().create_task(self._listen())

    async def _listen(self) -> None:
        message = await self._receive()
        if self.complete:
            return
        self._task.cancel()
        if message["type"] != "http.disconnect":
            raise AssertionError(f"Invalid ASGI message after request body: {message['type']}")
        self.disconnected = True
