"""The gate in a real Locust, against the real service."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.loadtest.exit_codes import ExitCode
from tests.loadtest.loads import Ended, end, load, start
from tests.server.harness import Server, children, free_port, gunicorn, wait_until

BELIEVED = {ExitCode.PASSED, ExitCode.SATURATED}


@pytest.fixture(scope="module")
def service() -> Iterator[Server]:
    with gunicorn({"REHEARSAL": "true"}, ready="/livez") as server:
        yield server


def output_until(process: subprocess.Popen[str], words: str) -> str:
    """What it wrote up to a line with these words."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError(f"{words!r} is not in\n{''.join(lines)}")


def test_a_run_tells_how_far_it_is_then_passes(service: Server, tmp_path: Path) -> None:
    settings = {"TIME": "14s", "THRESHOLDS": "p95<60s, errors<1%, rps>0.1"}
    ended = load(tmp_path, TARGET=service.url, **settings)
    assert ended.code in BELIEVED, ended.output
    assert not ended.failed
    assert re.search(r"^ *\d+%  \d+ of 14 s  10 users  [\d.]+ req/s  p95 ", ended.output, re.M)
    assert f"Report: {tmp_path / 'report.html'}" in ended.output
    report = ended.report
    assert report["complete"]
    assert report["total"]["requests"] > 0
    assert set(report["endpoints"]) == {"GET /api/async_sleep/"}
    assert report["endpoints"]["GET /api/async_sleep/"]["median"] > 990
    assert report["timeline"]["users"][-1] == 10
    assert (tmp_path / "locust_stats.csv").exists()


def test_workers_add_up(service: Server, tmp_path: Path) -> None:
    ended = load(tmp_path, TARGET=service.url, WORKERS="2", THRESHOLDS="p95<60s, errors<1%")
    assert ended.code in BELIEVED, ended.output
    assert not ended.failed
    report = ended.report
    assert len(report["generators"]) == 2
    assert report["timeline"]["users"][-1] == 10


def test_sigterm_writes_a_partial_report_and_is_no_pass(service: Server, tmp_path: Path) -> None:
    process = start(tmp_path, TARGET=service.url, TIME="120s")
    output_until(process, "of 120 s")
    process.send_signal(signal.SIGTERM)
    begin = time.monotonic()
    ended = end(process, tmp_path)
    assert ended.code == ExitCode.DISRUPTED, ended.output
    assert time.monotonic() - begin < 30
    assert not ended.report["complete"]
    assert ended.report["timeline"]["samples"]
    assert "SIGTERM came after" in ended.report["verdict"]["reason"]


def members(process: subprocess.Popen[str]) -> list[int]:
    return children(process.pid)


def test_sigterm_while_locust_starts_is_not_lost(service: Server, tmp_path: Path) -> None:
    process = start(tmp_path, TARGET=service.url, TIME="60s")
    command = Path(f"/proc/{process.pid}/cmdline")
    wait_until(lambda: b"run_locust" in command.read_bytes(), 60, "Locust has its place")
    process.send_signal(signal.SIGTERM)
    ended = end(process, tmp_path)
    assert ended.code == ExitCode.DISRUPTED, ended.output
    assert not ended.report["complete"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_is_lost_is_no_pass(number: int, service: Server, tmp_path: Path) -> None:
    process = start(tmp_path, TARGET=service.url, TIME="120s", WORKERS="2")
    output_until(process, "of 120 s")
    os.kill(members(process)[0], number)
    ended = end(process, tmp_path)
    assert ended.code == ExitCode.WORKER_LOST, ended.output
    assert "1 of 2 workers were lost after" in ended.report["verdict"]["reason"]


def test_workers_that_never_come_are_no_pass(service: Server, tmp_path: Path) -> None:
    settings = {"WORKERS": "2", "WORKER_INDEX": "0", "JOIN": "2s"}
    ended = load(tmp_path, TARGET=service.url, **settings)
    assert ended.code == ExitCode.WORKER_MISSING, ended.output
    assert ended.report["verdict"]["reason"] == "0 of 2 workers came within 2 s."


def test_sigterm_while_it_waits_for_workers(service: Server, tmp_path: Path) -> None:
    process = start(tmp_path, TARGET=service.url, WORKERS="2", WORKER_INDEX="0")
    wait_until((tmp_path / "locust_stats.csv").exists, 60, "Locust runs")
    process.send_signal(signal.SIGTERM)
    ended = end(process, tmp_path)
    assert ended.code == ExitCode.DISRUPTED, ended.output


def test_a_worker_with_another_version(service: Server, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text(
        "from locust import FastHttpUser, task\n"
        "class User(FastHttpUser):\n"
        "    @task\n"
        "    def livez(self): self.client.get('/livez')\n"
    )
    settings = {"TARGET": service.url, "WORKERS": "1"}
    master = start(tmp_path, WORKER_INDEX="0", **settings)
    worker = start(tmp_path, WORKER_INDEX="1", LOCUSTFILE=str(other), **settings)
    ended = end(master, tmp_path)
    end(worker, tmp_path)
    assert ended.code == ExitCode.WORKER_DIFFERS, ended.output


def test_requests_of_a_fixed_rate(service: Server, tmp_path: Path) -> None:
    """Two users that are asked for ten sleepers a second: most are late, and some never sent."""
    settings = {"RATE": "10", "USERS": "2", "THRESHOLDS": "errors<1%"}
    ended = load(tmp_path, TARGET=service.url, **settings)
    assert ended.code in {ExitCode.ERRORS, ExitCode.SATURATED}, ended.output
    assert ended.failed == {"errors<1%"}
    endpoints = ended.report["endpoints"]
    assert endpoints["GET /api/async_sleep/"]["p95"] > 2000
    assert endpoints["(not sent)"]["requests"] > 10


def test_a_service_that_goes_away(tmp_path: Path) -> None:
    with gunicorn(ready="/livez") as server:
        process = start(tmp_path, TARGET=server.url, TIME="12s", WARMUP="1s")
        output_until(process, "of 12 s")
        server.stop()
        ended = end(process, tmp_path)
    assert ended.code in {ExitCode.ERRORS, ExitCode.SATURATED}, ended.output
    assert "errors<1%" in ended.failed


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import no_such_module", "mine.py:1: ModuleNotFoundError: No module"),
        ("raise ValueError('of mine')", "mine.py:1: ValueError: of mine."),
        ("users = 1", "mine.py holds no user class that Locust can run."),
        ("def broken(:", "is no Python"),
    ],
)
def test_a_locustfile_that_cannot_be_used(
    source: str, words: str, service: Server, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(source)
    ended = load(tmp_path, TARGET=service.url, LOCUSTFILE=str(file))
    assert ended.code == ExitCode.LOCUSTFILE, ended.output
    assert words in ended.output


def test_a_redirect_is_no_success(tmp_path: Path, service: Server) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from locust import FastHttpUser, constant, task\n"
        "class User(FastHttpUser):\n"
        "    wait_time = constant(0.2)\n"
        "    @task\n"
        "    def moved(self): self.client.get('/api/async_sleep')\n"
    )
    ended = load(tmp_path, TARGET=service.url, LOCUSTFILE=str(file))
    assert ended.code in {ExitCode.NOT_FOUND, ExitCode.REDIRECTED, ExitCode.SATURATED}, ended.output
    assert "requests" in ended.failed


def test_nobody_listens(tmp_path: Path) -> None:
    ended = load(tmp_path, TARGET=f"http://127.0.0.1:{free_port()}")
    assert ended.code == ExitCode.UNREACHABLE
    assert Ended(0, "", tmp_path).report["verdict"]["name"] == "UNREACHABLE"
