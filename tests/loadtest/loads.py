"""The load test as a person runs it: a process of its own, because Locust patches its process."""

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.server.harness import ROOT

SHORT = {"TIME": "8s", "WARMUP": "2s", "USERS": "10", "CONCURRENCY": "off"}


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Variables of a run that is short and reports into `folder`."""
    return {**os.environ, **_coverage(), **SHORT, "REPORT_DIR": str(folder), **settings}


def _coverage() -> dict[str, str]:
    """Greenlets are as many stacks in one thread: coverage, where it is measured, has to know."""
    given = os.environ.get("COVERAGE_PROCESS_CONFIG")
    if not given:
        return {}
    config = json.loads(base64.b64decode(given)) | {"concurrency": ["thread", "greenlet"]}
    return {"COVERAGE_PROCESS_CONFIG": base64.b64encode(json.dumps(config).encode()).decode()}


def start(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start it; its output is one pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.loadtest", *arguments],
        cwd=ROOT,
        env=environment(folder, **settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@dataclass(frozen=True)
class Ended:
    """A run that has ended."""

    code: int
    output: str
    folder: Path

    @property
    def report(self) -> dict[str, Any]:
        """report.json."""
        data: dict[str, Any] = json.loads((self.folder / "report.json").read_text())
        return data

    @property
    def failed(self) -> set[str]:
        """The cases that failed, but for the generator: a busy machine saturates it truly."""
        cases = self.report["verdict"]["cases"]
        return {case["name"] for case in cases if not case["passed"]} - {"generator"}


def end(process: subprocess.Popen[str], folder: Path) -> Ended:
    """Wait for it."""
    output, _ = process.communicate(timeout=250)
    return Ended(process.returncode, output, folder)


def load(folder: Path, *arguments: str, **settings: str) -> Ended:
    """Run it."""
    return end(start(folder, *arguments, **settings), folder)
