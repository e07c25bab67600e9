"""The ExternalSecret: settings from a vault, given to the pods as those of any Secret."""

from typing import Any

import pytest

from tests.helm.manifests import FULLNAME, Values, refusal, render

VAULT: dict[str, Any] = {
    "enabled": True,
    "secretStoreRef": {"name": "vault"},
    "data": {
        "SECRET_KEY": {"key": "notes", "property": "secret-key"},
        "DATABASE_URL": {"key": "notes/database", "property": "url"},
    },
}
VALUES = {
    "externalSecret": VAULT,
    "database": {"embedded": False},
    "networkPolicy": {"egress": {"database": {"to": "any"}}},
}


def pod(values: Values) -> Any:
    return render(values).one("Deployment", FULLNAME)["spec"]["template"]["spec"]


def test_off_until_it_is_asked_for() -> None:
    assert not render().of("ExternalSecret")


def test_it_fetches_what_is_named() -> None:
    spec = render(VALUES).one("ExternalSecret", FULLNAME)["spec"]
    assert spec == {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
        "target": {"name": f"{FULLNAME}-external"},
        "data": [
            {"secretKey": name, "remoteRef": VAULT["data"][name]}
            for name in ("DATABASE_URL", "SECRET_KEY")
        ],
    }


def test_the_pods_read_it_as_files() -> None:
    spec = pod(VALUES)
    (volume,) = [each for each in spec["volumes"] if each["name"] == "secrets"]
    (source,) = volume["projected"]["sources"]
    assert source["secret"]["name"] == f"{FULLNAME}-external"
    assert [item["key"] for item in source["secret"]["items"]] == ["DATABASE_URL", "SECRET_KEY"]
    env = {each["name"]: each.get("value") for each in spec["containers"][0]["env"]}
    assert env["DATABASE_URL_FILE"] == "/run/secrets/service/DATABASE_URL"


def test_or_as_env() -> None:
    spec = pod({**VALUES, "secret": {"as": "env"}})
    env = {each["name"]: each.get("valueFrom") for each in spec["containers"][0]["env"]}
    reference = {"name": f"{FULLNAME}-external", "key": "SECRET_KEY"}
    assert env["SECRET_KEY"] == {"secretKeyRef": reference}


def test_what_it_fetches_the_chart_does_not_make() -> None:
    assert not render(VALUES).of("Secret")
    secret = {"values": {"AUTH_SECRET": "x"}}
    assert list(render({**VALUES, "secret": secret}).one("Secret")["data"]) == ["AUTH_SECRET"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"externalSecret": {**VAULT, "secretStoreRef": {}}}, "secretStoreRef.name: not given"),
        ({"externalSecret": {"enabled": True}}, "externalSecret.data: empty"),
        ({"externalSecret": VAULT}, "database.embedded: true, and DATABASE_URL is given too"),
        ({**VALUES, "secret": {"values": {"SECRET_KEY": "x"}}}, "SECRET_KEY is given more than"),
        (
            {**VALUES, "secret": {"existing": "mine"}, "migrations": {"strategy": "hook"}},
            "migrations.strategy: hook runs before",
        ),
    ],
)
def test_what_cannot_be_fetched_is_refused(values: Values, message: str) -> None:
    assert message in refusal(values)
