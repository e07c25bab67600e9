"""Releases that are published to a registry, and a namespace that deploy.yml may deploy to.

REGISTRY, such as localhost:5000, is what this machine, its docker and the cluster know it by.
"""

import base64
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.cluster import ROOT, get, helm, kubectl
from tests.e2e.stage import namespace, nodes
from tests.registry import key_pair
from tests.rehearsal.github import tokens
from tests.rehearsal.publisher import FIRST, SECOND, UNTESTED, Publisher
from tests.release import clone
from tests.workflows.runner import Outcome, load, play


@pytest.fixture(scope="session")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    """Three releases, of which the last one's own test says that it does not work."""
    registry = os.environ.get("REGISTRY")
    if not registry:
        pytest.exit("REGISTRY names no registry: make rehearse REGISTRY=localhost:5000", 1)
    folder = tmp_path_factory.mktemp("rehearsal")
    key_pair(folder, "cosign")
    made = Publisher(clone(folder), registry, {})
    made.publish(FIRST)
    made.next(SECOND)
    smoke = made.work / "helm" / "tests" / "smoke.py"
    smoke.write_text('import sys\nsys.exit("the smoke test of this release fails")\n')
    made.next(UNTESTED)
    return made


@dataclass
class Environment:
    """An environment of GitHub's: `vars` are its variables."""

    namespace: str
    publisher: Publisher
    vars: dict[str, str]
    job: dict[str, str]

    @contextmanager
    def values(self, **more: Any) -> Iterator[None]:
        """With these in the file of values that the environment's deploys read."""
        file = self.publisher.work / "deploy" / "rehearsal.yaml"
        before = file.read_text()
        file.write_text(json.dumps(json.loads(before) | more))
        try:
            yield
        finally:
            file.write_text(before)

    def deploy(self, digest: str, release: str = "notes", **variables: str) -> Outcome:
        """Play deploy.yml, as its account; `variables` are the environment's and its runner's."""
        inputs = {"environment": "rehearsal", "digest": digest, "older": False}
        context: dict[str, Any] = {
            "github": {"workspace": str(self.publisher.work)},
            "inputs": inputs,
            "secrets": {},
            "vars": self.vars | {"RELEASE": release} | variables,
        }
        env = self.publisher.env(SECOND) | self.job | variables
        return play(load("deploy"), "deploy", context, self.publisher.work, env)

    def images(self, release: str = "notes") -> set[str]:
        """What the pods that answer requests run."""
        labels = f"app.kubernetes.io/instance={release},app.kubernetes.io/component=web"
        found = get("--namespace", self.namespace, "pods", "--selector", labels)
        return {one["spec"]["containers"][0]["image"] for one in found["items"]}

    def history(self, release: str = "notes") -> list[Any]:
        """Its revisions, the oldest first."""
        where = ("--namespace", self.namespace, "--output", "json")
        found: list[Any] = json.loads(helm("history", release, *where))
        return found

    def interrupt(self, chart: str) -> None:
        """End a helm in the middle of an upgrade."""
        command = ["helm", "upgrade", "notes", chart, "--namespace", self.namespace]
        command += ["--plain-http", "--reset-then-reuse-values", "--wait"]
        process = subprocess.Popen([*command, "--set", "image.digest=", "--set", "image.tag=none"])
        while self.history()[-1]["status"] != "pending-upgrade":
            assert process.poll() is None, "helm ended by itself"
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="session")
def environment(publisher: Publisher) -> Iterator[Environment]:
    """One whose account has the rights of deploy/rbac.yaml, and no others."""
    values = {
        "replicaCount": 1,
        "nodeSelector": {"kubernetes.io/hostname": nodes()[0]},
        "migrations": {"strategy": "initContainer"},
        "env": {"LOG_LEVEL": "WARNING"},
    }
    (publisher.work / "deploy" / "rehearsal.yaml").write_text(json.dumps(values))
    view = json.loads(kubectl("config", "view", "--raw", "--minify", "--output=json"))
    cluster = view["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    with namespace("rehearsal") as name, tokens(name) as job:
        rights = str(ROOT / "deploy" / "rbac.yaml")
        kubectl("apply", "--namespace", name, "--filename", rights)
        where = {"CLUSTER_SERVER": cluster["server"], "CLUSTER_CA": authority, "NAMESPACE": name}
        yield Environment(name, publisher, where, job)
