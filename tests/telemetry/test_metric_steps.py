"""Steps reach the values that `inc()` and `observe()` reach, in one process and in many."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app.telemetry.metric_files import MetricFiles
from app.telemetry.metric_steps import Buckets, Steps, step, value_of
from tests.telemetry.samples import Samples, samples

ROOT = Path(__file__).resolve().parents[2]


def test_steps_are_those_of_the_metrics_own_methods() -> None:
    registry = CollectorRegistry()
    counter = Counter("c", "c", ["by"], registry=registry)
    gauge = Gauge("g", "g", registry=registry)
    steps = Steps()
    steps[value_of(counter.labels("a"))] += 2
    steps[value_of(counter.labels("b"))] += 1
    steps.take()
    step(value_of(gauge), -2)
    assert samples(registry) == {
        ("c_total", (("by", "a"),)): 2,
        ("c_total", (("by", "b"),)): 1,
        ("g", ()): -2,
    }


@pytest.mark.parametrize("amount", [-1, 0, 1, 1.5, 2, 3, 10**9, float("inf"), 0.1])
def test_an_amount_goes_where_observe_puts_it(amount: float) -> None:
    theirs, ours = CollectorRegistry(), CollectorRegistry()
    Histogram("h", "h", buckets=(0, 1, 2), registry=theirs).observe(amount)
    steps = Steps()
    Buckets(Histogram("h", "h", buckets=(0, 1, 2), registry=ours)).put(amount, steps)
    steps.take()
    assert samples(ours) == samples(theirs)


PROGRAM = """
import os
from prometheus_client import Counter, Gauge, Histogram
from app.telemetry.metric_steps import Buckets, Steps, step, value_of

counter = Counter("c", "c")
gauge = Gauge("g", "g", multiprocess_mode="livesum")
histogram = Histogram("h", "h", buckets=(1, 2))

def request():
    steps = Steps()
    steps[value_of(counter)] += 1
    Buckets(histogram).put(1.5, steps)
    steps.take()
    step(value_of(gauge), 2)

request()
if child := os.fork():
    assert os.waitpid(child, 0)[1] == 0
    request()
else:
    request()
    os._exit(0)
"""


def test_every_process_writes_its_own_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
        check=True,
    )
    registry = CollectorRegistry()
    registry.register(MetricFiles(tmp_path, tidy=False))
    seen: Samples = samples(registry)
    assert len(list(tmp_path.glob("counter_*.db"))) == 2
    assert seen[("c_total", ())] == 3
    assert seen[("g", ())] == 6
    assert seen[("h_bucket", (("le", "1.0"),))] == 0
    assert seen[("h_bucket", (("le", "2.0"),))] == 3
    assert seen[("h_sum", ())] == 4.5
