"""The HTTPRoute: from Gateways to the service's port, by hosts that the service answers to."""

from typing import Any

import pytest

from tests.helm.manifests import FULLNAME, Values, refusal, render, texts

GATEWAY = {"name": "public", "namespace": "gateways", "sectionName": "https"}
ROUTE = {"enabled": True, "parentRefs": [GATEWAY], "hostnames": ["notes.example.com"]}


def route(values: Values) -> Any:
    return render({"httpRoute": {**ROUTE, **values}}).one("HTTPRoute", FULLNAME)["spec"]


def allowed_hosts(values: Values) -> list[str]:
    (web,) = render(values).one("Deployment", FULLNAME)["spec"]["template"]["spec"]["containers"]
    (hosts,) = [each["value"] for each in web["env"] if each["name"] == "ALLOWED_HOSTS"]
    return str(hosts).split(",")


def test_off_until_it_is_asked_for() -> None:
    assert not render().of("HTTPRoute")
    assert "notes.example.com" not in allowed_hosts({"httpRoute": {**ROUTE, "enabled": False}})


def test_it_leads_from_the_gateway_to_the_service() -> None:
    spec = route({})
    assert spec["parentRefs"] == [GATEWAY]
    assert spec["hostnames"] == ["notes.example.com"]
    assert spec["rules"] == [
        {
            "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
            "backendRefs": [{"name": FULLNAME, "port": 80}],
        }
    ]


def test_rules_of_yours_lead_to_the_service_too() -> None:
    rules: list[dict[str, Any]] = [
        {"matches": [{"path": {"type": "Exact", "value": "/version"}}]},
        {"timeouts": {"request": "30s"}},
    ]
    backend = {"backendRefs": [{"name": FULLNAME, "port": 80}]}
    assert route({"rules": rules})["rules"] == [{**rule, **backend} for rule in rules]


def test_no_rule_leads_to_the_metrics() -> None:
    rule = {"backendRefs": [{"name": f"{FULLNAME}-metrics", "port": 9464}]}
    wrong = refusal({"httpRoute": {**ROUTE, "rules": [rule]}})
    assert "at '/httpRoute/rules/0': additional properties 'backendRefs' not allowed" in wrong


def test_the_port_is_the_services() -> None:
    manifests = render({"httpRoute": ROUTE, "service": {"port": 8080}})
    (port,) = manifests.one("Service", FULLNAME)["spec"]["ports"]
    (rule,) = manifests.one("HTTPRoute")["spec"]["rules"]
    assert rule["backendRefs"] == [{"name": FULLNAME, "port": port["port"]}]


def test_its_hosts_are_answered() -> None:
    hosts = allowed_hosts(
        {"httpRoute": {**ROUTE, "hostnames": ["a.example.com", "*.b.example.com"]}}
    )
    # As Django writes a wildcard.
    assert hosts[-2:] == ["a.example.com", ".b.example.com"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"parentRefs": []}, "httpRoute.parentRefs: no Gateway carries the route"),
        ({"hostnames": []}, "httpRoute.hostnames: empty, and the service answers 400"),
    ],
)
def test_a_route_that_leads_nowhere_is_refused(values: Values, message: str) -> None:
    assert message in refusal({"httpRoute": {**ROUTE, **values}})


def test_a_gateway_for_all_hosts_needs_hosts_that_are_answered() -> None:
    values = {"httpRoute": {**ROUTE, "hostnames": []}, "allowedHosts": ["notes.example.com"]}
    assert "hostnames" not in render(values).one("HTTPRoute")["spec"]


def test_notes_tell_the_address_and_the_proxy_that_must_be_believed() -> None:
    notes = texts({"httpRoute": ROUTE})["templates/NOTES.txt"]
    assert "Reach it at notes.example.com" in notes
    assert f"kubectl describe httproute/{FULLNAME} --namespace prod" in notes
    assert "env.FORWARDED_ALLOW_IPS" in notes
    assert "port-forward service/" not in notes
    known = texts({"httpRoute": ROUTE, "env": {"FORWARDED_ALLOW_IPS": "10.0.0.0/8"}})
    assert "env.FORWARDED_ALLOW_IPS" not in known["templates/NOTES.txt"]
