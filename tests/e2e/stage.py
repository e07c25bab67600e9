"""Where the stories play: a namespace of their own, and what stands in it beside the release."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from tests.e2e import images
from tests.e2e.cluster import get, kubectl
from tests.e2e.release import Release
from tests.identity import provider

HERE = Path(__file__).parent
POLICY = "pod-security.kubernetes.io/enforce=restricted"


@contextmanager
def namespace(name: str) -> Iterator[str]:
    """A namespace that takes restricted pods only, for as long as it is needed."""
    # Nobody waits for its end: the next one of this name is another.
    name = f"{name}-{secrets.token_hex(3)}"
    kubectl("create", "namespace", name)
    try:
        kubectl("label", "namespace", name, POLICY)
        yield name
    finally:
        kubectl("delete", "namespace", name, "--wait=false")


def nodes() -> list[str]:
    """The nodes that take pods."""
    found = get("nodes")["items"]
    return [
        node["metadata"]["labels"]["kubernetes.io/hostname"]
        for node in found
        if not any(taint["effect"] == "NoSchedule" for taint in node["spec"].get("taints", []))
    ]


@dataclass
class Stage:
    """`node` is where the database and the load stay, `other` the one that may be drained."""

    namespace: str
    image: str
    node: str
    other: str | None

    def release(self) -> Release:
        """The release, not installed yet, with all that the load asks for."""
        values = {
            "replicaCount": 2,
            "database": {"embedded": False},
            "secret": {"existing": "database", "keys": ["DATABASE_URL"]},
            "env": {
                "AUTH_JWKS": "/etc/provider/jwks.json",
                "AUTH_ISSUER": provider.ISSUER,
                "AUTH_AUDIENCE": provider.AUDIENCE,
                "AUTH_CUSTOMER_CLAIM": "customer",
                # Of each request a line: two cores write enough without.
                "LOG_LEVEL": "WARNING",
            },
            "networkPolicy": {
                "egress": {
                    "database": {"to": [{"podSelector": {"matchLabels": {"app": "database"}}}]}
                }
            },
            "extraVolumes": [{"name": "provider", "configMap": {"name": "provider"}}],
            "extraVolumeMounts": [
                {"name": "provider", "mountPath": "/etc/provider", "readOnly": True}
            ],
        }
        return Release("stories", self.namespace, values)


@contextmanager
def stage() -> Iterator[Stage]:
    """The namespace with the database, the provider's keys and the pod of the load."""
    service, database = images.default_images()
    node, *others = nodes()
    with namespace("stories") as name:
        url = "postgres://service:stories@database:5432/service"
        made = {
            ("configmap", "provider"): f"--from-literal=jwks.json={provider.published().decode()}",
            ("secret", "generic", "database"): f"--from-literal=DATABASE_URL={url}",
        }
        for what, content in made.items():
            kubectl("create", "--namespace", name, *what, content)
        start("database.yaml", name, "database", node=node, image=database)
        start("pod.yaml", name, "load", node=node, image=service, labels='{ "app": "load" }')
        yield Stage(name, service, node, others[0] if others else None)


def start(manifest: str, namespace: str, pod: str, **values: str) -> None:
    """Apply a manifest of this folder, and wait for its pod."""
    filled = Template((HERE / manifest).read_text()).substitute(values, name=pod)
    kubectl("apply", "--namespace", namespace, "--filename", "-", stdin=filled)
    ready = ("--for=condition=Ready", "--timeout=120s")
    kubectl("wait", *ready, "--namespace", namespace, f"pod/{pod}")


def python(namespace: str, pod: str, code: str, *arguments: str) -> str:
    """What a line of Python prints in a pod."""
    return kubectl("exec", "--namespace", namespace, pod, "--", "python", "-c", code, *arguments)


def answer(stage: Stage, url: str) -> Any:
    """What a GET of `url` from the pod of the load answers, as JSON."""
    ask = (
        "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=5).read().decode())"
    )
    return json.loads(python(stage.namespace, "load", ask, url))
