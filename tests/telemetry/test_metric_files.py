"""The workers' files: added up, and those of the dead kept few without losing a count."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client import mmap_dict as untyped

from app.telemetry import metric_files
from app.telemetry.metric_files import MetricFiles, running
from tests.telemetry.samples import samples

mmap_dict: Any = untyped  # prometheus_client ships it without types
LIVE = os.getpid()


@pytest.fixture(scope="module")
def dead() -> list[int]:
    """Pids that were processes and are none."""
    pids = []
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", ""]) as process:
            pids.append(process.pid)
    return pids


def key(metric: str, name: str, **labels: str) -> str:
    """How prometheus_client names a value in a file."""
    return json.dumps([metric, name, labels, "help"], sort_keys=True)


def write(folder: Path, kind: str, pid: int, **values: float) -> None:
    """What a worker leaves: a file of one kind."""
    file = mmap_dict.MmapedDict(str(folder / f"{kind}_{pid}.db"))
    for name, number in values.items():
        if kind == "histogram":
            file.write_value(key("h", "h_sum"), number, 0)
            file.write_value(key("h", "h_bucket", le="1.0"), number, 0)
            file.write_value(key("h", "h_bucket", le="+Inf"), 1, 0)
        else:
            file.write_value(key(name, name), number, 0)
    file.close()


def scrape(folder: Path, tidy: bool = True) -> dict[str, float]:
    """One scrape by a new exporter: values by name (and bucket)."""
    registry = CollectorRegistry(support_collectors_without_names=True)
    registry.register(MetricFiles(folder, tidy=tidy))
    return {
        name + "".join(value for _, value in labels): number
        for (name, labels), number in samples(registry).items()
    }


def worker(folder: Path, pid: int, number: float) -> None:
    """Everything a worker writes."""
    write(folder, "counter", pid, c_total=number)
    write(folder, "histogram", pid, h=number)
    write(folder, "gauge_livesum", pid, g=number)
    write(folder, "gauge_max", pid, m=number)


def files(folder: Path) -> set[str]:
    """The names of all files below."""
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_the_dead_keep_their_counts_and_lose_their_live_gauges(
    tmp_path: Path, dead: list[int]
) -> None:
    worker(tmp_path, LIVE, 1)
    worker(tmp_path, dead[0], 2)
    expected = {"c_total": 3, "h_sum": 3, "h_bucket1.0": 3, "h_bucket+Inf": 5, "h_count": 5, "m": 2}
    assert scrape(tmp_path, tidy=False) == expected | {"g": 3}
    assert scrape(tmp_path) == expected | {"g": 1}
    assert files(tmp_path) == {
        f"counter_{LIVE}.db",
        f"histogram_{LIVE}.db",
        f"gauge_livesum_{LIVE}.db",
        f"gauge_max_{LIVE}.db",
        f"gauge_max_{dead[0]}.db",
        "dead-1/counter_0.db",
        "dead-1/histogram_0.db",
    }
    assert scrape(tmp_path) == expected | {"g": 1}
    assert (tmp_path / "dead-1").exists()


def test_the_files_do_not_grow_with_the_dead(tmp_path: Path, dead: list[int]) -> None:
    for generation in range(5):
        write(tmp_path, "counter", dead[0], c_total=1)
        write(tmp_path, "counter", dead[1], c_total=1)
        assert scrape(tmp_path) == {"c_total": 2 * (generation + 1)}
    scrape(tmp_path)
    assert files(tmp_path) == {"dead-5/counter_0.db"}


def test_killed_at_any_step_it_loses_no_count(
    tmp_path: Path, dead: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL leaves what was done so far: here an exception at the n-th change of the disk."""
    left = 0

    class Killed(Exception):
        pass

    def bounded(change: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return change(*args, **kwargs)

        return wrapper

    monkeypatch.setattr(Path, "rename", bounded(Path.rename))
    monkeypatch.setattr(Path, "mkdir", bounded(Path.mkdir))
    monkeypatch.setattr(shutil, "rmtree", bounded(shutil.rmtree))
    dictionary = metric_files._MmapedDict
    monkeypatch.setattr(dictionary, "write_value", bounded(dictionary.write_value))
    kills = 0
    for steps in range(40):
        left = 10_000
        folder = tmp_path / str(steps)
        (folder / "dead-3").mkdir(parents=True)
        write(folder / "dead-3", "counter", 0, c_total=10)
        worker(folder, LIVE, 1)
        worker(folder, dead[0], 2)
        worker(folder, dead[1], 4)
        left = steps
        try:
            scrape(folder)
        except Killed:
            kills += 1
        left = 10_000
        for _ in range(2):
            seen = scrape(folder)
            assert (seen["c_total"], seen["h_sum"], seen["g"]) == (10 + 1 + 2 + 4, 1 + 2 + 4, 1)
        assert [each.name for each in folder.glob("dead-*")] in (["dead-4"], ["dead-5"])
    assert 8 < kills < 39


def test_a_pid_that_dies_twice_before_it_is_summed(tmp_path: Path, dead: list[int]) -> None:
    """The first time its file was moved, and the exporter killed."""
    (tmp_path / "dead-0").mkdir()
    write(tmp_path / "dead-0", "counter", dead[0], c_total=1)
    write(tmp_path, "counter", dead[0], c_total=2)
    for _ in range(3):
        assert scrape(tmp_path) == {"c_total": 3}
    assert files(tmp_path) == {"dead-2/counter_0.db"}


def test_a_file_without_a_size_is_not_read_yet(tmp_path: Path, dead: list[int]) -> None:
    write(tmp_path, "counter", LIVE, c_total=1)
    (tmp_path / f"histogram_{LIVE}.db").touch()
    (tmp_path / f"histogram_{dead[0]}.db").touch()
    assert scrape(tmp_path) == {"c_total": 1}


def test_a_gauge_that_goes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gunicorn's master removes a dead worker's live gauges at any time."""
    worker(tmp_path, LIVE, 1)
    glob = Path.glob

    def found(self: Path, pattern: str) -> list[Path]:
        gone = [tmp_path / "gauge_livesum_1.db"] if pattern == "*.db" else []
        return [*glob(self, pattern), *gone]

    monkeypatch.setattr(Path, "glob", found)
    assert scrape(tmp_path, tidy=False)["g"] == 1


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    assert scrape(tmp_path) == {}
    assert scrape(tmp_path / "not there") == {}


def test_who_runs(dead: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert running(LIVE)
    assert not running(dead[0])

    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert running(LIVE), "another user's process runs"
