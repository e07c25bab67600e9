"""What is drawn of a run: throughput, latency, errors and users over time."""

import functools
from collections.abc import Callable

from app.loadtest.charts import Chart, Line
from app.loadtest.run import Run
from app.loadtest.samples import Totals

PERCENTILES = (("median", "a", 0.5), ("p95", "b", 0.95), ("p99", "c", 0.99))
Points = list[tuple[float, float | None]]


def charts(run: Run) -> list[Chart]:
    """Of all endpoints together, then the latency of each."""
    interval, warmup = run.samples.interval, run.settings.warmup

    def over_time(endpoint: str | None, figure: Callable[[Totals], float | None]) -> Points:
        return [
            (at + interval / 2, figure(run.samples.totals(endpoint, at, at + interval)))
            for at in (index * interval for index in range(run.samples.last + 1))
            if at < run.elapsed
        ]

    def latency(endpoint: str | None) -> Chart:
        lines = [
            Line(name, kind, over_time(endpoint, functools.partial(_quantile, share)))
            for name, kind, share in PERCENTILES
        ]
        limits = _limits(run, endpoint, ("rps", "errors"), False)
        return Chart(f"Latency of {endpoint or 'all'}", "ms", lines, limits, warmup)

    rate = over_time(None, lambda totals: totals.succeeded / interval)
    errors = over_time(None, lambda totals: 100 * totals.error_ratio)
    users = [(float(second), float(count)) for second, count in enumerate(run.users)]
    throughput = [Line("successful", "a", rate)]
    return [
        Chart("Throughput", "req/s", throughput, _limits(run, None, ("rps",), True), warmup),
        latency(None),
        Chart(
            "Errors",
            "%",
            [Line("errors", "c", errors)],
            [100 * limit for limit in _limits(run, None, ("errors",), True)],
            warmup,
        ),
        Chart("Users", "at once", [Line("users", "a", users)], (), warmup),
        *(latency(endpoint) for endpoint in run.endpoints),
    ]


def _quantile(share: float, totals: Totals) -> float | None:
    return totals.latencies.quantile(share) if totals.requests else None


def _limits(run: Run, endpoint: str | None, metrics: tuple[str, ...], among: bool) -> list[float]:
    """The limits on these metrics, or on all others."""
    return [
        threshold.limit
        for threshold in run.settings.thresholds
        if threshold.endpoint == endpoint and (threshold.metric in metrics) is among
    ]
