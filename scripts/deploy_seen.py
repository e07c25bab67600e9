"""What is seen of a release's pods while Helm is at work: it takes away what failed, logs too."""

import json
import subprocess
import sys
import time
from typing import Any

UNREADY = "runs, and is not ready"


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
            name = pod["metadata"]["name"]
            if lines := troubles(pod):
                self.troubles[name] = lines + (self._log(name) if UNREADY in lines[-1] else [])
            elif not pod["metadata"].get("deletionTimestamp"):
                self.troubles.pop(name, None)

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

    def _log(self, pod: str) -> list[str]:
        """The last lines of its log."""
        command = ("kubectl", "logs", pod, *self.where, "--tail=20", "--request-timeout=10s")
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        return [f"  {line}" for line in done.stdout.splitlines()]

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
        lines.append(f"{container['name']} {UNREADY}")
    return lines
