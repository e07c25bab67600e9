"""What is told of pods that are not well."""

from typing import Any

import pytest

from scripts.deploy_seen import troubles


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
