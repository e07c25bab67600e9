"""`make deploy`, with a helm and a kubectl of the test's own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.deploy import FLAGS
from tests.environment import ROOT
from tests.release import program
from tests.scripts.test_deploy_seen import BACK_OFF, container, pod

# Each answers from the files of its folder; `asked` is what would have changed something.
HELM = """\
cd {folder}
case "$*" in
    history*) cat history 2>/dev/null || {{ echo "Error: release: not found" >&2; exit 1; }} ;;
    "get metadata"*) cat metadata ;;
    "get manifest"*) cat manifest ;;
    *--dry-run=server*) cat rendered || exit 1 ;;
    *) echo "$@" >> asked; . ./$1 ;;
esac
"""
KUBECTL = """\
cd {folder}
case "$1" in
    get) cat $2 ;;
    version) [ -e cluster ] || {{ echo "connection refused" >&2; exit 1; }} ;;
    diff) cat > diffed; cat diff; exit $([ -s diff ]; echo $((1 - $?))) ;;
    delete) echo "kubectl $*" >> asked ;;
    logs) echo "waiting for a migration" ;;
    --namespace) echo '{{"items": []}}' ;;
esac
"""
DEPLOYMENT = "---\nkind: Deployment\nmetadata:\n  labels: {}\n  name: notes\nspec: {}\n"
EVENT = {
    "involvedObject": {"kind": "Pod", "name": "notes-1"},
    "reason": "Failed",
    "message": "no such image",
    "lastTimestamp": "2999-01-01T00:00:00Z",
}
OLD = EVENT | {"message": "of yesterday", "lastTimestamp": "2000-01-01T00:00:00Z"}


def revision(number: int, status: str, updated: str = "2026-01-01T00:00:00.123456789Z") -> Any:
    return {"revision": number, "status": status, "updated": updated}


class Stand:
    """A cluster in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program(folder, "helm", HELM.format(folder=folder))
        program(folder, "kubectl", KUBECTL.format(folder=folder))
        self.put("pods", {"items": [pod(container(BACK_OFF))]})
        self.put("events", {"items": [EVENT, EVENT, OLD]})
        self.put("rendered", {"manifest": DEPLOYMENT})
        self.put("metadata", {})
        for name in ("cluster", "diff", "manifest", "upgrade", "test", "rollback", "uninstall"):
            (folder / name).write_text("")

    def put(self, name: str, content: Any) -> None:
        (self.folder / name).write_text(json.dumps(content))

    def deploy(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """`make deploy`'s program."""
        return subprocess.run(
            [sys.executable, "-m", "scripts.deploy", *(arguments or ("notes", "prod", ""))],
            cwd=ROOT,
            env=os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}"} | env,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def asked(self) -> list[str]:
        """What helm was asked that changes something."""
        asked = self.folder / "asked"
        return asked.read_text().splitlines() if asked.exists() else []


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


def test_helm_is_asked_to_wait_to_go_back_and_to_test(stand: Stand) -> None:
    for name in ("a.yaml", "b.yaml"):
        (stand.folder / name).touch()
    values = f"{stand.folder}/a.yaml {stand.folder}/b.yaml"
    done = stand.deploy("notes", "prod", values, "--timeout", "9s")
    assert (done.returncode, done.stderr) == (0, "")
    files = " ".join(f"--values {file}" for file in values.split())
    assert stand.asked == [
        f"upgrade notes {ROOT}/helm {' '.join(FLAGS)} {files} --timeout 9s --namespace prod",
        "test notes --logs --timeout 9s --namespace prod",
    ]


def test_what_would_change_is_shown_before_it_does(stand: Stand) -> None:
    (stand.folder / "diff").write_text("-  replicas: 2\n+  replicas: 3\n")
    (stand.folder / "manifest").write_text(DEPLOYMENT + DEPLOYMENT.replace("Deployment", "Job"))
    done = stand.deploy()
    assert done.returncode == 0
    assert done.stdout.startswith("-  replicas: 2\n+  replicas: 3\nJob/notes goes\n")
    assert (stand.folder / "diffed").read_text() == DEPLOYMENT


def test_a_failure_is_told_with_what_was_seen_before_it_went(stand: Stand) -> None:
    (stand.folder / "upgrade").write_text("sleep 3; rm pods; exit 4")
    done = stand.deploy()
    assert done.returncode == 4
    assert "  notes-1\n    web waits: CrashLoopBackOff: back-off 10s\n" in done.stderr
    assert done.stderr.count("Pod notes-1: Failed: no such image") == 1
    assert "yesterday" not in done.stderr
    # A first install: Helm has taken it away, but for the Jobs of its hooks.
    assert stand.asked[-1].startswith("kubectl delete jobs ")


def test_the_log_of_a_pod_that_is_not_ready_is_told(stand: Stand) -> None:
    stand.put("pods", {"items": [pod(container({"running": {}}))]})
    (stand.folder / "upgrade").write_text("sleep 3; exit 4")
    done = stand.deploy()
    assert "web runs, and is not ready\n      waiting for a migration\n" in done.stderr


def test_a_pod_that_became_well_is_not_told(stand: Stand) -> None:
    well = json.dumps({"items": [pod(container({"running": {}}, ready=True))]})
    (stand.folder / "upgrade").write_text(f"sleep 2; echo '{well}' > pods; sleep 3; exit 4")
    assert "No pod was in trouble." in stand.deploy().stderr


@pytest.mark.parametrize(
    ("history", "back"),
    [
        (None, "uninstall notes --wait --timeout 5m --namespace prod"),
        (
            [revision(1, "superseded"), revision(2, "deployed"), revision(3, "failed")],
            "rollback notes 2 --wait --timeout 5m --force-conflicts --namespace prod",
        ),
    ],
    ids=["first", "later"],
)
def test_tests_that_fail_bring_back_what_was_there(stand: Stand, history: Any, back: str) -> None:
    if history:
        stand.put("history", history)
    (stand.folder / "test").write_text("exit 1")
    done = stand.deploy()
    assert done.returncode == 1
    cleared = "kubectl delete jobs --selector=app.kubernetes.io/instance=notes --namespace prod"
    assert stand.asked[2:] == ([back] if history else [back, cleared])
    assert f"Its tests failed: helm {back}\n" in done.stderr


def test_a_load_test_that_fails_brings_back_what_was_there(stand: Stand) -> None:
    """There is none to run here, which is no pass."""
    stand.put("history", [revision(1, "deployed")])
    done = stand.deploy(LOADTEST="true")
    assert done.returncode == os.EX_UNAVAILABLE
    assert [asked.split(" ")[0] for asked in stand.asked] == ["upgrade", "test", "rollback"]
    assert "Its tests failed: helm rollback notes 1 " in done.stderr


def test_a_way_back_that_fails_is_not_left_unsaid(stand: Stand) -> None:
    (stand.folder / "test").write_text("exit 1")
    (stand.folder / "uninstall").write_text("exit 1")
    assert "notes IS NOT BACK" in stand.deploy().stderr


@pytest.mark.parametrize(
    ("history", "back"),
    [
        ([revision(1, "pending-install")], "uninstall notes"),
        ([revision(1, "deployed"), revision(2, "pending-upgrade")], "rollback notes 1"),
        (
            [revision(1, "superseded"), revision(2, "failed"), revision(3, "pending-rollback")],
            "rollback notes 1",
        ),
    ],
)
def test_what_an_ended_helm_left_is_mended_first(stand: Stand, history: Any, back: str) -> None:
    stand.put("history", history)
    done = stand.deploy()
    assert done.returncode == 0
    assert [line.partition(" --")[0] for line in stand.asked][:2] == [
        back,
        f"upgrade notes {ROOT}/helm",
    ]
    assert "A helm that was ended left notes half-way" in done.stdout


def test_what_another_helm_may_be_at_is_left_to_it(stand: Stand) -> None:
    stand.put("history", [revision(1, "pending-install", "2999-01-01T00:00:00Z")])
    done = stand.deploy()
    assert (done.returncode, stand.asked) == (1, [])
    assert "notes is pending-install since 2999-01-01T00:00:00Z" in done.stderr
    assert "helm uninstall notes --wait" in done.stderr


def test_a_cluster_that_does_not_answer_is_named(stand: Stand) -> None:
    (stand.folder / "cluster").unlink()
    done = stand.deploy()
    assert (done.returncode, stand.asked) == (1, [])
    assert done.stderr == "kubectl reaches no cluster: connection refused\n"


def test_what_the_cluster_would_refuse_changes_nothing(stand: Stand) -> None:
    (stand.folder / "rendered").unlink()
    done = stand.deploy()
    assert (done.returncode, stand.asked) == (1, [])
    assert done.stderr.startswith("Nothing was changed: ")


@pytest.mark.parametrize("given", [("", "prod"), ("notes", "")])
def test_what_is_missing_is_named(stand: Stand, given: tuple[str, str]) -> None:
    done = stand.deploy(*given, "absent.yaml")
    missing = "RELEASE" if given[1] else "NAMESPACE"
    assert (done.returncode, stand.asked) == (64, [])
    assert done.stderr.startswith(f"{missing} is not given: make deploy RELEASE=")
    assert done.stderr.endswith("VALUES: there is no file absent.yaml\n")


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
    assert done.stderr.startswith("helm is not on the PATH; the cluster is the one of kubectl.\n")


def test_a_duration_that_is_none_is_named(stand: Stand) -> None:
    stand.put("history", [revision(1, "pending-install")])
    done = stand.deploy("notes", "prod", "", "--timeout=soon")
    assert (done.returncode, stand.asked) == (1, [])
    assert done.stderr == "--timeout soon: give it such as 90s, 5m or 1h30m\n"
