"""Runs for tests of what is concluded from them and reported of them."""

import random
from typing import Any

from app.loadtest.baseline import Comparison, Difference
from app.loadtest.concurrency import Finding, Waits
from app.loadtest.run import Run
from app.loadtest.samples import Samples
from app.loadtest.saturation import Generator
from app.loadtest.settings import read
from app.loadtest.sleepers import Level

ENVIRONMENT = {
    "service": {"version": "1.2.3", "commit": "abc"},
    "replicas": 2,
    "load_test": "0123456789abcdef",
    "machine": "2 × a processor",
    "python": "3.13.0",
    "locust": "2.47.0",
}
FINDING = Finding(
    Waits.ASYNC,
    "1,000 sleepers took 0.38 s more than one, with 0.0 hops to a thread each.",
    (Level(10, (1.01,) * 10), Level(1000, (1.38,) * 1000)),
    hops=0,
)
COMPARISON = Comparison((Difference("GET /api/notes", "p95", 20.0, 30.0, 0.5, "worse"),), 0.001)


def run(seconds: float = 30, latency: float = 20, status: int = 200, **settings: Any) -> Run:
    """A whole run of two endpoints; a failure of each fiftieth where a status is an error."""
    chance = random.Random(5)  # noqa: S311 - no secret
    variables = {"TIME": "30s", "WARMUP": "5s", "THRESHOLDS": "p95<100ms, errors<5%, rps>10"}
    made = Run(
        read(variables | {name: str(value) for name, value in settings.items()}, {}),
        dict(ENVIRONMENT),
        "2026-11-28T19:00:00+00:00",
        Samples(30),
        elapsed=seconds,
        complete=seconds >= 30,
        users=[50] * int(seconds),
        generators={"of this run": Generator(0.3, 1.0)},
    )
    for second in range(int(seconds)):
        for number in range(20):
            name = "GET /api/notes" if number % 2 else "GET /<slow>"
            failure = f"status {status}" if status >= 300 or status == 0 else None
            took = chance.gauss(latency, latency / 10)
            made.samples.add(name, second + number / 20, took, status, failure)
    return made
