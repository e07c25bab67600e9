"""The pods of a load test are evicted, deleted, killed, or too late: its verdict says so."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from app.loadtest.exit_codes import ExitCode
from tests.e2e.cluster import kubectl, tried
from tests.e2e.conftest import Tell
from tests.e2e.release import Release
from tests.e2e.runs import LONG, SHORT, changed, given, run, running
from tests.e2e.stage import python

# The first process of a container is deaf to a SIGKILL from within; so it has a child here.
KILLABLE = """
import subprocess, sys
sys.exit(subprocess.call([sys.executable, "-m", "app.loadtest", *sys.argv[1:]]))
"""
KILL = """
import glob, os
for path in glob.glob("/proc/[0-9]*/cmdline"):
    process = int(path.split("/")[2])
    if process != os.getpid() and b"run_locust" in open(path, "rb").read():
        os.kill(process, 9)
"""


def evict(release: Release, pod: str) -> None:
    """As `kubectl drain` and the autoscaler of a cluster do."""
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod}}
    path = f"/api/v1/namespaces/{release.namespace}/pods/{pod}/eviction"
    kubectl("create", "--raw", path, "--filename=-", stdin=json.dumps(body))


def test_a_load_test_is_disrupted(release: Release, tell: Tell) -> None:
    given(release)

    def soon(spec: Any) -> None:
        spec["template"]["spec"]["activeDeadlineSeconds"] = 30
        spec["template"]["spec"]["containers"][0]["args"] = [*LONG, "--sleeper", "/fine"]

    late = changed(release, "late", soon)
    with ExitStack() as stack:
        evicted, deleted = (
            stack.enter_context(running(release, *LONG, "--sleeper", "/fine")) for _ in range(2)
        )
        for begun in (evicted, deleted):
            begun.under_way()
        evict(release, evicted.name())
        release.kubectl("delete", "pod", deleted.name(), "--wait=false")
        for begun in (evicted, deleted):
            ended = begun.ended()
            assert ended.code == ExitCode.DISRUPTED, ended.output
            assert "of a run that was broken off" in ended.output, "a partial report"
            assert begun.failed() == "FailedIndexes"
            begun.gone()
    assert late.exit_code() == ExitCode.DISRUPTED
    assert late.failed() == "FailedIndexes"
    assert late.pod()["status"]["reason"] == "DeadlineExceeded"
    assert "BEGIN LOADTEST REPORT" in late.log(), "it outlives the deadline"
    tell("evicted, deleted, too long: all fail, with a code of their own")


def test_a_load_test_is_disrupted_and_begins_again(release: Release, tell: Tell) -> None:
    given(release, onDisruption="retry")
    with running(release, *SHORT, "--time", "15s", "--sleeper", "/fine") as begun:
        begun.under_way()
        evict(release, begun.name())
        ended = begun.ended()
    assert ended.code == ExitCode.PASSED, ended.output
    assert "15 s, whole, run 2: the first was disrupted." in ended.output
    with running(release, *LONG, "--sleeper", "/fine") as begun:
        begun.under_way()
        release.kubectl("delete", "pod", begun.name(), "--wait=false")
        assert begun.ended().code == ExitCode.DISRUPTED, "nobody knows why it was deleted"
    tell("evicted: the second passes; deleted: it fails")


def test_workers_of_a_load_test_are_lost(release: Release, tmp_path: Path, tell: Tell) -> None:
    given(release, workers=2)

    def killable(spec: Any) -> None:
        (container,) = spec["template"]["spec"]["containers"]
        container["command"] = ["python", "-c", KILLABLE]
        container["args"] = [*LONG, "--sleeper", "/fine"]

    def alone(spec: Any) -> None:
        spec["parallelism"] = 2
        (container,) = spec["template"]["spec"]["containers"]
        container["args"] = [*SHORT, "--sleeper", "/fine", "--join", "5s"]

    whole = run(release, *SHORT, "--sleeper", "/fine")
    assert whole.code == ExitCode.PASSED, whole.output
    killed = changed(release, "killed", killable)
    with running(release, *LONG, "--sleeper", "/fine") as deleted:
        for each in (killed, deleted):
            each.under_way()
        python(release.namespace, killed.name(1), KILL)
        release.kubectl("delete", "pod", deleted.name(1), "--wait=false")
        assert deleted.ended().code == ExitCode.WORKER_LOST
    assert killed.exit_code() == ExitCode.WORKER_LOST
    missing = changed(release, "missing", alone)
    assert missing.exit_code() == ExitCode.WORKER_MISSING
    for each in (killed, deleted):
        assert each.failed() == "FailedIndexes"
        assert "WORKER_LOST (24): 1 of 2 workers were lost" in each.log(), "it outlives its Job"
    what = (f"RELEASE={release.name}", f"NAMESPACE={release.namespace}", f"DEST={tmp_path}")
    assert tried("make", "loadtest-report", *what)[0] == 0
    tell("killed, deleted, never there; the master's verdict and log outlive them")
