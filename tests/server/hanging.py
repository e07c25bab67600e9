"""An application that never ends its lifespan."""

import asyncio

from app.asgi import Receive, Scope, Send
from app.serving.reply import reply

# Named by the module: a task that waits for what nothing else knows is garbage, and is collected.
NEVER = asyncio.Event()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await reply(send, 200, "Here.")
        return
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await NEVER.wait()
