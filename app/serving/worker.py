"""gunicorn's worker: a UvicornWorker that can be asked to end without losing a request."""

import asyncio
import os
import signal
from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker

from app.serving.drain import DrainTimes
from app.serving.server import DrainingServer
from app.serving.threads import threads_left_behind


class DrainingUvicornWorker(UvicornWorker):  # type: ignore[misc] # uvicorn_worker ships no types
    """Serves one ASGI application; see `DrainingServer` for its end.

    `times` is set by `config/gunicorn.py`.
    """

    times: ClassVar[DrainTimes] = DrainTimes(limit=10)

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "ws": "none",
        "lifespan": "on",
        "server_header": False,
    }

    def init_signals(self) -> None:
        """Keep SIGTERM handled: uvicorn raises it once more after serving.

        With the default action that second one killed the worker before `worker_exit` and `atexit`
        ran, and queued log lines were lost.
        """
        super().init_signals()
        signal.signal(signal.SIGTERM, self.handle_exit)

    async def _serve(self) -> None:
        if not self.alive:  # told to end while it was loading
            return
        self.config.app = self.wsgi
        server = DrainingServer(self.config, self.times)
        asyncio.get_running_loop().add_signal_handler(signal.SIGQUIT, server.quit)
        # Not gunicorn's wrappers: uvloop closes what is below them, and they complain of it later.
        await server.serve(sockets=[listener.sock for listener in self.sockets])


def end_despite_threads() -> None:
    """End the process now if request threads are still at work; the interpreter would join them.

    To be called last, when everything is flushed: `time.sleep(60)` in a view cannot be interrupted.
    """
    if threads_left_behind():
        os._exit(0)
