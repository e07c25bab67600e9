"""The Deployment: how pods start, are asked, end and are replaced, and what they may do."""

import tomllib
from typing import Any

import pytest

from tests.environment import ROOT
from tests.helm.manifests import FULLNAME, Values, chart, render

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
REPOSITORY = chart().values["image"]["repository"]
SIDECAR = {"name": "proxy", "image": "proxy:1"}


def deployment(values: Values | None = None) -> Any:
    return render(values).one("Deployment", FULLNAME)["spec"]


def pod(values: Values | None = None) -> Any:
    return deployment(values)["template"]["spec"]


def test_no_pod_goes_before_its_successor_is_ready() -> None:
    spec = deployment()
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert deployment({"strategy": {"type": "Recreate"}})["strategy"] == {"type": "Recreate"}


def test_probes_ask_the_real_endpoints_at_a_port_that_is_there() -> None:
    (web,) = pod()["containers"]
    assert {port["name"]: port["containerPort"] for port in web["ports"]} == {
        "http": 8000,
        "metrics": 9464,
    }
    for probe in ("startup", "readiness", "liveness"):
        get = web[f"{probe}Probe"]["httpGet"]
        assert get["port"] == "http"
        assert get["path"] == {"startup": "/startupz", "readiness": "/readyz"}.get(probe, "/livez")


@pytest.mark.parametrize(
    ("values", "grace"),
    [
        ({}, 25),
        ({"drainSeconds": 30, "preStopSeconds": 0}, 40),
        ({"terminationGracePeriodSeconds": 22}, 22),
    ],
)
def test_there_is_time_to_drain(values: Values, grace: int) -> None:
    spec = pod(values)
    assert spec["terminationGracePeriodSeconds"] == grace
    seconds = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert seconds == values.get("preStopSeconds", 5)


@pytest.mark.parametrize("strategy", ["initContainer", "job"])
def test_every_pod_is_restricted(strategy: str) -> None:
    manifests = render({"migrations": {"strategy": strategy}})
    specs = [
        manifest["spec"]["template"]["spec"]
        for manifest in manifests.of("Deployment") + manifests.of("Job")
    ]
    assert len(specs) == (4 if strategy == "job" else 3)
    for spec in specs:
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in spec.get("initContainers", []) + spec["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            for kind in ("requests", "limits"):
                assert {"memory", "ephemeral-storage"} <= set(container["resources"][kind])


def test_a_chart_of_another_version_restarts_nothing() -> None:
    template = deployment()["template"]["metadata"]
    assert not {"helm.sh/chart", "app.kubernetes.io/version"} & set(template["labels"])
    assert set(template["annotations"]) == {
        "kubectl.kubernetes.io/default-container",
        "prometheus.io/path",
        "prometheus.io/port",
        "prometheus.io/scrape",
    }


def test_another_secret_value_restarts_the_pods() -> None:
    first, second = (
        deployment({"secret": {"values": {"AUTH_SECRET": value}}})["template"]["metadata"]
        for value in ("one", "two")
    )
    assert first["annotations"]["checksum/secret"] != second["annotations"]["checksum/secret"]


def test_your_annotations_are_merged_with_the_charts() -> None:
    yours = {"prometheus.io/path": "/elsewhere", "a": "b: 'c'"}
    annotations = deployment({"podAnnotations": yours})["template"]["metadata"]["annotations"]
    assert annotations.items() >= {**yours, "prometheus.io/scrape": "true"}.items()


def test_pods_are_spread_and_kept_apart() -> None:
    spec = pod()
    topologies = [each["topologyKey"] for each in spec["topologySpreadConstraints"]]
    assert topologies == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    assert "preferredDuringSchedulingIgnoredDuringExecution" in spec["affinity"]["podAntiAffinity"]


def test_what_is_yours_is_in_the_pod() -> None:
    values: dict[str, Any] = {
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "topologySpreadConstraints": [
            {"topologyKey": "rack", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
        ],
        "priorityClassName": "high",
        "runtimeClassName": "gvisor",
        "hostUsers": False,
        "imagePullSecrets": [{"name": "registry"}],
    }
    spec = pod(values)
    assert {name: spec[name] for name in values} == values
    extra = pod(
        {
            "extraVolumes": [{"name": "data", "emptyDir": {}}],
            "extraVolumeMounts": [{"name": "data", "mountPath": "/data"}],
            "envFrom": [{"secretRef": {"name": "more"}}],
            "sidecars": [SIDECAR],
            "initContainers": [{"name": "first", "image": "first:1"}],
        }
    )
    (web,) = extra["containers"]
    assert {"name": "data", "emptyDir": {}} in extra["volumes"]
    assert {"name": "data", "mountPath": "/data"} in web["volumeMounts"]
    assert web["envFrom"] == [{"secretRef": {"name": "more"}}]
    names = [container["name"] for container in extra["initContainers"]]
    assert names == ["migrate", "first", "proxy"]
    assert extra["initContainers"][-1] == {**SIDECAR, "restartPolicy": "Always"}


@pytest.mark.parametrize(
    ("image", "reference"),
    [
        ({}, f"{REPOSITORY}:{VERSION}"),
        ({"repository": "mine:5000/x", "tag": "1.10"}, "mine:5000/x:1.10"),
        ({"digest": f"sha256:{'a' * 64}"}, f"{REPOSITORY}@sha256:{'a' * 64}"),
    ],
)
def test_the_image_is_named_by_tag_or_digest(image: dict[str, str], reference: str) -> None:
    manifests = render({"image": image})
    spec = manifests.one("Deployment", FULLNAME)["spec"]["template"]["spec"]
    for container in (*spec["initContainers"], *spec["containers"]):
        assert container["image"] == reference
    test = manifests.one("Job")["spec"]["template"]["spec"]
    assert test["containers"][0]["image"] == reference
