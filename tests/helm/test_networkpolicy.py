"""NetworkPolicies: each pod has one, both ways; nobody is let through who is not named.

That they are enforced as they are meant is a story of tests/e2e.
"""

from typing import Any

import pytest

from tests.helm.manifests import NAME, Manifest, Manifests, Values, refusal, render

LABEL = "app.kubernetes.io/component"
ELSEWHERE = [{"ipBlock": {"cidr": "10.1.2.0/24"}}]
OWN_DATABASE = {
    "database": {"embedded": False},
    "secret": {"existing": "mine"},
    "networkPolicy": {"egress": {"database": {"to": ELSEWHERE, "port": 6432}}},
}


def components(selector: Manifest) -> set[str]:
    """The components of this release that a pod selector means."""
    labels = dict(selector.get("matchLabels", {}))
    named = {labels.pop(LABEL)} if LABEL in labels else set()
    assert labels == {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": "demo"}
    for expression in selector.get("matchExpressions", []):
        assert (expression["key"], expression["operator"]) == (LABEL, "In")
        named |= set(expression["values"])
    return named


def policy(manifests: Manifests, component: str) -> dict[str, Any]:
    """The only policy of a component."""
    (found,) = [
        each["spec"]
        for each in manifests.of("NetworkPolicy")
        if component in components(each["spec"]["podSelector"])
    ]
    return dict(found)


def rules(spec: Manifest, direction: str) -> dict[tuple[int, ...], Any]:
    """Ports, and the peers of each; None is everyone."""
    peers = {"ingress": "from", "egress": "to"}[direction]
    return {
        tuple(sorted({port["port"] for port in rule["ports"]})): rule.get(peers)
        for rule in spec.get(direction, [])
    }


def named(peers: list[Manifest]) -> list[set[str]]:
    return [components(peer["podSelector"]) for peer in peers if "podSelector" in peer]


def test_every_pod_has_a_policy_both_ways() -> None:
    manifests = render({"migrations": {"strategy": "job"}})
    makers = [each["spec"] for each in manifests if each["kind"] in {"Deployment", "Job"}]
    makers.append(manifests.one("CronJob")["spec"]["jobTemplate"]["spec"])
    seen = {maker["template"]["metadata"]["labels"][LABEL] for maker in makers}
    assert seen >= {"web", "database", "migrate", "test"}
    for component in seen:
        assert policy(manifests, component)["policyTypes"] == ["Ingress", "Egress"]


def test_everyone_may_ask_and_only_who_watches_may_read_metrics() -> None:
    ingress = rules(policy(render(), "web"), "ingress")
    assert ingress.pop((8000,)) is None
    (watchers,) = ingress.values()
    assert list(ingress) == [(9464,)]
    assert watchers[0] == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
    }
    assert named(watchers[1:]) == [{"test", "loadtest"}]
    assert len(watchers) == 2


def test_a_list_of_those_who_may_ask_has_the_tests_in_it() -> None:
    gateways = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "gateways"}}}
    values = {"networkPolicy": {"ingress": {"from": [gateways], "metricsFrom": []}}}
    ingress = rules(policy(render(values), "web"), "ingress")
    assert ingress[(8000,)][0] == gateways
    assert named(ingress[(8000,)][1:]) == [{"test", "loadtest"}]
    assert named(ingress[(9464,)]) == [{"test", "loadtest"}]


def test_ports_are_those_of_the_pods() -> None:
    values = {"containerPort": 9000, "metrics": {"port": 9001}}
    assert set(rules(policy(render(values), "web"), "ingress")) == {(9000,), (9001,)}
    assert (9000, 9001) in rules(policy(render(values), "test"), "egress")


def test_on_an_empty_cluster_the_pods_reach_names_and_their_own_database() -> None:
    egress = rules(policy(render(), "web"), "egress")
    assert egress.pop((53,)) is None
    assert named(egress.pop((5432,))) == [{"database"}]
    assert not egress


def test_names_are_asked_by_udp_too() -> None:
    first, *_ = policy(render(), "web")["egress"]
    assert {port["protocol"] for port in first["ports"]} == {"TCP", "UDP"}


def test_only_the_service_and_its_migration_reach_the_embedded_database() -> None:
    spec = policy(render(), "database")
    ingress = rules(spec, "ingress")
    assert list(ingress) == [(5432,)]
    assert named(ingress[(5432,)]) == [{"web"}, {"migrate"}]
    assert "egress" not in spec


@pytest.mark.parametrize("component", ["web", "migrate"])
def test_a_database_of_yours_is_reached_where_it_is(component: str) -> None:
    manifests = render({"migrations": {"strategy": "job"}, **OWN_DATABASE})
    egress = rules(policy(manifests, component), "egress")
    assert egress == {(53,): None, (6432,): ELSEWHERE}


def test_the_tests_reach_the_service_and_nobody_reaches_them() -> None:
    spec = policy(render(), "test")
    egress = rules(spec, "egress")
    assert egress.pop((53,)) is None
    assert named(egress.pop((8000, 9464))) == [{"web"}]
    assert not egress
    assert "ingress" not in spec


def test_a_load_test_is_asked_by_its_own_workers_only() -> None:
    assert policy(render(), "loadtest") == policy(render(), "test")
    manifests = render({"loadtest": {"workers": 2}})
    (spec,) = [
        each["spec"]
        for each in manifests.of("NetworkPolicy")
        if each["metadata"]["name"].endswith("-loadtest")
    ]
    assert components(spec["podSelector"]) == {"loadtest"}
    for direction in ("ingress", "egress"):
        found = rules(spec, direction)
        assert list(found) == [(5557,)]
        assert named(found[(5557,)]) == [{"loadtest"}]
    without = {"networkPolicy": {"enabled": False}, "loadtest": {"workers": 2}}
    assert not render(without).of("NetworkPolicy")


def test_more_of_yours() -> None:
    rule = {"to": ELSEWHERE, "ports": [{"port": 443, "protocol": "TCP"}]}
    values = {
        "networkPolicy": {
            "egress": {
                "dns": {"to": ELSEWHERE, "port": 5353},
                "cache": {"to": "any"},
                "extra": [rule],
            }
        }
    }
    spec = policy(render(values), "web")
    assert spec["egress"][-1] == rule
    egress = rules(spec, "egress")
    assert egress[(5353,)] == ELSEWHERE
    assert egress[(6379,)] is None


@pytest.mark.parametrize(
    ("what", "values", "why"),
    [
        (
            "database",
            {"database": {"embedded": False}, "secret": {"existing": "mine"}},
            "database.embedded is false",
        ),
        (
            "jwks",
            {"env": {"AUTH_JWKS": "https://login.example.com/keys"}},
            "env.AUTH_JWKS is an address",
        ),
        (
            "otlp",
            {"env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}},
            "env.OTEL_EXPORTER_OTLP_ENDPOINT is set",
        ),
        (
            "otlp",
            {"env": {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}},
            "env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set",
        ),
        ("cache", {"env": {"CACHE_URL": "redis://cache/0"}}, "CACHE_URL is set"),
        (
            "cache",
            {"secret": {"values": {"CACHE_URL": "rediss://me:secret@cache/0"}}},
            "CACHE_URL is set",
        ),
        (
            "cache",
            {
                "secret": {"existing": "mine", "keys": ["DATABASE_URL", "CACHE_URL"]},
                "database": {"embedded": False},
            },
            "CACHE_URL is set",
        ),
    ],
)
def test_what_the_settings_name_must_be_let_out(what: str, values: Values, why: str) -> None:
    wrong = refusal(values)
    assert f"networkPolicy.egress.{what}.to: {why}, and pods reach only what is named here" in wrong
    assert "secret@" not in wrong
    ways = ["database", "cache", "jwks", "otlp"]
    render({**values, "networkPolicy": {"egress": {way: {"to": "any"} for way in ways}}})
    render({**values, "networkPolicy": {"enabled": False}})


@pytest.mark.parametrize(
    "env", [{"AUTH_JWKS": "/run/keys.json"}, {"CACHE_URL": "locmemcache://"}, {"AUTH_JWKS": ""}]
)
def test_what_stays_in_the_pod_needs_no_way_out(env: Values) -> None:
    render({"env": env})


def test_none_where_they_are_not_wanted() -> None:
    manifests = render({"networkPolicy": {"enabled": False}, "migrations": {"strategy": "job"}})
    assert not manifests.of("NetworkPolicy")
