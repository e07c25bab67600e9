"""Our own metrics: present at 0, bounded, each call one step."""

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter

from app.telemetry import metrics
from tests.telemetry.samples import samples, steps, value

UNLABELLED = (
    "asgi_requests_in_flight",
    "asgi_loop_lag_seconds_count",
    "asgi_loop_blocked_total",
    "asgi_connections_draining",
    "log_records_dropped_total",
)


def test_a_label_has_at_most_its_limit_of_values() -> None:
    registry = CollectorRegistry()
    children = metrics.Children(Counter("c", "c", ["by"], registry=registry), limit=3)
    for name in ("a", "b", "other", "c", "d", "e", "a", "other"):
        children[name].inc()
    seen = {dict(labels)["by"]: number for (_, labels), number in samples(registry).items()}
    assert seen == {"a": 2, "b": 1, "c": 1, "other": 4}


def test_each_call_is_one_step() -> None:
    before = samples()
    metrics.hop("some.view")
    metrics.refused("431")
    metrics.unavailable("down")
    metrics.dropped()
    metrics.dropped(3)
    metrics.draining(7)
    metrics.ready("database", True)
    assert steps(before, samples(), ("asgi_", "log_")) == {
        ("asgi_thread_hops_total", (("by", "some.view"),)): 1,
        ("asgi_requests_refused_total", (("reason", "431"),)): 1,
        ("asgi_database_unavailable_total", (("reason", "down"),)): 1,
        ("log_records_dropped_total", ()): 4,
        ("asgi_connections_draining", ()): 7,
        ("asgi_ready", (("check", "database"),)): 1,
    }
    metrics.draining(0)
    metrics.ready("database", False)
    assert value("asgi_connections_draining") == 0
    assert value("asgi_ready", check="database") == 0


def test_present_at_zero_from_the_start(tmp_path: Path) -> None:
    """Another process, so that no other test has counted; its folder does not exist before."""
    folder = tmp_path / "not" / "there"
    program = """
import sys
from app.telemetry import metrics
assert not any(name.partition(".")[0] == "django" for name in sys.modules)
metrics.refused_reasons(["silent", "surplus"])
metrics.unavailable_reasons(["down"])
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""
    output = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in UNLABELLED:
        assert f"{name} 0.0" in output
    assert 'asgi_thread_hops_total{by="other"} 0.0' in output
    assert 'asgi_requests_refused_total{reason="silent"} 0.0' in output
    assert 'asgi_requests_refused_total{reason="surplus"} 0.0' in output
    assert 'asgi_database_unavailable_total{reason="down"} 0.0' in output
