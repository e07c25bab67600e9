"""Who gets through, asked from pods; the node's own probes are exempt, as everywhere."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Tell
from tests.e2e.release import Release
from tests.e2e.stage import Stage, namespace, python, start

# Whether a TCP connection is had: what a policy refuses is dropped, so it takes its time.
CONNECT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3).close()
except TimeoutError:
    print('dropped')
else:
    print('connected')
"""


@pytest.fixture
def monitoring(stage: Stage) -> Iterator[str]:
    """The namespace that may read metrics, with a pod in it."""
    with namespace("monitoring") as name:
        start("pod.yaml", name, "prometheus", node=stage.node, image=stage.image, labels="{}")
        yield name


@pytest.fixture
def tester(stage: Stage, release: Release) -> str:
    """A pod with the labels of `helm test`."""
    labels = release.pods()[0]["metadata"]["labels"] | {"app.kubernetes.io/component": "test"}
    where = {"node": stage.node, "image": stage.image}
    start("pod.yaml", stage.namespace, "tester", labels=json.dumps(labels), **where)
    return "tester"


def test_who_gets_through(
    stage: Stage, release: Release, monitoring: str, tester: str, tell: Tell
) -> None:
    by_name = {"matchLabels": {"kubernetes.io/metadata.name": monitoring}}
    allowed = {"metricsFrom": [{"namespaceSelector": by_name}]}
    release.upgrade({"networkPolicy": {"ingress": allowed}})
    release.rest()
    web = f"{release.fullname}.{release.namespace}", "80"
    metrics = f"{release.fullname}-metrics.{release.namespace}", "9464"
    pod = release.pods()[0]["metadata"]["name"]
    may = [
        (stage.namespace, "load", *web),
        (monitoring, "prometheus", *web),
        (monitoring, "prometheus", *metrics),
        (stage.namespace, tester, *metrics),
        (stage.namespace, pod, "database", "5432"),
    ]
    may_not = [
        (stage.namespace, "load", *metrics),
        (stage.namespace, pod, "kubernetes.default", "443"),
        (stage.namespace, pod, *web),
    ]

    def tried(namespace: str, pod: str, host: str, port: str) -> str:
        return python(namespace, pod, CONNECT, host, port).strip()

    assert [tried(*who) for who in may] == ["connected"] * len(may)
    assert [tried(*who) for who in may_not] == ["dropped"] * len(may_not)
    tell(f"{len(may)} get through, {len(may_not)} do not")
