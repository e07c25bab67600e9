"""The load test in the cluster: true verdicts, both ways, and nobody's way is blocked by them."""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.loadtest.exit_codes import ExitCode
from tests.e2e.cluster import get, kubectl, tried
from tests.e2e.conftest import Tell
from tests.e2e.release import Release
from tests.e2e.runs import SHORT, Run, given, run, running
from tests.e2e.stage import Stage, python, start
from tests.identity import provider

FIRST_REQUEST_SECONDS = 10
TOO_FAST = "median<0.1ms, p95<0.1ms, p99<0.1ms"


def jobs(release: Release) -> set[str]:
    """The runs that are there, by their uid."""
    selector = "--selector=app.kubernetes.io/component=loadtest"
    found = get("--namespace", release.namespace, "jobs", selector)["items"]
    return {job["metadata"]["uid"] for job in found}


def first_request(made: Run) -> float:
    """Seconds from the run's creation to its first request to the service."""
    where = ("--namespace", made.release.namespace, "job", made.job)
    created = datetime.fromisoformat(get(*where)["metadata"]["creationTimestamp"])
    log = made.release.kubectl("logs", "--timestamps", made.name())
    asked = next(line for line in log.splitlines() if "How does it wait?" in line)
    return (datetime.fromisoformat(asked.split(" ")[0]) - created).total_seconds()


@pytest.fixture
def token(release: Release) -> Iterator[str]:
    """A Secret with a token for the notes."""
    made = provider.token("EdDSA", customer="loadtest", exp=int(time.time()) + 3600)
    release.kubectl("create", "secret", "generic", "loadtest", f"--from-literal=TOKEN={made}")
    yield "loadtest"
    release.kubectl("delete", "secret", "loadtest")


@pytest.fixture
def blocked(stage: Stage) -> str:
    """A service that takes one request at a time."""
    start("blocked.yaml", stage.namespace, "blocked", node=stage.node, image=stage.image)
    return "http://blocked:8000"


def test_a_load_test_passes_and_leaves_its_report(
    release: Release, token: str, tmp_path: Path, tell: Tell
) -> None:
    env = {"USERS": 6, "TIME": "10s", "WARMUP": "2s", "THRESHOLDS": "errors<1%, p95<5s"}
    given(release, env=env, token={"existing": token}, locustfile="")
    with running(release) as begun:
        ended = begun.ended()
    assert ended.code == ExitCode.PASSED, ended.output
    assert "waits async" in ended.output
    assert "BEGIN LOADTEST REPORT" not in ended.output
    took = first_request(begun)
    what = (f"RELEASE={release.name}", f"NAMESPACE={release.namespace}", f"DEST={tmp_path}")
    assert tried("make", "loadtest-report", *what)[0] == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["environment"]["replicas"] == 2
    assert report["concurrency"]["hops"] is not None, "the metrics of both pods are read"
    assert "POST /api/notes" in report["endpoints"]
    assert {"report.html", "junit.xml", "summary.md"} <= {file.name for file in tmp_path.iterdir()}
    tell(f"first request after {took:.1f} s")
    assert took < FIRST_REQUEST_SECONDS


@pytest.fixture
def reports(stage: Stage) -> Iterator[str]:
    """A claim of a volume, with a pod of its name that reads it."""
    name = stage.namespace.replace("stories", "reports")
    start("reports.yaml", stage.namespace, name, node=stage.node, image=stage.image)
    yield name
    # A claim stays for as long as a pod has it, one that has ended too: it goes with the namespace.
    where = ("--namespace", stage.namespace, "--wait=false")
    kubectl("delete", "pod,persistentvolumeclaim", name, *where)
    kubectl("delete", "persistentvolume", name, "--wait=false")


def test_a_volume_keeps_the_reports(
    release: Release, reports: str, stage: Stage, tell: Tell
) -> None:
    given(release, report={"volume": {"persistentVolumeClaim": {"claimName": reports}}})
    kept = (
        "import pathlib, sys; print(*pathlib.Path('/reports').glob(sys.argv[1] + '*/report.json'))"
    )

    def found() -> set[str]:
        return set(python(stage.namespace, reports, kept, f"{release.fullname}-").split())

    before = found()
    runs = [run(release, *SHORT, "--sleeper", "/fine") for _ in range(2)]
    new = found() - before
    # The folder itself is the kubelet's, and /var/tmp is sticky: it stays, empty.
    take = "import pathlib, sys; [file.unlink() for file in pathlib.Path(sys.argv[1]).iterdir()]"
    for report in new:
        python(stage.namespace, reports, take, report.rpartition("/")[0])
    assert [ended.code for ended in runs] == [ExitCode.PASSED] * 2, runs
    assert len(new) == 2, "a folder of its own for each run"
    tell("two runs, two folders")


def test_a_failed_load_test_blocks_nothing(release: Release, tell: Tell) -> None:
    given(release)
    failed = run(release, *SHORT, "--sleeper", "/fine", "--thresholds", TOO_FAST)
    assert failed.code == ExitCode.LATENCY, failed.output
    assert failed.output.count("FAILED  ") == 3
    before, revision = jobs(release), release.revision()
    with running(release, *SHORT, "--sleeper", "/fine", "--time", "20s") as begun:
        begun.under_way()
        release.upgrade({"service": {"annotations": {"example.com/changed": "true"}}})
        release.rollback(revision)
        ended = begun.ended()
    assert ended.code == ExitCode.PASSED, ended.output
    assert before < jobs(release)
    assert len(jobs(release)) == len(before) + 1, "an upgrade begins none"
    tell("an upgrade and a rollback beside a run and after one that failed")


def test_each_verdict_of_a_load_test(release: Release, blocked: str, tell: Tell) -> None:
    given(release)
    release.kubectl("create", "service", "clusterip", "nobody", "--tcp=80")
    cases: list[tuple[ExitCode, tuple[str, ...], str]] = [
        (ExitCode.ERRORS, ("--sleeper", "/half"), "errors<1%: 5"),
        (ExitCode.THROUGHPUT, ("--sleeper", "/fine", "--thresholds", "rps>9999"), "rps>9999: "),
        (ExitCode.NO_REQUESTS, ("--sleeper", "/nothing"), "No request was made."),
        (ExitCode.SATURATED, ("--sleeper", "/burn"), "was saturated"),
        (
            ExitCode.UNREACHABLE,
            ("--sleeper", "/fine", "--target", "http://nobody"),
            "answered none",
        ),
        (
            ExitCode.SERIALISED,
            ("--target", blocked, "--sleeper", "/", "--concurrency", "async"),
            "serialised by 1",
        ),
    ]
    for code, arguments, sentence in cases:
        ended = run(release, *SHORT, *arguments)
        assert ended.code == code, ended.output
        last = ended.output.splitlines()[-1]
        assert last.startswith(f"{code.name} ({code.value}): "), ended.output
        assert sentence in last
    release.kubectl("delete", "service", "nobody")
    tell(f"{len(cases)} reasons, each with its code")
