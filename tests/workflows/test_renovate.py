"""renovate.json finds what no manager of Renovate's own does; `make lint` checks its schema."""

import json
import re

import pytest

from tests.environment import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
MANAGERS = json.loads((ROOT / "renovate.json").read_text())["customManagers"]


def found(file: str) -> list[dict[str, str | None]]:
    """What the managers see in a file. JavaScript names groups a little differently."""
    text = (ROOT / file).read_text()
    patterns = [
        pattern.replace("(?<", "(?P<")
        for manager in MANAGERS
        if any(re.search(name.strip("/"), file) for name in manager["managerFilePatterns"])
        for pattern in manager["matchStrings"]
    ]
    return [match.groupdict() for pattern in patterns for match in re.finditer(pattern, text)]


def test_the_base_of_the_image_is_found() -> None:
    (base,) = found("Dockerfile")
    assert base["depName"] == "python"
    assert f"python:{base['currentValue']}@{base['currentDigest']}" in DOCKERFILE


@pytest.mark.parametrize(
    "name",
    [
        "docker.io/prom/prometheus",
        "docker.io/zegl/kube-score",
        "docker.io/library/postgres",
        "kubernetes-sigs/gateway-api",
        "prometheus-operator/prometheus-operator",
        "kedacore/keda",
        "cert-manager/cert-manager",
        "external-secrets/external-secrets",
    ],
)
def test_what_the_makefile_names_is_found(name: str) -> None:
    assert [one for one in found("Makefile") if one["depName"] == name]
