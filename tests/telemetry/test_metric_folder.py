"""A new process group counts from 0, and removes only what is its own."""

import os
import subprocess
import sys
from pathlib import Path

from app.telemetry.metric_files import MetricFiles
from app.telemetry.metric_folder import forget
from tests.server.harness import ROOT


def test_forgets_the_living_and_the_dead_but_no_strangers(tmp_path: Path) -> None:
    def work() -> None:
        """A worker counts, and dies."""
        subprocess.run(
            [sys.executable, "-c", "from app.telemetry import metrics; metrics.hop('f')"],
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            cwd=ROOT,
            check=True,
        )

    work()
    files = MetricFiles(tmp_path, tidy=True)
    assert list(files.collect())
    work()
    (tmp_path / "theirs.txt").touch()
    assert (tmp_path / "dead-1").is_dir()
    assert list(tmp_path.glob("counter_*.db"))
    forget(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["theirs.txt"]
    assert not list(files.collect())
