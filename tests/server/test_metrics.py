"""Metrics of the running service: complete, right through deaths and reloads, off the loop."""

import http.client
import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from app.serving.limits import REASONS
from app.serving.unavailable import REASONS as UNAVAILABLE
from tests.server.harness import Server, gunicorn, status_of, wait_until
from tests.server.many_views import NAMES
from tests.telemetry.exporters import exporter_of, fetch, scrape

ENV = {"WEB_CONCURRENCY": "2", "COMMIT": "abc123", "REHEARSAL": "true"}
GENERATIONS = 4
SCRAPES = 10
FAILING = "app.api.rehearsal.fail"


@pytest.fixture
def service() -> Iterator[Server]:
    """Two workers and their exporter."""
    with gunicorn(ENV) as server:
        url = f"http://127.0.0.1:{server.metrics_port}/"
        wait_until(lambda: status_of(url) == 200, 60, "the exporter is up")
        yield server


def total(seen: dict[str, float], name: str) -> float:
    """The sum of a metric's values over all labels."""
    return sum(number for key, number in seen.items() if key.partition("{")[0] == name)


def test_all_is_there_from_the_start(service: Server) -> None:
    seen = scrape(service.metrics_port)
    for name in (
        "asgi_requests_in_flight",
        "asgi_connections_draining",
        "log_records_dropped_total",
        'asgi_thread_hops_total{by="other"}',
        *(f'asgi_requests_refused_total{{reason="{reason}"}}' for reason in REASONS),
        'asgi_database_pool_timeouts_total{alias="default"}',
        'asgi_database_pool_waiting{alias="default"}',
        *(f'asgi_database_unavailable_total{{reason="{reason}"}}' for reason in UNAVAILABLE),
    ):
        assert seen[name] == 0, name
    assert "asgi_loop_blocked_total" in seen  # on a busy machine a start may have blocked the loop
    checks = [f'asgi_ready{{check="{name}"}}' for name in ("database", "migrations", "switch")]
    # The harness has probed one of the two workers.
    wait_until(
        lambda: [scrape(service.metrics_port)[check] for check in checks] == [1, 1, 1],
        10,
        "all checks pass in both workers",
    )
    assert seen['asgi_database_pool_max{alias="default"}'] % 10 == 0
    lag = "asgi_loop_lag_seconds_count"
    assert lag in seen
    wait_until(lambda: scrape(service.metrics_port)[lag] > 0, 5, "the loop is measured")
    (build,) = (key for key in seen if key.startswith("asgi_build_info"))
    assert re.fullmatch(r'asgi_build_info\{commit="abc123",version="[0-9.]+"\}', build)
    for role in ("master", "worker", "exporter"):
        for name in ("cpu_seconds_total", "resident_memory_bytes", "open_fds", "threads"):
            assert seen[f'process_{name}{{role="{role}"}}'] > 0
    assert not any("pid=" in key for key in seen)
    assert not any(settings.SERVICE_NAME in key for key in seen)


def test_each_request_is_one_step(service: Server) -> None:
    assert status_of(f"{service.url}/version") == 200
    assert status_of(f"{service.url}/nowhere") == 404
    assert status_of(f"{service.url}/rehearsal/fail") == 500
    status_of(f"{service.url}/livez")
    fetch(f"http://127.0.0.1:{service.metrics_port}/metrics")
    by_view = "django_http_responses_total_by_status_view_method_total"
    seen = scrape(service.metrics_port)
    assert {
        tuple(re.findall(r'status="(\d+)",view="(.*)"', key)[0]): number
        for key, number in seen.items()
        if key.startswith(by_view)
    } == {("200", "version"): 1, ("404", "<unnamed view>"): 1, ("500", FAILING): 1}
    for name in (
        "django_http_requests_before_middlewares_total",
        "django_http_responses_before_middlewares_total",
        "django_http_requests_total_by_method_total",
        "django_http_requests_total_by_transport_total",
        "django_http_responses_total_by_status_total",
        "django_http_requests_latency_including_middlewares_seconds_count",
        "django_http_requests_latency_seconds_by_view_method_count",
        "django_http_responses_body_total_bytes_count",
        by_view,
    ):
        assert total(seen, name) == 3, name
    assert total(seen, "django_http_exceptions_total_by_type_total") == 1


def test_a_killed_worker_takes_no_count_along(service: Server) -> None:
    stuck = [
        threading.Thread(target=status_of, args=(f"{service.url}/rehearsal/delay/60", 60))
        for _ in range(4)
    ]
    for each in stuck:
        each.start()
    name = "asgi_requests_in_flight"
    wait_until(lambda: scrape(service.metrics_port).get(name) == 4, 5, "four are in flight")
    before = scrape(service.metrics_port)
    for pid in service.worker_pids():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: scrape(service.metrics_port).get(name) == 0, 5, "none is in flight")
    for each in stuck:
        each.join()
    wait_until(lambda: status_of(f"{service.url}/readyz") == 200, 60, "new workers")
    after = scrape(service.metrics_port)
    counters = re.compile(r"_(total|count|sum|bucket)(\{|$)")
    assert [
        key
        for key, number in before.items()
        if counters.search(key) and after.get(key, -1) < number and "exporter" not in key
    ] == []


def test_a_killed_exporter_is_back(service: Server) -> None:
    os.kill(exporter_of(service.pid), signal.SIGKILL)
    wait_until(lambda: "ended with SIGKILL" in service.output(), 5, "its end is seen")
    url = f"http://127.0.0.1:{service.metrics_port}/metrics"
    wait_until(lambda: status_of(url) == 200, 5, "another exporter")


def test_what_blocks_the_loop_is_named(service: Server) -> None:
    def named() -> bool:
        """Block once more: on a busy machine something else may have blocked and been logged."""
        assert status_of(f"{service.url}/rehearsal/block/1.5") == 200
        lines = [json.loads(line) for line in service.output().splitlines()]
        return any("in block\n" in line["stack"] for line in lines if "stack" in line)

    before = scrape(service.metrics_port)["asgi_loop_blocked_total"]
    wait_until(named, 40, "the view that blocks is named")
    wait_until(
        lambda: scrape(service.metrics_port)["asgi_loop_blocked_total"] > before,
        5,
        "it is counted",
    )


def test_the_master_counts_too(service: Server) -> None:
    """Its files are made after the folder is wiped, else what it drops is counted nowhere."""
    names = [file.name for file in (service.runtime_dir / "metrics").iterdir()]
    assert f"counter_{service.pid}.db" in names


def test_a_scrape_does_not_move_the_loop() -> None:
    """240 label sets and four generations of workers: on the loop each scrape would take 0.1 s."""
    env = {"DJANGO_SETTINGS_MODULE": "tests.server.many_views_settings"}
    with gunicorn(env) as server:
        for generation in range(GENERATIONS + 1):
            client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            for name in NAMES:
                client.request("GET", f"/{name}")
                assert client.getresponse().read() == b"."
            client.close()
            if generation < GENERATIONS:
                old = server.worker_pids()
                server.process.send_signal(signal.SIGHUP)
                wait_until(partial(replaced, server, old), 20, "the worker is replaced")
                wait_until(lambda: status_of(f"{server.url}/livez") == 200, 60, "it answers")
        before = scrape(server.metrics_port)
        assert total(before, "django_http_requests_total_by_method_total") == 240 * (
            GENERATIONS + 1
        )
        for _ in range(SCRAPES):
            scrape(server.metrics_port)
        after = scrape(server.metrics_port)
        cpu = 'process_cpu_seconds_total{role="exporter"}'
        assert after[cpu] - before[cpu] > 0.02 * SCRAPES
        slow = late(after) - late(before)
        assert slow < SCRAPES / 2, f"{slow} timers were more than 50 ms late"
        folder = Path(server.runtime_dir) / "metrics"
        assert len(list(folder.rglob("histogram_*.db"))) <= 3, "worker, the dead, master"


def replaced(server: Server, old: list[int]) -> bool:
    """Whether there are workers, and none of the old ones."""
    new = server.worker_pids()
    return bool(new) and not set(old) & set(new)


def late(seen: dict[str, float]) -> float:
    """How many timers of the loop were more than 50 ms late."""
    early = seen['asgi_loop_lag_seconds_bucket{le="0.05"}']
    return seen["asgi_loop_lag_seconds_count"] - early
