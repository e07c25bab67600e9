"""KEDA's ScaledObject: it asks Prometheus, instead of the HorizontalPodAutoscaler of the chart."""

import pytest

from tests.helm.manifests import FULLNAME, NAME, Manifest, Values, refusal, render

ADDRESS = "http://prometheus-operated.monitoring:9090"


def scaled(values: Values, *, name: str = "demo") -> Manifest:
    prometheus = {"serverAddress": ADDRESS, **values}
    manifests = render({"keda": {"enabled": True, "prometheus": prometheus}}, name=name)
    assert not manifests.of("HorizontalPodAutoscaler")
    assert "replicas" not in manifests.one("Deployment", f"{name}-{NAME}")["spec"]
    spec: Manifest = manifests.one("ScaledObject", f"{name}-{NAME}")["spec"]
    return spec


def test_it_asks_for_the_requests_of_this_release() -> None:
    spec = scaled({})
    (trigger,) = spec["triggers"]
    assert trigger["type"] == "prometheus"
    assert trigger["metadata"] == {
        "serverAddress": ADDRESS,
        "query": "sum(rate(django_http_requests_before_middlewares_total"
        f'{{namespace="prod", pod=~"{FULLNAME}-[^-]+-[^-]+"}}[2m]))',
        "threshold": "50",
    }
    assert "authenticationRef" not in trigger
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (2, 10)


def test_a_query_of_yours() -> None:
    query = """sum(rate(nginx_requests{ingress="{{ .Release.Name }}", a='b: c'}[1m]))"""
    reference = {"name": "prometheus", "kind": "ClusterTriggerAuthentication"}
    values = {"query": query, "threshold": 2.5, "authenticationRef": reference}
    (trigger,) = scaled(values, name="one")["triggers"]
    assert trigger["metadata"]["query"] == query.replace("{{ .Release.Name }}", "one")
    assert trigger["metadata"]["threshold"] == "2.5"
    assert trigger["authenticationRef"] == reference


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"keda": {"enabled": True}}, "keda.prometheus.serverAddress: not given"),
        # Nobody would be there to count the request that wakes it.
        ({"keda": {"minReplicas": 0}}, "at '/keda/minReplicas': minimum: got 0, want 1"),
        ({"keda": {"enabled": True, "minReplicas": 20}}, "keda.minReplicas: 20 is more than"),
        (
            {"keda": {"enabled": True}, "autoscaling": {"enabled": True}},
            "autoscaling.enabled: keda.enabled is true too",
        ),
    ],
)
def test_what_cannot_scale_is_refused(values: Values, message: str) -> None:
    assert message in refusal(values)
