"""The Services: requests go to pods that are ready, and whoever counts pods sees them all."""

from tests.helm.manifests import FULLNAME, render


def test_requests_go_to_a_port_of_the_pods() -> None:
    manifests = render({"service": {"port": 8080}})
    spec = manifests.one("Service", FULLNAME)["spec"]
    (port,) = spec["ports"]
    assert (port["port"], port["targetPort"]) == (8080, "http")
    template = manifests.one("Deployment", FULLNAME)["spec"]["template"]
    assert spec["selector"].items() <= template["metadata"]["labels"].items()
    assert spec["selector"]["app.kubernetes.io/component"] == "web"


def test_all_pods_are_listed_for_who_reads_their_metrics() -> None:
    spec = render().one("Service", f"{FULLNAME}-metrics")["spec"]
    assert spec["clusterIP"] == "None"
    assert spec["publishNotReadyAddresses"] is True
    assert [port["targetPort"] for port in spec["ports"]] == ["metrics"]


def test_what_kubernetes_offers_can_be_asked_for() -> None:
    asked = {
        "type": "LoadBalancer",
        "annotations": {"a": "b"},
        "ipFamilyPolicy": "PreferDualStack",
        "ipFamilies": ["IPv6", "IPv4"],
        "trafficDistribution": "PreferSameZone",
    }
    service = render({"service": asked}).one("Service", FULLNAME)
    assert service["metadata"]["annotations"] == asked.pop("annotations")
    assert service["spec"].items() >= asked.items()
    assert "ipFamilyPolicy" not in render().one("Service", FULLNAME)["spec"]
