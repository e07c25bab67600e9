"""How gunicorn runs the service: `gunicorn -c config/gunicorn.py config.asgi:application`.

https://gunicorn.org/reference/settings/ explains each name.
"""

import gc
import os
from typing import Any

from config import runtime, settings  # wrong settings end the process here, before a port is opened

from app.serving import switch
from app.serving.connections import Connections, connection_limit, raise_file_limit
from app.serving.drain import DrainTimes, announce_shutdown
from app.serving.hosts import host_allowed
from app.serving.limits import ConnectionLimits
from app.serving.protocol import protocol_class
from app.serving.worker import DrainingUvicornWorker, end_despite_threads
from app.telemetry import metric_folder, supervisor

times = DrainTimes(limit=settings.DRAIN_SECONDS)
limits = ConnectionLimits(
    connections=connection_limit(raise_file_limit(), settings.CONNECTION_LIMIT),
    header_bytes=settings.HEADER_LIMIT_BYTES,
    header_count=settings.HEADER_LIMIT_COUNT,
    first_byte_seconds=settings.FIRST_BYTE_SECONDS,
    header_seconds=settings.HEADER_SECONDS,
    body_seconds=settings.BODY_SECONDS,
)
DrainingUvicornWorker.times = times
DrainingUvicornWorker.CONFIG_KWARGS["http"] = protocol_class(Connections(limits), host_allowed)

_host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
bind = f"{_host}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "app.serving.worker.DrainingUvicornWorker"
# So many connections may come at once: Linux' own bound (somaxconn). Those beyond it try again
# after a second, and after three; of 10,000 most did with gunicorn's 2048.
backlog = 4096
keepalive = settings.KEEP_ALIVE_SECONDS
graceful_timeout = times.kill
forwarded_allow_ips = ",".join(settings.FORWARDED_ALLOW_IPS)
# The heartbeat is a file that is touched: on a disk it can block for seconds.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a tmpfs
# On by default since 25.1, in $HOME: an error on a read-only root, and another way in.
control_socket_disable = True
loglevel = settings.LOG_LEVEL.lower()
logconfig_dict = settings.LOGGING


def on_starting(_server: Any) -> None:
    """See that both ports are free, then forget the process group before this one."""
    for name in ("PORT", "METRICS_PORT"):
        port = getattr(settings, name)
        if why := supervisor.taken(settings.HOST, port):
            runtime.not_started(f"{name}={port} on {settings.HOST}: {why}")
    switch.clear(runtime.folder)
    metric_folder.forget(runtime.metrics)
    from app.telemetry import start  # noqa: PLC0415 - opens the metrics' files: after the clearing

    start.prepare()


def post_worker_init(_worker: Any) -> None:
    """Spare the garbage collector what stays anyway, and let it look less often.

    Requests leave nothing to it (tests/server/test_garbage.py). Without this, 10,000 requests that
    wait were looked through again and again, and took 3.4 s, and 2.9 so. It is not asked to collect
    first: that found 25 objects of 99,000, and was 24 ms of the start.
    """
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def when_ready(server: Any) -> None:
    """Tell the workers apart from here on which end they meet, and say what bounds them."""
    announce_shutdown(server)
    supervisor.supervise(
        server,
        host=settings.HOST,
        port=settings.METRICS_PORT,
        version=settings.SERVICE_VERSION,
        commit=settings.COMMIT,
    )
    server.log.info(
        "At SIGTERM a worker serves %g s more, cuts what still runs at %g s, is killed at %d s",
        times.serve_on,
        times.limit,
        times.kill,
    )
    if too_long := times.longer_than(settings.GRACE_SECONDS):
        server.log.warning(too_long)
    server.log.info("A worker takes %d connections", limits.connections)


def child_exit(_server: Any, worker: Any) -> None:
    """A worker is gone: its share of the live gauges goes with it."""
    supervisor.mark_dead(worker.pid)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Write what a worker still has to say; then no thread may hold up its end.

    gunicorn also calls this in the master, which has nothing of either.
    """
    from app.telemetry import start  # noqa: PLC0415 - see on_starting

    start.stop()
    end_despite_threads()


def on_exit(_server: Any) -> None:
    """The last worker has drained: nobody scrapes any more."""
    supervisor.finish()
