"""How a Prometheus finds the pods: by annotations or by one monitor, at a port that is there."""

from typing import Any

import pytest

from tests.helm.manifests import FULLNAME, Manifest, Values, refusal, render

KINDS = {"serviceMonitor": "ServiceMonitor", "podMonitor": "PodMonitor"}
SCRAPE = {
    "enabled": True,
    "labels": {"release": "stack"},
    "interval": "15s",
    "scrapeTimeout": "5s",
    "relabelings": [{"targetLabel": "team", "replacement": "notes"}],
    "metricRelabelings": [{"sourceLabels": ["__name__"], "regex": "process_.*", "action": "drop"}],
}


def pod_annotations(values: Values) -> Any:
    template = render(values).one("Deployment", FULLNAME)["spec"]["template"]
    return {
        name.removeprefix("prometheus.io/"): text
        for name, text in template["metadata"]["annotations"].items()
        if name.startswith("prometheus.io/")
    }


def selected(selector: Manifest, manifests: list[Manifest]) -> list[str]:
    """The names of those objects whose labels a selector matches."""
    return [
        each["metadata"]["name"]
        for each in manifests
        if selector["matchLabels"].items() <= each["metadata"]["labels"].items()
    ]


def test_annotations_name_the_port_that_the_pods_have() -> None:
    assert pod_annotations({}) == {"scrape": "true", "port": "9464", "path": "/metrics"}
    assert pod_annotations({"metrics": {"port": 9999}})["port"] == "9999"
    assert pod_annotations({"metrics": {"annotations": False}}) == {}


@pytest.mark.parametrize("value", KINDS)
def test_a_monitor_takes_the_place_of_the_annotations(value: str) -> None:
    values = {"metrics": {value: {"enabled": True}}}
    manifests = render(values)
    found = [manifests.of(kind, FULLNAME) for kind in KINDS.values()]
    assert sum(map(len, found)) == 1
    assert pod_annotations(values) == {}


def test_both_monitors_are_refused() -> None:
    both = {"serviceMonitor": {"enabled": True}, "podMonitor": {"enabled": True}}
    assert "metrics: serviceMonitor and podMonitor are both enabled" in refusal({"metrics": both})


def test_the_service_monitor_selects_one_service_and_its_port() -> None:
    manifests = render({"metrics": {"serviceMonitor": {"enabled": True}}})
    spec = manifests.one("ServiceMonitor")["spec"]
    assert spec["namespaceSelector"] == {"matchNames": ["prod"]}
    assert selected(spec["selector"], manifests.of("Service")) == [f"{FULLNAME}-metrics"]
    service = manifests.one("Service", f"{FULLNAME}-metrics")["spec"]
    (port,) = service["ports"]
    (endpoint,) = spec["endpoints"]
    assert endpoint == {"port": port["name"], "path": "/metrics"}
    assert service["publishNotReadyAddresses"], "a pod that is not ready is worth a look"


def test_the_pod_monitor_selects_the_pods_that_serve_and_their_port() -> None:
    manifests = render({"metrics": {"podMonitor": {"enabled": True}}})
    spec = manifests.one("PodMonitor")["spec"]
    assert spec["namespaceSelector"] == {"matchNames": ["prod"]}
    pods = [each["spec"]["template"] for each in manifests.of("Deployment")]
    (pod,) = [
        pod
        for pod in pods
        if spec["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    ]
    (endpoint,) = spec["podMetricsEndpoints"]
    assert endpoint == {"port": "metrics", "path": "/metrics"}
    ports = {port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
    assert ports["metrics"] == 9464


@pytest.mark.parametrize("value", KINDS)
def test_what_ones_own_prometheus_wants(value: str) -> None:
    monitor = render({"metrics": {value: SCRAPE}}).one(KINDS[value])
    assert monitor["metadata"]["labels"]["release"] == "stack"
    spec = monitor["spec"]
    (endpoint,) = spec.get("endpoints") or spec["podMetricsEndpoints"]
    more = {name: SCRAPE[name] for name in SCRAPE if name not in {"enabled", "labels"}}
    assert endpoint == {"port": "metrics", "path": "/metrics", **more}


@pytest.mark.parametrize("interval", ["", "15", "1.5s", "s", "15s 1m"])
def test_no_duration(interval: str) -> None:
    wrong = refusal({"metrics": {"podMonitor": {"interval": interval}}})
    assert "/metrics/podMonitor/interval" in wrong
