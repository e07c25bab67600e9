"""Secrets: who gives them, and what the chart does where it cannot see what it made."""

import base64
from typing import Any

import pytest

from tests.helm.manifests import FULLNAME, Values, render, texts

OPEN = {"networkPolicy": {"egress": {"database": {"to": "any"}}}}
OWN: Values = {
    **OPEN,
    "database": {"embedded": False},
    "secret": {"values": {"SECRET_KEY": "k: '☂'\n", "DATABASE_URL": "postgres://u:p@h/n"}},
}
EXISTING: Values = {
    **OPEN,
    "database": {"embedded": False},
    "secret": {"existing": "mine", "keys": ["SECRET_KEY", "DATABASE_URL"]},
}


def pod(values: Values) -> Any:
    return render(values).one("Deployment", FULLNAME)["spec"]["template"]["spec"]


def test_without_a_cluster_nothing_is_made_and_the_text_says_how() -> None:
    text = texts()["templates/secret.yaml"]
    assert not render().of("Secret")
    assert f"kubectl create secret generic {FULLNAME} --namespace prod" in text
    for name in ("SECRET_KEY", "DATABASE_URL", "POSTGRES_PASSWORD"):
        assert f"--from-literal={name}=…" in text
    assert text == texts()["templates/secret.yaml"], "a second rendering is the same"


def test_values_become_the_charts_own_secret() -> None:
    secret = render(OWN).one("Secret", FULLNAME)
    data = {name: base64.b64decode(value).decode() for name, value in secret["data"].items()}
    assert data == OWN["secret"]["values"]
    assert "annotations" not in secret["metadata"], "what is given anew each time need not be kept"


def test_an_existing_secret_is_read_and_none_is_made() -> None:
    assert not render(EXISTING).of("Secret")
    assert "Secret" not in texts(EXISTING)["templates/secret.yaml"]
    (volume,) = [each for each in pod(EXISTING)["volumes"] if each["name"] == "secrets"]
    (source,) = volume["projected"]["sources"]
    assert source["secret"]["name"] == "mine"
    assert [item["key"] for item in source["secret"]["items"]] == ["SECRET_KEY", "DATABASE_URL"]


@pytest.mark.parametrize("values", [OWN, EXISTING], ids=["own", "existing"])
def test_as_files_or_as_env(values: Values) -> None:
    (files,) = pod(values)["containers"]
    env = {each["name"]: each for each in files["env"]}
    assert env["SECRET_KEY_FILE"]["value"] == "/run/secrets/service/SECRET_KEY"
    assert {"name": "secrets", "mountPath": "/run/secrets/service", "readOnly": True} in files[
        "volumeMounts"
    ]
    spec = pod({**values, "secret": {**values["secret"], "as": "env"}})
    env = {each["name"]: each for each in spec["containers"][0]["env"]}
    assert env["SECRET_KEY"]["valueFrom"]["secretKeyRef"]["key"] == "SECRET_KEY"
    assert "secrets" not in [volume["name"] for volume in spec["volumes"]]


def test_a_rotation_has_the_old_key_beside_the_new_one() -> None:
    keys = ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL"]
    env = pod({**EXISTING, "secret": {"existing": "mine", "keys": keys}})["containers"][0]["env"]
    assert "SECRET_KEY_FALLBACKS_FILE" in [each["name"] for each in env]
