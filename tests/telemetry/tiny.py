"""A gunicorn service that is nothing but metrics: configuration and application in one."""

import asyncio
import os
from typing import Any

from app.asgi import Receive, Scope, Send
from app.telemetry import supervisor

bind = f"127.0.0.1:{os.environ['PORT']}"
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
control_socket_disable = True
graceful_timeout = 20


def when_ready(server: Any) -> None:
    """Start the exporter."""
    supervisor.supervise(
        server,
        host="127.0.0.1",
        port=int(os.environ["METRICS_PORT"]),
        version="1.2.3",
        commit="abc",
    )


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the worker's share of the live gauges."""
    supervisor.mark_dead(worker.pid)


def on_exit(_server: Any) -> None:
    """End the exporter."""
    supervisor.finish()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer GET /NAME?SECONDS after some seconds, as the view NAME."""
    from app.telemetry.http_metrics import Finished, observe  # noqa: PLC0415 - not in the master
    from app.telemetry.metric_steps import Steps  # noqa: PLC0415 - not in the master
    from app.telemetry.metrics import in_flight  # noqa: PLC0415 - not in the master

    if scope["type"] != "http":
        return
    in_flight.inc()
    try:
        await asyncio.sleep(float(scope["query_string"] or 0))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"."})
    finally:
        in_flight.dec()
        steps = Steps()
        observe(Finished(method="GET", view=scope["path"], status=200, seconds=0.1), steps)
        steps.take()
