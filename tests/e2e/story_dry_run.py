"""The API server takes every object that the chart can make, those of the add-ons among them."""

import pytest

from tests.e2e.cluster import CHART, helm, kubectl
from tests.e2e.conftest import Tell
from tests.e2e.stage import Stage

PRODUCTION = CHART / "ci" / "production.yaml"
OTHERS = sorted(set((CHART / "ci").glob("*.yaml")) - {PRODUCTION})


def test_the_server_takes_every_object(stage: Stage, tell: Tell) -> None:
    known = kubectl("get", "customresourcedefinitions", "--output=name")
    for name in ("gateway.networking.k8s.io", "monitoring.coreos.com", "cert-manager.io"):
        if name not in known:
            pytest.fail(f"the cluster has no definitions of {name}: apply its project's first")
    objects = set()
    for values in ([], [PRODUCTION], *([PRODUCTION, other] for other in OTHERS)):
        files = [f"--values={path}" for path in values]
        where = f"--namespace={stage.namespace}"
        rendered = helm("template", "dry", str(CHART), where, *files)
        taken = kubectl(
            *("apply", "--dry-run=server", "--validate=strict", where, "--filename=-"),
            stdin=rendered,
        )
        assert taken.count("created (server dry run)") == rendered.count("\nkind: ")
        objects |= {line.split()[0] for line in taken.splitlines()}
    tell(f"{len(objects)} objects of {len(OTHERS) + 2} sets of values")
