"""Wrong values are refused by their path, all at once, before a template is looked at."""

from typing import Any

import helm_python
import pytest

from tests.helm.manifests import CHART, Values, refusal, render

WRONG: list[tuple[Values, str]] = [
    ({"replicaCount": "abc"}, "at '/replicaCount': got string, want integer"),
    ({"replicaCount": -1}, "at '/replicaCount': minimum: got -1, want 0"),
    ({"replicaCount": 1.5}, "at '/replicaCount': got number, want integer"),
    ({"replicaCount": None}, "at '': missing property 'replicaCount'"),
    ({"replicacount": 3}, "at '': additional properties 'replicacount' not allowed"),
    ({"image": {"tags": "1"}}, "at '/image': additional properties 'tags' not allowed"),
    ({"image": {"tag": 1.10}}, "at '/image/tag': got number, want string"),
    ({"image": {"tag": "a b"}}, "at '/image/tag': 'a b' does not match pattern"),
    ({"image": {"digest": "sha256:1"}}, "at '/image/digest': 'sha256:1' does not match pattern"),
    ({"image": {"pullPolicy": "always"}}, "value must be one of 'Always', 'IfNotPresent', 'Never'"),
    ({"containerPort": 99999}, "at '/containerPort': maximum: got 99,999, want 65,535"),
    ({"service": {"port": 0}}, "at '/service/port': minimum: got 0, want 1"),
    ({"service": {"type": "clusterip"}}, "at '/service/type': value must be one of 'ClusterIP'"),
    ({"drainSeconds": "10s"}, "at '/drainSeconds': got string, want integer"),
    ({"drainSeconds": 0}, "at '/drainSeconds': minimum: got 0, want 1"),
    ({"env": {"A": {"b": 1}}}, "at '/env/A': got object, want boolean or number or string"),
    ({"env": {"a-b": 1}}, "at '/env': additional properties 'a-b' not allowed"),
    ({"env": ["A=1"]}, "at '/env': got array, want object"),
    ({"secret": {"values": {"A": 1}}}, "at '/secret/values/A': got number, want string"),
    ({"secret": {"as": "file"}}, "at '/secret/as': value must be one of 'files', 'env'"),
    ({"fullnameOverride": "A_b"}, "at '/fullnameOverride': 'A_b' does not match pattern"),
    ({"resources": {"limit": {}}}, "at '/resources': additional properties 'limit' not allowed"),
    ({"resources": {"limits": {"memory": "1 Gi"}}}, "at '/resources/limits/memory': '1 Gi'"),
    (
        {"strategy": {"rollingUpdate": {"maxSurge": "200%"}}},
        "at '/strategy/rollingUpdate/maxSurge'",
    ),
    ({"securityContext": {"runAsuser": 1}}, "additional properties 'runAsuser' not allowed"),
    ({"podLabels": {"a": "b c"}}, "at '/podLabels/a': 'b c' does not match pattern"),
    ({"podAnnotations": {"a": 1}}, "at '/podAnnotations/a': got number, want string"),
    ({"tolerations": [{"keys": "a"}]}, "at '/tolerations/0': additional properties 'keys'"),
    ({"externalSecret": {"refreshInterval": "1 day"}}, "at '/externalSecret/refreshInterval'"),
    (
        {"ingress": {"hosts": ["https://a.b"]}},
        "at '/ingress/hosts/0': 'https://a.b' does not match",
    ),
]


@pytest.mark.parametrize(("values", "message"), WRONG, ids=lambda case: str(case)[:50])
def test_a_wrong_value_is_refused_by_its_path(values: Values, message: str) -> None:
    assert message in refusal(values)


def test_all_are_told_at_once() -> None:
    told = refusal({"replicaCount": -1, "service": {"port": 99999}, "drainSeconds": 0, "x": 1})
    for path in ("/replicaCount", "/service/port", "/drainSeconds", "properties 'x'"):
        assert path in told


def test_lint_refuses_them_too() -> None:
    report = helm_python.lint(CHART, {"service": {"port": 99999}}, strict=True)
    assert any("at '/service/port': maximum" in error for error in report["errors"])


@pytest.mark.parametrize(
    "values",
    [
        {"terminationGracePeriodSeconds": None},
        {"replicaCount": 0},
        {"minReadySeconds": 0, "preStopSeconds": 0, "env": {"A": 0, "B": False, "C": ""}},
        {"podDisruptionBudget": {"maxUnavailable": "25%"}},
        {"podDisruptionBudget": {"maxUnavailable": None, "minAvailable": 1}},
        {"resources": {"limits": {"cpu": 2, "memory": None}}},
        {"global": {"of": "another chart"}},
    ],
    ids=str,
)
def test_null_zero_and_percentages_where_kubernetes_takes_them(values: dict[str, Any]) -> None:
    assert render(values)
