"""The exporter's own collectors, against a `/proc` of files and against the real one."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from app.telemetry import collectors
from app.telemetry.collectors import BuildInfo, Processes
from tests.telemetry.samples import samples

MASTER, WORKER, OTHER = 100, 101, 102
SECOND = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Proc:
    """A folder that looks like `/proc`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "stat").write_text("cpu 1 2 3\nbtime 1000\nprocesses 9\n")
        (folder / "meminfo").touch()
        self.write(os.getpid(), parent=MASTER, cpu=1, started=30)

    def write(
        self, pid: int, *, parent: int, cpu: int, dead: int = 0, started: int = 0, fds: int = 3
    ) -> None:
        """A process: times in seconds, 2 threads, 10 bytes virtual, 5 pages resident."""
        fields = ["0"] * 50
        fields[0:2] = ["S", str(parent)]
        fields[11:15] = [str(cpu * SECOND), "0", str(dead * SECOND), "0"]
        fields[17] = "2"
        fields[19:22] = [str(started * SECOND), "10", "5"]
        folder = self.folder / str(pid)
        (folder / "fd").mkdir(parents=True, exist_ok=True)
        for number in range(fds):
            (folder / "fd" / str(number)).touch()
        (folder / "stat").write_text(f"{pid} (a name) 0 (with brackets) {' '.join(fields)}\n")

    def remove(self, *path: str) -> None:
        """End a process, or one of its files."""
        target = self.folder.joinpath(*path)
        target.rename(self.folder / f"gone-{'-'.join(path)}")


@pytest.fixture
def proc(tmp_path: Path) -> Proc:
    """A master with one worker, and a process of somebody else's."""
    proc = Proc(tmp_path)
    proc.write(MASTER, parent=1, cpu=2, dead=3, started=10)
    proc.write(WORKER, parent=MASTER, cpu=4, started=20)
    proc.write(OTHER, parent=1, cpu=50)
    return proc


def scrape(collector: Processes | BuildInfo) -> dict[tuple[str, ...], float]:
    """One scrape: values by name and label values."""
    registry = CollectorRegistry()
    registry.register(collector)
    return {
        (name, *(value for _, value in labels)): number
        for (name, labels), number in samples(registry).items()
    }


def test_build_info() -> None:
    assert scrape(BuildInfo("1.2", "abc")) == {("asgi_build_info", "abc", "1.2"): 1}


def test_sums_by_role(proc: Proc) -> None:
    proc.write(103, parent=MASTER, cpu=6, started=15)
    assert scrape(Processes(MASTER, proc.folder)) == {
        ("process_cpu_seconds_total", "exporter"): 1,
        ("process_cpu_seconds_total", "master"): 2,
        ("process_cpu_seconds_total", "worker"): 3 + 4 + 6,
        ("process_start_time_seconds", "exporter"): 1030,
        ("process_start_time_seconds", "master"): 1010,
        ("process_start_time_seconds", "worker"): 1015,
        ("process_resident_memory_bytes", "exporter"): 5 * PAGE,
        ("process_resident_memory_bytes", "master"): 5 * PAGE,
        ("process_resident_memory_bytes", "worker"): 10 * PAGE,
        ("process_virtual_memory_bytes", "exporter"): 10,
        ("process_virtual_memory_bytes", "master"): 10,
        ("process_virtual_memory_bytes", "worker"): 20,
        ("process_open_fds", "exporter"): 3,
        ("process_open_fds", "master"): 3,
        ("process_open_fds", "worker"): 6,
        ("process_threads", "exporter"): 2,
        ("process_threads", "master"): 2,
        ("process_threads", "worker"): 4,
    }


def test_a_workers_cpu_time_outlives_it(proc: Proc) -> None:
    collector = Processes(MASTER, proc.folder)
    key = ("process_cpu_seconds_total", "worker")
    assert scrape(collector)[key] == 7
    proc.remove(str(WORKER))
    after = scrape(collector)
    assert after[key] == 7  # dead, and the master has not waited for it yet
    assert ("process_start_time_seconds", "worker") not in after
    assert after["process_threads", "worker"] == 0
    proc.write(MASTER, parent=1, cpu=2, dead=8)
    assert scrape(collector)[key] == 8
    assert scrape(Processes(MASTER, proc.folder))[key] == 8  # an exporter that was restarted


def test_without_a_master_only_itself_is_shown(proc: Proc) -> None:
    assert {key[1] for key in scrape(Processes(None, proc.folder))} == {"exporter"}


def test_a_dead_process_that_nobody_waited_for_has_no_files(proc: Proc) -> None:
    proc.remove(str(WORKER), "fd")
    assert scrape(Processes(MASTER, proc.folder))["process_open_fds", "worker"] == 0


def test_a_process_that_ends_meanwhile_is_left_out(proc: Proc) -> None:
    proc.remove(str(WORKER), "stat")
    assert scrape(Processes(MASTER, proc.folder))["process_threads", "worker"] == 0


def test_nothing_without_proc(tmp_path: Path) -> None:
    assert scrape(Processes(1, tmp_path / "proc")) == {}


def test_real_processes() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "print('up', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        seen = scrape(Processes(os.getpid()))
        child.communicate(b"\n")
    assert abs(seen["process_start_time_seconds", "worker"] - time.time()) < 60
    for key, least, most in (
        ("resident_memory_bytes", 1_000_000, 1e10),
        ("virtual_memory_bytes", 1_000_000, 1e13),
        ("open_fds", 3, 1000),
        ("threads", 1, 1000),
    ):
        assert least <= seen[f"process_{key}", "worker"] <= most


def test_stat_fields_are_counted_behind_the_name() -> None:
    fields = collectors._stat(Path("/proc/self"))
    assert int(fields[1]) == os.getppid()
