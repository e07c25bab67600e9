"""Runs of the load test, by `make loadtest-job`'s program, and what becomes of them."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.cluster import ROOT, get, kubectl, wait
from tests.e2e.release import Release

LOCUSTFILE = Path(__file__).with_name("locustfile.py").read_text()
# For four pods on a small machine; what is asked of them is little.
SMALL = {"requests": {"cpu": "50m"}}
SHORT = ("--time", "5s", "--warmup", "0s", "--users", "2", "--concurrency", "off")
# A run that is ended by the story, not by its time.
LONG = ("--time", "60s", *SHORT[2:])


def given(release: Release, **values: object) -> None:
    """Give its load test these values, and the locustfile; its pods stay as they are."""
    small = {"resources": SMALL, "locustfile": LOCUSTFILE}
    release.upgrade({"loadtest": {**small, **values}})


@dataclass(frozen=True)
class Ended:
    """The exit status of the program, and all that it printed."""

    code: int
    output: str


@dataclass
class Run:
    """One that was made."""

    release: Release
    job: str

    def pod(self, index: int = 0) -> Any:
        """Of a worker, or the master or only one (0); None when it is not there."""
        name = f"batch.kubernetes.io/job-name={self.job}"
        labels = f"--selector={name},batch.kubernetes.io/job-completion-index={index}"
        found = get("--namespace", self.release.namespace, "pods", labels)["items"]
        return found[0] if found else None

    def name(self, index: int = 0) -> str:
        """The name of a pod."""
        return str(self.pod(index)["metadata"]["name"])

    def log(self) -> str:
        """What the master, or the only pod, has said."""
        return self.release.kubectl("logs", self.name())

    def under_way(self) -> None:
        """Wait until there is load: the first line that says how far it is."""

        def told() -> bool:
            pod = self.pod()
            return pod and pod["status"]["phase"] == "Running" and "%  " in self.log()

        wait(f"{self.job} is under way", told)

    def exit_code(self) -> int:
        """Wait until the master, or the only pod, has ended."""

        def ended() -> Any:
            (container,) = self.pod()["status"].get("containerStatuses", [{"state": {}}])
            return container["state"].get("terminated")

        return int(wait(f"{self.job} has ended", ended)["exitCode"])

    def gone(self) -> None:
        """Wait until the pod is no more, and no other in its place."""
        wait(f"{self.job} has no pod", lambda: self.pod() is None)

    def failed(self) -> str:
        """Wait until the Job has failed; its reason."""
        where = ("--namespace", self.release.namespace, "job", self.job)

        def reason() -> str:
            conditions = get(*where)["status"].get("conditions", [])
            return next((each["reason"] for each in conditions if each["type"] == "Failed"), "")

        return str(wait(f"{self.job} has failed", reason))


@dataclass
class Followed(Run):
    """One that `make loadtest-job`'s program made and follows."""

    process: subprocess.Popen[str]

    def ended(self) -> Ended:
        """Wait for the program."""
        output, _ = self.process.communicate(timeout=240)
        return Ended(self.process.returncode, output)


@contextmanager
def running(release: Release, *arguments: str) -> Iterator[Followed]:
    """Begin a run as `make loadtest-job` does."""
    command = [sys.executable, "-m", "scripts.loadtest_job", release.name, release.namespace]
    with subprocess.Popen(
        [*command, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        job = process.stdout.readline().split(" ")[0]
        yield Followed(release, job, process)


def run(release: Release, *arguments: str) -> Ended:
    """Make one, and wait for its end."""
    with running(release, *arguments) as begun:
        return begun.ended()


def changed(release: Release, job: str, change: Callable[[Any], None]) -> Run:
    """Make one as `kubectl create job --from` does, with its spec changed by the story."""
    where = ("--namespace", release.namespace)
    source = f"--from=cronjob/{release.fullname}-loadtest"
    made = kubectl("create", "job", job, source, *where, "--dry-run=client", "--output=json")
    manifest = json.loads(made)
    change(manifest["spec"])
    kubectl("create", *where, "--filename=-", stdin=json.dumps(manifest))
    return Run(release, job)
