"""The Ingress: the same as the HTTPRoute, where there is no Gateway."""

from typing import Any

import pytest

from tests.helm.manifests import FULLNAME, Values, refusal, render, texts
from tests.helm.test_httproute import ROUTE, allowed_hosts

HOSTS = ["notes.example.com", "notes.example.org"]
INGRESS = {"enabled": True, "hosts": HOSTS}
BACKEND = {"service": {"name": FULLNAME, "port": {"name": "http"}}}


def ingress(values: Values) -> dict[str, Any]:
    manifest = render({"ingress": {**INGRESS, **values}}).one("Ingress", FULLNAME)
    return {**manifest["spec"], "annotations": manifest["metadata"].get("annotations")}


def test_off_until_it_is_asked_for() -> None:
    assert not render().of("Ingress")


def test_each_host_leads_to_the_service() -> None:
    path = {"path": "/", "pathType": "Prefix", "backend": BACKEND}
    assert ingress({}) == {
        "annotations": None,
        "rules": [{"host": host, "http": {"paths": [path]}} for host in HOSTS],
    }


def test_class_and_paths_of_yours() -> None:
    spec = ingress({"className": "traefik", "paths": ["/api", "/version"]})
    assert spec["ingressClassName"] == "traefik"
    for rule in spec["rules"]:
        assert [each["path"] for each in rule["http"]["paths"]] == ["/api", "/version"]
        assert all(each["backend"] == BACKEND for each in rule["http"]["paths"])


def test_the_port_of_the_backend_is_one_of_the_service() -> None:
    (port,) = render().one("Service", FULLNAME)["spec"]["ports"]
    assert port["name"] == "http"


@pytest.mark.parametrize(("given", "secret"), [("", f"{FULLNAME}-tls"), ("mine", "mine")])
def test_tls_with_a_certificate_that_an_annotation_asks_for(given: str, secret: str) -> None:
    annotations = {"cert-manager.io/cluster-issuer": "letsencrypt"}
    spec = ingress({"tls": {"enabled": True, "secretName": given}, "annotations": annotations})
    assert spec["tls"] == [{"secretName": secret, "hosts": HOSTS}]
    assert spec["annotations"] == annotations


def test_hosts_of_both_routes_are_answered_once() -> None:
    hosts = allowed_hosts({"ingress": INGRESS, "httpRoute": ROUTE})
    assert hosts[-2:] == ["notes.example.com", "notes.example.org"]
    assert hosts.count("notes.example.com") == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hosts": [], "tls": {"enabled": True}}, "ingress.hosts: empty, and a certificate"),
        ({"hosts": []}, "ingress.hosts: empty, and the service answers 400"),
    ],
)
def test_a_host_is_missed_where_one_is_needed(values: Values, message: str) -> None:
    assert message in refusal({"ingress": {**INGRESS, **values}})


def test_every_host_that_is_allowed_otherwise() -> None:
    values = {"ingress": {"enabled": True}, "allowedHosts": ["notes.example.com"]}
    (rule,) = render(values).one("Ingress")["spec"]["rules"]
    assert "host" not in rule
    assert "Reach it at any host" in texts(values)["templates/NOTES.txt"]
