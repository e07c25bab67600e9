"""The report as data; docs/loadtest.md documents it. Its schema changes with SCHEMA only."""

from dataclasses import asdict
from typing import Any

from app.loadtest.concurrency import Finding
from app.loadtest.run import Run
from app.loadtest.samples import Totals
from app.loadtest.verdict import Verdict

SCHEMA = 1
PERCENTILES = {"median": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


def same_test(run: Run) -> dict[str, Any]:
    """What two runs share that can be compared."""
    settings, found = run.settings, run.environment
    return {
        "users": settings.users,
        "time": settings.time,
        "warmup": settings.warmup,
        "shape": settings.shape,
        "rate": settings.rate,
        "workers": settings.workers,
        "version": found["load_test"],
        "replicas": found["replicas"],
        "machine": found["machine"],
    }


def as_data(run: Run, verdict: Verdict) -> dict[str, Any]:
    """Times are in seconds, latencies in milliseconds, ratios from 0 to 1."""
    measured = run.measured
    return {
        "schema": SCHEMA,
        "started": run.started,
        "complete": run.complete,
        "elapsed": round(run.elapsed, 3),
        "measured": [measured.since, round(measured.until, 3)],
        "verdict": {
            "code": int(verdict.code),
            "name": verdict.code.name,
            "reason": verdict.reason,
            "cases": [
                {
                    "name": case.name,
                    "passed": case.passed,
                    "code": int(case.code),
                    "text": case.text,
                }
                for case in verdict.cases
            ],
        },
        "target": run.settings.target,
        "test": same_test(run),
        "environment": run.environment,
        "concurrency": run.concurrency and _concurrency(run.concurrency),
        "total": figures(run, None),
        "endpoints": {name: figures(run, name) for name in run.endpoints},
        "generators": {
            name: {"cpu": round(each.share, 3), "lag_p95": round(each.lag, 2)}
            for name, each in run.generators.items()
        },
        "comparison": run.comparison
        and {"p": run.comparison.p, "figures": [asdict(d) for d in run.comparison.differences]},
        "timeline": {
            "interval": run.samples.interval,
            "users": run.users,
            "samples": run.samples.to_wire(),
        },
    }


def figures(run: Run, endpoint: str | None) -> dict[str, Any]:
    """One row of the table."""
    totals: Totals = run.totals(endpoint)
    latencies = totals.latencies
    return {
        "requests": totals.requests,
        "errors": totals.errors,
        "error_ratio": totals.error_ratio,
        "rps": totals.succeeded / run.seconds if run.seconds else 0.0,
        "mean": latencies.mean,
        **{name: latencies.quantile(share) for name, share in PERCENTILES.items()},
        "max": latencies.max,
        "failures": dict(totals.failures.most_common()),
    }


def _concurrency(finding: Finding) -> dict[str, Any]:
    return {
        "waits": finding.waits,
        "parallel": finding.parallel,
        "hops": finding.hops,
        "why": finding.why,
        "curve": [[level.asked, len(level.answers), level.makespan] for level in finding.levels],
    }
