"""Starlette with request ids, the JSON access log and starlette-exporter's metrics."""

from asgi_correlation_id import CorrelationIdMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette_exporter import PrometheusMiddleware, handle_metrics

from benchmarks import work
from benchmarks.peers.access_log import AccessLog


async def version(_request: Request) -> JSONResponse:
    """Which build this is."""
    return JSONResponse(work.version())


app = Starlette(
    routes=[Route("/version", version), Route("/metrics", handle_metrics)],
    middleware=[
        Middleware(CorrelationIdMiddleware),
        Middleware(AccessLog),
        Middleware(PrometheusMiddleware),
    ],
)
