"""What `helm test` runs, against a real server: all is asked, and what fails is counted."""

import os
import subprocess
import sys

import pytest

from tests.helm.manifests import CHART, render
from tests.server.harness import free_port, gunicorn

pytestmark = pytest.mark.usefixtures("postgres")


def smoke(web: str, metrics: str) -> tuple[int, list[str]]:
    """The exit status and the lines that begin a check, as the container in the chart runs it."""
    (container,) = render().one("Job")["spec"]["template"]["spec"]["containers"]
    assert container["command"][2].strip() == (CHART / "tests" / "smoke.py").read_text().strip()
    done = subprocess.run(
        [sys.executable, *container["command"][1:]],
        env={"PATH": os.environ["PATH"], "WEB": web, "METRICS": metrics},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert not done.stderr, done.stderr
    # Between them stand the lines of the service's own checks.
    judged = [line.split(":")[0] for line in done.stdout.splitlines() if ":" in line]
    checks = ("readiness", "api", "metrics", "sleepers")
    return done.returncode, [line for line in judged if line[3:].startswith(checks)]


def test_a_service_that_is_well_passes_and_one_unseen_fails() -> None:
    with gunicorn() as server:
        metrics = f"http://127.0.0.1:{server.metrics_port}"
        passed = ["[+]readiness ok", "[+]api ok", "[+]metrics ok", "[+]sleepers ok"]
        assert smoke(server.url, metrics) == (0, passed)
        passed[2] = "[-]metrics failed"
        assert smoke(server.url, f"http://127.0.0.1:{free_port()}") == (1, passed)


def test_a_service_that_is_gone_fails_everything() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    status, lines = smoke(nowhere, nowhere)
    assert status == len(lines) == 4
    assert all(line.startswith("[-]") for line in lines)
