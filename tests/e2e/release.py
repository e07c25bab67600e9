"""The release of the stories: how it is changed, and when it has come to rest."""

import json
import shlex
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.cluster import CHART, get, helm, kubectl, tried, wait

Values = dict[str, Any]
NAME: str = yaml.safe_load((CHART / "Chart.yaml").read_text())["name"]


def merged(values: Values, change: Values) -> Values:
    """Values with a change, as Helm merges them."""
    result = dict(values)
    for name, new in change.items():
        old = result.get(name)
        deep = isinstance(old, dict) and isinstance(new, dict)
        result[name] = merged(old or {}, new) if deep else new
    return result


@dataclass
class Release:
    """`values` is what it is installed with, `revision` what stands in the cluster."""

    name: str
    namespace: str
    values: Values
    fullname: str = ""
    chart: Path = CHART
    selector: str = field(init=False)

    def __post_init__(self) -> None:
        self.fullname = self.fullname or f"{self.name}-{NAME}"
        labels = "app.kubernetes.io/instance={},app.kubernetes.io/component=web"
        self.selector = labels.format(self.name)

    def upgrade(self, change: Values | None = None, *flags: str) -> str:
        """What Helm prints when the release is as it was made, with this change."""
        values = json.dumps(merged(self.values, change or {}))
        where = ("--namespace", self.namespace, "--values", "-")
        waiting = ("--install", "--wait", "--timeout", "180s")
        return helm("upgrade", self.name, str(self.chart), *where, *waiting, *flags, stdin=values)

    def deploy(self, change: Values, *flags: str) -> tuple[int, str]:
        """The exit status of `make deploy` with this change, and what it prints."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(merged(self.values, change), file)
            file.flush()
            what = (f"RELEASE={self.name}", f"NAMESPACE={self.namespace}", f"VALUES={file.name}")
            return tried("make", "deploy", *what, f"ARGS={shlex.join(flags)}")

    def rollback(self, revision: int, *flags: str) -> str:
        """What Helm prints when it goes back to a revision."""
        where = ("--namespace", self.namespace, "--wait", "--timeout", "180s")
        return helm("rollback", self.name, str(revision), *where, *flags)

    def revision(self) -> int:
        """The newest revision, whatever became of it."""
        where = ("--namespace", self.namespace, "--max", "1", "--output", "json")
        return int(json.loads(helm("history", self.name, *where))[0]["revision"])

    def kubectl(self, *arguments: str) -> str:
        """What kubectl prints, in its namespace."""
        return kubectl("--namespace", self.namespace, *arguments)

    def deployment(self) -> Any:
        """The Deployment as the cluster has it."""
        return get("--namespace", self.namespace, "deployment", self.fullname)

    def pods(self) -> list[Any]:
        """Its pods that answer requests, and those that still end."""
        found = get("--namespace", self.namespace, "pods", "--selector", self.selector)
        return list(found["items"])

    def names(self) -> set[str]:
        """The names of its pods."""
        return {pod["metadata"]["name"] for pod in self.pods()}

    def warnings(self) -> str:
        """What the cluster complains of: a probe that fails on a starved machine, say."""
        only = ("--field-selector=type=Warning", "--sort-by=.lastTimestamp")
        return self.kubectl("get", "events", *only)

    def nodes(self) -> set[str]:
        """The nodes that its pods are on."""
        return {pod["spec"]["nodeName"] for pod in self.pods()}

    def restarts(self) -> dict[str, int]:
        """How often the container of each pod was started again."""
        return {
            pod["metadata"]["name"]: pod["status"]["containerStatuses"][0]["restartCount"]
            for pod in self.pods()
        }

    def replicas(self) -> int:
        """How many pods the Deployment wants."""
        return int(self.deployment()["spec"]["replicas"])

    def as_made(self) -> bool:
        """Whether it has the values and the replicas that it was made with."""
        where = ("--namespace", self.namespace, "--output", "json")
        values: Values = json.loads(helm("get", "values", self.name, *where))
        replicas: int = self.values["replicaCount"]
        return values == self.values and self.replicas() == replicas

    def at_rest(self) -> bool:
        """Whether the pods are those that are wanted, all ready, and none is ending."""
        deployment = self.deployment()
        status, wanted = deployment["status"], deployment["spec"]["replicas"]
        counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
        return (
            status.get("observedGeneration") == deployment["metadata"]["generation"]
            and all(status.get(count, 0) == wanted for count in counts)
            and len(self.pods()) == wanted
        )

    def rest(self) -> None:
        """Wait until it is at rest."""
        wait(f"{self.name} is at rest", self.at_rest)
