"""How gunicorn runs the service: `gunicorn -c config/gunicorn.py config.asgi:application`.

https://gunicorn.org/reference/settings/ explains each name.
"""

import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

from config import settings  # wrong settings end the process here, before a port is opened

os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(Path(settings.RUNTIME_DIR) / "metrics")

from app.serving.drain import DrainTimes, announce_shutdown  # noqa: E402 - metrics need the folder
from app.serving.worker import DrainingUvicornWorker, end_despite_threads  # noqa: E402

times = DrainTimes(limit=settings.DRAIN_SECONDS)
DrainingUvicornWorker.times = times

_host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
bind = f"{_host}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "app.serving.worker.DrainingUvicornWorker"
keepalive = settings.KEEP_ALIVE_SECONDS
graceful_timeout = times.kill
forwarded_allow_ips = ",".join(settings.FORWARDED_ALLOW_IPS)
# The heartbeat is a file that is touched: on a disk it can block for seconds.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a tmpfs
# On by default since 25.1, in $HOME: an error on a read-only root, and another way in.
control_socket_disable = True
loglevel = settings.LOG_LEVEL.lower()


def on_starting(_server: Any) -> None:
    """Forget the process group before this one, and see that both ports are free."""
    runtime = Path(settings.RUNTIME_DIR)
    shutil.rmtree(runtime, ignore_errors=True)
    (runtime / "metrics").mkdir(parents=True, mode=0o700)
    for name in ("PORT", "METRICS_PORT"):
        port = getattr(settings, name)
        try:
            socket.create_server((settings.HOST, port)).close()
        except OSError as error:
            print(
                f"Not started: {name}={port} on {settings.HOST}: {error.strerror}.", file=sys.stderr
            )
            sys.exit(os.EX_CONFIG)


def when_ready(server: Any) -> None:
    """Tell the workers apart from here on which end they meet, and say how long it takes."""
    announce_shutdown(server)
    server.log.info(
        "Drain: at SIGTERM requests are served for %g s more, cut at %g s; killed at %d s",
        times.serve_on,
        times.limit,
        times.kill,
    )


def worker_exit(_server: Any, worker: Any) -> None:
    """Flush what a worker still has to say; then nothing may hold it up."""
    if worker.pid == os.getpid():
        end_despite_threads()
