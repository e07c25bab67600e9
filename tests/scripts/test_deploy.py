"""`make deploy`, with a helm and a kubectl of the test's own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.deploy import FLAGS, troubles
from tests.environment import ROOT


def pod(*containers: Any, name: str = "notes-1", **metadata: Any) -> Any:
    """A pod as `kubectl get` prints it, as far as it matters here."""
    return {
        "metadata": {"name": name, **metadata},
        "status": {"containerStatuses": list(containers)},
    }


def container(state: Any, *, ready: bool = False, last: Any = None) -> Any:
    """The status of a container."""
    return {"name": "web", "state": state, "ready": ready, "lastState": last or {}}


ENDED = {"terminated": {"exitCode": 78, "message": "Not started: 1 setting is wrong.\n  PORT: x\n"}}
BACK_OFF = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}
MIGRATED = {"name": "migrate", "state": {"terminated": {"exitCode": 0}}, "ready": True}


def test_a_crash_is_told_with_what_the_container_said() -> None:
    assert troubles(pod(container(BACK_OFF, last=ENDED))) == [
        "web waits: CrashLoopBackOff: back-off 10s",
        "web ended with status 78:",
        "  Not started: 1 setting is wrong.",
        "    PORT: x",
    ]


def test_what_failed_first_is_told_of_init_containers_too() -> None:
    waiting = pod(container({"waiting": {"reason": "PodInitializing"}}))
    waiting["status"]["initContainerStatuses"] = [MIGRATED | {"state": ENDED}]
    assert troubles(waiting)[0] == "migrate ended with status 78:"


def test_a_pod_that_only_is_not_ready_is_told() -> None:
    assert troubles(pod(container({"running": {}}))) == ["web runs, and is not ready"]


def test_a_pod_without_a_node_is_told() -> None:
    lonely = pod()
    condition = {"type": "PodScheduled", "status": "False", "message": "0/2 nodes are available"}
    lonely["status"] = {"conditions": [condition]}
    assert troubles(lonely) == ["not scheduled: 0/2 nodes are available"]


@pytest.mark.parametrize(
    "well",
    [
        pod(container({"running": {}}, ready=True)),
        pod(container({"waiting": {"reason": "ContainerCreating"}})),
        pod(container({"terminated": {"exitCode": 0}})),
        pod(container(ENDED), deletionTimestamp="2026-11-28T00:00:00Z"),
    ],
    ids=["ready", "creating", "done", "ending"],
)
def test_a_pod_that_is_well_or_ends_is_no_trouble(well: Any) -> None:
    assert troubles(well) == []


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A PATH whose kubectl shows a pod in trouble and a warning, once for each second of helm."""
    event = {
        "involvedObject": {"kind": "Pod", "name": "notes-1"},
        "reason": "Failed",
        "message": "no such image",
        "lastTimestamp": "2999-01-01T00:00:00Z",
    }
    old = event | {"message": "of yesterday", "lastTimestamp": "2000-01-01T00:00:00Z"}
    (tmp_path / "pods").write_text(json.dumps({"items": [pod(container(BACK_OFF))]}))
    (tmp_path / "events").write_text(json.dumps({"items": [event, event, old]}))
    program(tmp_path / "kubectl", f"cat {tmp_path}/$2")
    return tmp_path


def program(path: Path, script: str) -> None:
    """A program for the PATH."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def deploy(bin_folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make deploy`'s program."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.deploy", *arguments],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{bin_folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_helm_is_asked_to_wait_and_to_go_back(bin_folder: Path) -> None:
    program(bin_folder / "helm", 'echo "$@"')
    done = deploy(bin_folder, "notes", "prod", "a.yaml b.yaml", "--timeout", "9s")
    values = "--values a.yaml --values b.yaml"
    flags = " ".join(FLAGS)
    asked = f"upgrade notes ./helm --namespace prod {flags} {values} --timeout 9s\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, asked, "")


def test_a_failure_is_told_with_what_was_seen_before_it_went(bin_folder: Path) -> None:
    program(bin_folder / "helm", f"sleep 3; rm {bin_folder}/pods; exit 4")
    done = deploy(bin_folder, "notes", "prod", "")
    assert done.returncode == 4
    assert "  notes-1\n    web waits: CrashLoopBackOff: back-off 10s\n" in done.stderr
    assert done.stderr.count("Pod notes-1: Failed: no such image") == 1
    assert "yesterday" not in done.stderr


@pytest.mark.parametrize("given", [("", "prod"), ("notes", "")])
def test_what_is_missing_is_named(bin_folder: Path, given: tuple[str, str]) -> None:
    program(bin_folder / "helm", "echo never")
    done = deploy(bin_folder, *given, "")
    missing = "RELEASE" if given[1] else "NAMESPACE"
    assert done.returncode == 64
    assert done.stderr.startswith(f"{missing} is not given: make deploy RELEASE=")
    assert "never" not in done.stdout


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.deploy", "notes", "prod", ""],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 64
    assert done.stderr.startswith("helm and kubectl are not on the PATH")
