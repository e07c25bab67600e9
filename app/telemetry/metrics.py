"""What this service counts about itself, beside django-prometheus' HTTP metrics (`http_metrics`).

With `PROMETHEUS_MULTIPROC_DIR` in the environment before this module is first imported each process
writes files into that folder, and `python -m app.telemetry.exporter` adds them up; without it the
values stay in this process. Nothing here imports Django: gunicorn's master counts with it too.
Source: https://prometheus.github.io/client_python/multiprocess/
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Generic, TypeVar

from prometheus_client import Counter, Gauge, Histogram

# prometheus_client opens its files with the first metric below and does not make the folder.
if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(folder).mkdir(parents=True, exist_ok=True)

_Metric = TypeVar("_Metric", Counter, Gauge)


class Children(dict[str, _Metric], Generic[_Metric]):
    """The children of a metric with one label, each made when first asked for.

    After `limit` values all further ones share the child `other`: a label's values are never
    unbounded. A dict, because `metric.labels(…)` costs 1 µs each time and this 0.05 µs.
    """

    def __init__(self, metric: _Metric, limit: int = 100) -> None:
        self.metric: _Metric = metric
        self.limit = limit

    def __missing__(self, value: str) -> _Metric:
        if value != "other" and len(self) - ("other" in self) >= self.limit:
            return self["other"]
        child: _Metric = self.metric.labels(value)
        self[value] = child
        return child


in_flight = Gauge(
    "asgi_requests_in_flight",
    "Requests that have begun and not ended.",
    multiprocess_mode="livesum",
)
loop_lag = Histogram(
    "asgi_loop_lag_seconds",
    "How late the event loop ran a timer.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
loop_blocked = Counter(
    "asgi_loop_blocked", "Times that the event loop stood still longer than LOOP_BLOCK_SECONDS."
)
thread_hops = Children(
    Counter("asgi_thread_hops", "Requests' code that was run in a thread, by callable.", ["by"])
)
checks_ready = Children(
    Gauge(
        "asgi_ready",
        "Whether a readiness check passes: 1 or 0, the worst of all workers.",
        ["check"],
        multiprocess_mode="livemin",
    )
)
connections_draining = Gauge(
    "asgi_connections_draining",
    "Open connections that have still to be told to close.",
    multiprocess_mode="livesum",
)
requests_refused = Children(
    Counter(
        "asgi_requests_refused",
        "Requests that the worker refused before the application saw them.",
        ["reason"],
    )
)
database_unavailable = Children(
    Counter(
        "asgi_database_unavailable",
        "Requests that got 503 because the database could not be had.",
        ["reason"],
    )
)
records_dropped = Counter(
    "log_records_dropped", "Log records dropped because the log could not be written in time."
)
thread_hops["other"].inc(0)  # a counter with a label is absent until it has a child


def hop(by: str) -> None:
    """Count one hop to a thread; `by` is the qualified name of what ran there."""
    thread_hops[by].inc()


def refused_reasons(reasons: Iterable[str]) -> None:
    """Show each reason at 0 from the start: `rate()` misses a counter's first step otherwise."""
    for reason in reasons:
        requests_refused[reason].inc(0)


def refused(reason: str) -> None:
    """Count one request that was refused before ASGI, by its reason."""
    requests_refused[reason].inc()


def unavailable_reasons(reasons: Iterable[str]) -> None:
    """Show each reason at 0 from the start, as `refused_reasons` does."""
    for reason in reasons:
        database_unavailable[reason].inc(0)


def unavailable(reason: str) -> None:
    """Count one request that got 503 for want of the database, by its reason."""
    database_unavailable[reason].inc()


def ready(check: str, ok: bool) -> None:
    """Show a readiness check's verdict."""
    checks_ready[check].set(ok)


def draining(connections: int) -> None:
    """Show how many open connections have still to be told to close."""
    connections_draining.set(connections)


def dropped(records: int = 1) -> None:
    """Count log records that were dropped."""
    records_dropped.inc(records)
