"""FastAPI with what a team adds first: request ids, a JSON access log, Prometheus metrics."""

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

from benchmarks import work
from benchmarks.peers.access_log import AccessLog

app = FastAPI()
# https://github.com/trallnag/prometheus-fastapi-instrumentator#fast-track
Instrumentator().instrument(app).expose(app)
app.add_middleware(AccessLog)
app.add_middleware(CorrelationIdMiddleware)  # the last one added comes first


@app.get("/version")
async def version() -> dict[str, str]:
    """Which build this is."""
    return work.version()


@app.post("/api/orders")
async def create_order(order: work.Order) -> work.Order:
    """Validate an order."""
    return order
