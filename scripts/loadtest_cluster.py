"""The load test of a release as kubectl sees it: its CronJob, its runs and their pods."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any


class NoRun(Exception):
    """Why there is no run, in a sentence."""


def refused(usage: str, **given: str) -> str:
    """What is missing before kubectl can be asked, "" when nothing is."""
    if absent := [name for name, value in given.items() if not value]:
        return f"Not given: {' and '.join(absent)}. {usage}"
    if not shutil.which("kubectl"):
        return "kubectl is not on the PATH; the cluster is the one that it points to."
    return ""


@dataclass(frozen=True)
class LoadTest:
    """That of a release."""

    release: str
    namespace: str

    def command(self, *arguments: str) -> tuple[str, ...]:
        """One of kubectl's."""
        return ("kubectl", "--namespace", self.namespace, *arguments)

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """What it prints. Raises NoRun with what it says when it fails."""
        command = self.command("--request-timeout=10s", *arguments)
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)  # noqa: S603 - our own
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["no word why"]
            raise NoRun(f"kubectl {arguments[0]}: {said[-1]}")
        return done.stdout

    def cronjob(self) -> str:
        """Its name. Raises NoRun."""
        found = self._get("cronjobs", self._labels)
        if not found:
            where = f"The release {self.release} in the namespace {self.namespace}"
            raise NoRun(f"{where} has no load test: is it there, and loadtest.enabled true?")
        return str(found[0]["metadata"]["name"])

    def run(self, job: str) -> Any:
        """A run, as the cluster has it; None when it was deleted. Raises NoRun."""
        found = self._get("jobs", f"--field-selector=metadata.name={job}")
        return found[0] if found else None

    def last(self) -> str:
        """The name of the newest run. Raises NoRun."""
        found = self._get("jobs", self._labels, "--sort-by=.metadata.creationTimestamp")
        if not found:
            raise NoRun(f"The release {self.release} has made no run that is still there.")
        return str(found[-1]["metadata"]["name"])

    def pod(self, job: str) -> Any:
        """The pod with the verdict of a run, the newest of them; None without one. Raises NoRun."""
        labels = f"batch.kubernetes.io/job-name={job},batch.kubernetes.io/job-completion-index=0"
        by_age = "--sort-by=.metadata.creationTimestamp"
        found = self._get("pods", f"--selector={labels}", by_age)
        return found[-1] if found else None

    def warning(self, pod: str) -> str:
        """The last that the cluster complained of about a pod, "" without. Raises NoRun."""
        which = f"--field-selector=type=Warning,involvedObject.name={pod}"
        found = self._get("events", which, "--sort-by=.metadata.creationTimestamp")
        return str(found[-1]["message"]) if found else ""

    @property
    def _labels(self) -> str:
        name = f"app.kubernetes.io/instance={self.release}"
        return f"--selector={name},app.kubernetes.io/component=loadtest"

    def _get(self, *what: str) -> list[Any]:
        items: list[Any] = json.loads(self.kubectl("get", *what, "--output=json"))["items"]
        return items
