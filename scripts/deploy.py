"""`make deploy`: bring a release to what the chart and its values say, or back to what it was.

Helm waits until the pods are ready, and goes back when they do not become so. It takes away what
failed, so the pods are watched meanwhile, and what was seen of them is printed after a failure.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from typing import Any

FLAGS = (
    "--install",
    # The chart's new defaults, and what the release was given before: --reuse-values would keep
    # the old chart's defaults, and templates that read a new value would fail.
    "--reset-then-reuse-values",
    "--rollback-on-failure",
    "--wait",
    # Helm 4 applies on the server: a field that another has written is a conflict. The HPA writes
    # spec.replicas, and so does `kubectl scale`; without the flag the next upgrade that sets it,
    # and the rollback, end in "conflict … .spec.replicas" (docs/runbook.md).
    "--force-conflicts",
)


def main(release: str, namespace: str, values: str, arguments: list[str]) -> int:
    """Helm's exit status; after a failure with what was seen of the pods and the events."""
    if why := refused(release, namespace):
        print(why, file=sys.stderr)
        return os.EX_USAGE
    command = ["helm", "upgrade", release, "./helm", "--namespace", namespace, *FLAGS]
    for file in values.split():
        command += ["--values", file]
    seen = Seen(release, namespace)
    helm = subprocess.Popen([*command, *arguments])  # noqa: S603 - what the person typed
    try:
        while (status := poll(helm)) is None:
            seen.look()
    except KeyboardInterrupt:
        return helm.wait()  # Helm has got the Ctrl-C, too, and says itself what becomes of it
    if status:
        print(seen.report(), file=sys.stderr)
    return status


def refused(release: str, namespace: str) -> str:
    """What is missing before Helm can be asked, "" when nothing is."""
    given = {"RELEASE": release, "NAMESPACE": namespace}
    if absent := [name for name, value in given.items() if not value]:
        usage = "make deploy RELEASE=notes NAMESPACE=prod VALUES=prod.yaml"
        return f"{' and '.join(absent)} is not given: {usage}"
    if absent := [name for name in ("helm", "kubectl") if not shutil.which(name)]:
        return f"{' and '.join(absent)} are not on the PATH; the cluster is the one of kubectl."
    return ""


def poll(process: subprocess.Popen[bytes], seconds: float = 1) -> int | None:
    """The exit status, None when it still runs after so many seconds."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


class Seen:
    """The last that was seen of each pod that was not well."""

    def __init__(self, release: str, namespace: str) -> None:
        self.where = ("--namespace", namespace)
        self.selector = f"--selector=app.kubernetes.io/instance={release}"
        self.began = time.time()
        self.troubles: dict[str, list[str]] = {}

    def look(self) -> None:
        """Remember what holds up the pods now."""
        for pod in self._get("pods", self.selector):
            if lines := troubles(pod):
                self.troubles[pod["metadata"]["name"]] = lines

    def report(self) -> str:
        """What was seen of the pods, and the events that are no routine."""
        lines = ["", "What was seen of the pods:" if self.troubles else "No pod was in trouble."]
        for pod, trouble in self.troubles.items():
            lines += [f"  {pod}", *(f"    {line}" for line in trouble)]
        if events := [line for line in self._events() if line]:
            lines += ["Events:", *(f"  {line}" for line in events)]
        return "\n".join(lines)

    def _events(self) -> list[str]:
        """The warnings about the release's objects since the beginning, each once."""
        found = {}
        for event in self._get("events", "--field-selector=type=Warning"):
            about = event["involvedObject"]
            when = event.get("lastTimestamp") or event.get("eventTime") or ""
            if when >= time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.began)):
                found[f"{about['kind']} {about['name']}: {event['reason']}: {event['message']}"] = 0
        return list(found)

    def _get(self, *what: str) -> list[Any]:
        command = ("kubectl", "get", *what, *self.where, "--output=json", "--request-timeout=10s")
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        if done.returncode:
            print(f"kubectl get {what[0]}: {done.stderr.strip()}", file=sys.stderr)
            return []
        items: list[Any] = json.loads(done.stdout)["items"]
        return items


def troubles(pod: Any) -> list[str]:
    """What holds up a pod, container by container; nothing when it is well, or is ending."""
    status = pod["status"]
    if pod["metadata"].get("deletionTimestamp"):
        return []
    lines = [
        f"not scheduled: {condition['message']}"
        for condition in status.get("conditions", [])
        if condition["type"] == "PodScheduled" and condition["status"] == "False"
    ]
    for container in status.get("initContainerStatuses", []) + status.get("containerStatuses", []):
        lines += trouble(container)
    return lines


def trouble(container: Any) -> list[str]:
    """What holds up a container: why it waits, how it ended, that it is not ready."""
    state, last = container["state"], container.get("lastState", {})
    lines = []
    waiting = state.get("waiting", {})
    if waiting.get("reason") not in (None, "PodInitializing", "ContainerCreating"):
        lines.append(
            f"{container['name']} waits: {waiting['reason']}: {waiting.get('message', '')}"
        )
    ended = state.get("terminated") or last.get("terminated") or {}
    if ended.get("exitCode"):
        lines.append(f"{container['name']} ended with status {ended['exitCode']}:")
        lines += [f"  {line}" for line in ended.get("message", "").splitlines()]
    if "running" in state and not container["ready"] and not lines:
        lines.append(f"{container['name']} runs, and is not ready")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
