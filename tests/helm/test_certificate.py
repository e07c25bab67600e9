"""The Certificate for the routes' hosts, and leave for Gateways of other namespaces to read it."""

import pytest

from tests.helm.manifests import FULLNAME, Values, refusal, render
from tests.helm.test_httproute import GATEWAY, ROUTE
from tests.helm.test_ingress import INGRESS

CERTIFICATE = {"enabled": True, "issuerRef": {"name": "letsencrypt"}}
ANNOTATED = {
    **INGRESS,
    "tls": {"enabled": True},
    "annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"},
}


def test_off_until_it_is_asked_for() -> None:
    manifests = render({"httpRoute": ROUTE})
    assert not manifests.of("Certificate")
    assert not manifests.of("ReferenceGrant")


def test_it_certifies_the_hosts_of_all_routes() -> None:
    manifests = render({"certificate": CERTIFICATE, "httpRoute": ROUTE, "ingress": INGRESS})
    assert manifests.one("Certificate", FULLNAME)["spec"] == {
        "secretName": f"{FULLNAME}-tls",
        "dnsNames": ["notes.example.com", "notes.example.org"],
        "issuerRef": {
            "group": "cert-manager.io",
            "kind": "ClusterIssuer",
            "name": "letsencrypt",
        },
    }


def test_one_certificate_serves_the_ingress_too() -> None:
    manifests = render(
        {"certificate": CERTIFICATE, "ingress": {**INGRESS, "tls": {"enabled": True}}}
    )
    (tls,) = manifests.one("Ingress")["spec"]["tls"]
    assert tls["secretName"] == manifests.one("Certificate")["spec"]["secretName"]


def test_a_gateway_of_another_namespace_may_read_it_and_nothing_else() -> None:
    route = {
        **ROUTE,
        "parentRefs": [GATEWAY, GATEWAY, {"name": "own"}, {"name": "b", "namespace": "prod"}],
    }
    manifests = render({"certificate": {**CERTIFICATE, "secretName": "mine"}, "httpRoute": route})
    grant = manifests.one("ReferenceGrant", FULLNAME)["spec"]
    gateway = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "gateways"}
    assert grant == {"from": [gateway], "to": [{"group": "", "kind": "Secret", "name": "mine"}]}


@pytest.mark.parametrize("parent", [{"name": "own"}, {"name": "own", "namespace": "prod"}])
def test_a_gateway_beside_it_needs_no_leave(parent: Values) -> None:
    values = {"certificate": CERTIFICATE, "httpRoute": {**ROUTE, "parentRefs": [parent]}}
    assert not render(values).of("ReferenceGrant")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"certificate": {"enabled": True}}, "certificate.issuerRef.name: not given"),
        ({"certificate": CERTIFICATE}, "certificate.enabled: there is no host to certify"),
        (
            {"certificate": CERTIFICATE, "ingress": ANNOTATED},
            f"certificate.secretName: {FULLNAME}-tls is the ingress' too",
        ),
    ],
)
def test_what_cannot_be_certified_is_refused(values: Values, message: str) -> None:
    assert message in refusal(values)


def test_two_certificates_in_two_secrets() -> None:
    values = {"certificate": {**CERTIFICATE, "secretName": "mine"}, "ingress": ANNOTATED}
    assert render(values).one("Certificate")["spec"]["secretName"] == "mine"
