"""`make loadtest-job`, with a kubectl of the test's own: tests/e2e has the real one."""

import os
import time
from typing import Any

import pytest

from app.loadtest.exit_codes import ExitCode
from scripts import loadtest_job
from scripts.loadtest_job import main
from tests.helm.manifests import FULLNAME, render
from tests.scripts.kubectl import Kubectl

CRONJOB = render().one("CronJob")
JOB = {"kind": "Job", "metadata": {}, **CRONJOB["spec"]["jobTemplate"]}
FAILED = {"type": "Failed", "status": "True", "message": "Job has failed indexes"}
DISRUPTION = {"type": "DisruptionTarget", "status": "True"}
LOG = (
    "50%  30 of 60 s\n-----BEGIN LOADTEST REPORT 0-----\nabc\n-----END LOADTEST REPORT-----\n"
    "total  12\nLATENCY (10): p95<1ms: 12.0 ms.\n"
)


def pod(state: Any, *conditions: Any, uid: str = "1") -> Any:
    """A pod as `kubectl get` prints it, as far as it matters here."""
    status = {"name": "loadtest", "state": state, "ready": "running" in state}
    return {
        "metadata": {"name": f"demo-{uid}", "uid": uid},
        "status": {"containerStatuses": [status], "conditions": list(conditions)},
    }


def run(*conditions: Any, **spec: Any) -> Any:
    return {"spec": spec, "status": {"conditions": list(conditions)}}


def waits(reason: str) -> Any:
    return pod({"waiting": {"reason": reason, "message": "so it is"}})


def ended(code: int, *conditions: Any, reason: str = "Error", uid: str = "1") -> Any:
    return pod({"terminated": {"exitCode": code, "reason": reason}}, *conditions, uid=uid)


RUNS = pod({"running": {}})


@pytest.fixture(autouse=True)
def _cluster(kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
    """One with a load test whose run goes on; nobody waits."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    kubectl.shows("cronjobs", [CRONJOB])
    kubectl.shows("jobs", [run()])
    kubectl.shows("events", [])
    kubectl.makes(JOB)
    kubectl.logs(LOG)


def job(*arguments: str) -> int:
    return main("demo", "prod", list(arguments))


@pytest.mark.parametrize("code", [ExitCode.PASSED, ExitCode.LATENCY, ExitCode.WORKER_LOST])
def test_it_ends_as_the_run(
    kubectl: Kubectl, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    creating = pod({"waiting": {"reason": "ContainerCreating"}})
    kubectl.shows("pods", [], [creating], [RUNS], [RUNS], [ended(code)])
    assert job() == code
    told = capsys.readouterr()
    assert told.err == ""
    name, *lines = told.out.splitlines()
    assert name.startswith(f"{FULLNAME}-loadtest-")
    assert lines == ["50%  30 of 60 s", "total  12", "LATENCY (10): p95<1ms: 12.0 ms."]
    assert not [line for line in kubectl.asked if "delete" in line], "its log stays"


def test_the_run_is_the_cronjob_s_with_these_arguments(kubectl: Kubectl) -> None:
    kubectl.shows("pods", [ended(0)])
    assert job() == 0
    assert kubectl.made["spec"] == JOB["spec"]
    assert job("--users", "9", "--time", "1m30s") == 0
    spec, before = kubectl.made["spec"], JOB["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert container["args"] == ["--users", "9", "--time", "1m30s"]
    deadline = "activeDeadlineSeconds"
    assert spec["template"]["spec"][deadline] == before["template"]["spec"][deadline] + 90
    assert spec[deadline] == before[deadline] + 360


def test_arguments_that_are_none_make_no_run(
    kubectl: Kubectl, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        job("--user", "9x", "--never")
    assert error.value.code == 2
    assert job("--time", "5 minutes") == os.EX_UNAVAILABLE
    assert capsys.readouterr().err.endswith("--time: '5 minutes' is no duration.\n")
    assert not (kubectl.folder / "created").exists()


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ([[waits("ErrImagePull")], [waits("ImagePullBackOff")]], "waits: ImagePullBackOff: so it"),
        ([[waits("InvalidImageName")]], "waits: InvalidImageName: so it is"),
    ],
)
def test_a_pod_that_will_never_run_is_told_and_taken_away(
    kubectl: Kubectl, states: list[Any], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.shows("pods", *states)
    assert job() == os.EX_UNAVAILABLE
    why, gone = capsys.readouterr().err.splitlines()
    assert why.startswith(f"No pod of the load test runs: loadtest {sentence}")
    assert gone.endswith("was deleted.")
    assert any(f"delete job {FULLNAME}-loadtest-" in line for line in kubectl.asked)


def test_a_pod_without_a_node_is_waited_for_and_not_for_ever(
    kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lonely = pod({"waiting": {"reason": "PodInitializing"}})
    nodes = {"type": "PodScheduled", "status": "False", "message": "0/2 nodes are available"}
    lonely["status"] = {"conditions": [nodes]}
    kubectl.shows("pods", [lonely], [lonely], [RUNS], [ended(0)])
    assert job() == 0
    assert capsys.readouterr().out.count("not scheduled: 0/2 nodes are available") == 1
    monkeypatch.setattr(loadtest_job, "WAIT_SECONDS", -1.0)
    kubectl.shows("pods", [lonely])
    assert job() == os.EX_UNAVAILABLE
    assert "after -1 s: not scheduled: 0/2 nodes are available\n" in capsys.readouterr().err
    kubectl.shows("pods", [waits("ContainerCreating")])
    kubectl.shows("events", [{"message": "volume is not there"}])
    assert job() == os.EX_UNAVAILABLE
    assert "after -1 s: volume is not there\n" in capsys.readouterr().err


def test_a_pod_that_is_gone_leaves_what_its_log_told(
    kubectl: Kubectl, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.shows("pods", [RUNS], [])
    kubectl.shows("jobs", [run()], [run()], [run(FAILED)])
    assert job() == ExitCode.LATENCY
    kubectl.logs("50%  30 of 60 s\n")
    kubectl.shows("pods", [RUNS], [])
    kubectl.shows("jobs", [run()], [run()], [run(FAILED)])
    assert job() == os.EX_SOFTWARE
    why = "is gone, and its verdict with it: Job has failed indexes\n"
    assert capsys.readouterr().err.endswith(why)
    kubectl.shows("pods", [RUNS])
    kubectl.shows("jobs", [run()], [])
    assert job() == os.EX_SOFTWARE
    assert capsys.readouterr().err.endswith("was deleted, and its verdict with it.\n")


def test_after_a_disruption_the_next_pod_is_followed(
    kubectl: Kubectl, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.shows("jobs", [run(podFailurePolicy={})])
    disrupted = ended(ExitCode.DISRUPTED, DISRUPTION)
    kubectl.shows("pods", [RUNS], [disrupted], [], [ended(0, uid="2")])
    assert job() == 0
    assert capsys.readouterr().out.count("total  12") == 2, "the log of each"
    kubectl.shows("jobs", [run()])
    kubectl.shows("pods", [RUNS], [disrupted])
    assert job() == ExitCode.DISRUPTED


def test_a_cluster_may_be_silent_for_a_while(
    kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.shows("jobs", [run()], *["Unable to connect to the server"] * 3, [run()])
    kubectl.shows("pods", [RUNS], [ended(0)])
    assert job() == 0
    monkeypatch.setattr(loadtest_job, "SILENCES", 2)
    kubectl.shows("jobs", [run()], "Unable to connect to the server")
    kubectl.shows("pods", [RUNS])
    assert job() == os.EX_UNAVAILABLE
    assert "kubectl get: Unable to connect to the server\n" in capsys.readouterr().err


def test_a_container_that_was_killed_has_no_verdict(
    kubectl: Kubectl, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.shows("pods", [ended(137, reason="OOMKilled")])
    assert job() == 137
    assert (
        capsys.readouterr().err == "The container ended with 137 (OOMKilled), without a verdict.\n"
    )


def test_whoever_stops_looking_stops_the_load(
    kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    kubectl.shows("pods", [RUNS])
    assert job() == 130
    assert capsys.readouterr().err.endswith("was deleted.\n")


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ([[]], "The release demo in the namespace prod has no load test"),
        (["The connection to the server was refused"], "kubectl get: The connection to the server"),
    ],
)
def test_without_a_load_test_or_a_cluster(
    kubectl: Kubectl, states: list[Any], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kubectl.shows("cronjobs", *states)
    assert job() == os.EX_UNAVAILABLE
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(sentence)


def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("", "", []) == os.EX_USAGE
    assert capsys.readouterr().err.startswith("Not given: RELEASE and NAMESPACE. make loadtest-job")
    monkeypatch.setenv("PATH", "")
    assert job() == os.EX_USAGE
    assert capsys.readouterr().err.startswith("kubectl is not on the PATH")
