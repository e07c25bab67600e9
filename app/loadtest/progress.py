"""The line that tells every few seconds how far a run is."""

from app.loadtest.gate import Gate
from app.loadtest.units import in_ms, in_percent

LAST_SECONDS = 5


def line(gate: Gate) -> str:
    """`35 %  21 of 60 s  50 users  312 req/s  p95 41.0 ms  errors 0 %`, of the last seconds."""
    at, whole = min(gate.elapsed, gate.settings.time), gate.settings.time
    interval = gate.run.samples.interval
    until = at // interval * interval
    since = max(0.0, until - max(LAST_SECONDS, interval))
    lately = gate.run.samples.totals(None, since, until)
    rate = lately.requests / (until - since) if until > since else 0.0
    return (
        f"{at / whole:4.0%}  {at:.0f} of {whole:.0f} s  {(gate.run.users or [0])[-1]} users  "
        f"{rate:,.1f} req/s  p95 {in_ms(lately.latencies.quantile(0.95))}  "
        f"errors {in_percent(lately.error_ratio)}"
    )
