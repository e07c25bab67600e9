"""Litestar with request ids, the JSON access log and its own Prometheus plugin."""

from typing import Any

from asgi_correlation_id import CorrelationIdMiddleware
from litestar import Litestar, get
from litestar.plugins.prometheus import PrometheusConfig, PrometheusController

from benchmarks import work
from benchmarks.peers.access_log import AccessLog


@get("/version")
async def version() -> dict[str, str]:
    """Which build this is."""
    return work.version()


# Its type of an ASGI application fits none but Litestar's own.
middleware: list[Any] = [CorrelationIdMiddleware, AccessLog, PrometheusConfig().middleware]
# https://docs.litestar.dev/latest/usage/metrics/prometheus.html
app = Litestar(
    [version, PrometheusController],
    logging_config=None,  # else it sets the root logger anew
    middleware=middleware,
)
