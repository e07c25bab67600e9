"""The process that serves /metrics: `python -m app.telemetry.exporter`.

A scrape reads every worker's files: tens of milliseconds of CPU that no event loop should spend.
So it has a process of its own, spawned by gunicorn's master (`supervisor`) or, beside another
server, by hand (docs/metrics.md). It imports no Django: up in 0.2 s with 27 MB.
"""

import argparse
import logging
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import FrameType
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import MetricsHandler

from app.telemetry.collectors import BuildInfo, Processes
from app.telemetry.metric_files import MetricFiles

EX_CONFIG = 78
CONNECTIONS = 16  # at once; a pair of Prometheus servers needs two
# How much less urgent than the requests it is. On a core that they share, a scrape of 240 routes
# made their 99th percentile 25 ms instead of 1.1, and makes it 1.2 so. A tenth of a busy core is
# its own still.
NICER = 10
SECONDS = 10.0  # for one connection from its first byte to its last; Prometheus' own default


def log() -> logging.Logger:
    """The logger, which writes as the service does and never waits for a pipe that nobody reads.

    Made when there is something to say: a quiet exporter does without its 30 ms and 4 MB.
    """
    from app.telemetry.log_format import ConsoleFormatter, JsonFormatter  # noqa: PLC0415 - see above
    from app.telemetry.log_handler import LogHandler  # noqa: PLC0415 - see above

    logger = logging.getLogger("asgi.exporter")
    if not logger.handlers:
        kind = os.environ.get("LOG_FORMAT") or ("console" if os.isatty(1) else "json")
        handler = LogHandler()
        handler.setFormatter(ConsoleFormatter() if kind == "console" else JsonFormatter())
        logger.addHandler(handler)
    return logger


class Handler(MetricsHandler):
    """GET /metrics as prometheus_client serves it (OpenMetrics, gzip), and a pointer at /."""

    timeout = SECONDS
    server_version = "exporter"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer one scrape."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            try:
                super().do_GET()
            except (ConnectionError, TimeoutError):
                raise
            except Exception as error:
                log().error("a scrape failed: %r", error)
                self.send_error(500)
        elif path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"Metrics are at /metrics\n")
        else:
            self.send_error(404)


class Server(ThreadingHTTPServer):
    """Serves until the master is gone; a bounded number of clients, each for a bounded time."""

    daemon_threads = True
    allow_reuse_port = False  # two exporters must not share a port unnoticed

    def __init__(
        self, address: tuple[str, int], master: int | None, handler: type[Handler]
    ) -> None:
        self.master = master
        self._open: dict[Any, float] = {}
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind without http.server's look-up of a host name, which waits for a DNS that hangs."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Refuse a client too many; otherwise note when this one came."""
        if len(self._open) >= CONNECTIONS:
            return False
        self._open[request] = time.monotonic()
        return True

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it."""
        self._open.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Twice a second and after each accept: cut the slow, and end with the master.

        The master is this process's parent. When it is gone, even by SIGKILL, the kernel gives
        this process another one: no pid that could have been used again is looked at.
        """
        limit = time.monotonic() - SECONDS
        for request, began in list(self._open.items()):
            if began < limit:
                with suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)
        if self.master is not None and os.getppid() != self.master:
            sys.exit(0)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away or was cut."""


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or the master's end (exit status 0); 78 when the port cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m app.telemetry.exporter", description=__doc__)
    env = os.environ.get
    parser.add_argument("--host", default=env("HOST", "0.0.0.0"))  # noqa: S104 - scraped from outside the pod
    parser.add_argument("--port", type=int, default=env("METRICS_PORT", "9464"))
    parser.add_argument("--folder", type=Path, default=env("PROMETHEUS_MULTIPROC_DIR"))
    parser.add_argument("--master", type=int, help="pid of the server: this process's parent")
    parser.add_argument("--version", default="", help="shown in asgi_build_info")
    parser.add_argument("--commit", default=env("COMMIT", ""), help="shown in asgi_build_info")
    options = parser.parse_args(arguments)
    if options.folder is None:
        parser.error("set PROMETHEUS_MULTIPROC_DIR to the folder that the workers write into")
    signal.signal(signal.SIGTERM, _end)
    # A terminal's Ctrl-C reaches the master too, which ends this process when its workers are done.
    signal.signal(signal.SIGINT, signal.SIG_IGN if options.master else _end)
    registry = CollectorRegistry(support_collectors_without_names=True)
    registry.register(MetricFiles(options.folder, tidy=options.master is not None))
    registry.register(Processes(options.master))
    registry.register(BuildInfo(options.version, options.commit))
    handler: type[Handler] = Handler.factory(registry)
    try:
        server = Server((options.host, options.port), options.master, handler)
    except OSError as error:
        log().error("cannot listen on %s:%d: %s", options.host, options.port, error.strerror)
        sys.exit(EX_CONFIG)
    if options.master is not None:
        os.nice(NICER)  # not before: it is to be there when the first worker is
    with server:
        server.serve_forever(poll_interval=0.5)


if __name__ == "__main__":
    main()
