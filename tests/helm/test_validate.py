"""Values that contradict each other are refused, all at once, each message by its path."""

from typing import Any

import helm_python
import pytest

from tests.helm.manifests import NAME, Values, refusal, render

DIGEST = f"sha256:{'a' * 64}"
OWN = {"networkPolicy": {"egress": {"database": {"to": "any"}}}, "database": {"embedded": False}}
VOLUME = {"name": "data", "emptyDir": {}}

WRONG: list[tuple[Values, str]] = [
    ({"env": {"PORT": 80}}, "env.PORT: the chart sets it; give containerPort"),
    ({"env": {"ALLOWED_HOSTS_FILE": "/x"}}, "env.ALLOWED_HOSTS: the chart sets it"),
    ({"secret": {"values": {"METRICS_PORT": "1"}}}, "secret.METRICS_PORT: the chart sets it"),
    ({"env": {"MY_PASSWORD": "x"}}, "env.MY_PASSWORD: secret by its name"),
    ({"env": {"api_key": "x"}}, "env.api_key: secret by its name"),
    ({"env": {"CACHE_URL": "redis://:x@y/0"}}, "env.CACHE_URL: it holds a password"),
    ({"env": {"OTEL_EXPORTER_OTLP_HEADERS": "k=v"}}, "env.OTEL_EXPORTER_OTLP_HEADERS: it holds a"),
    (
        {"secret": {"values": {"OTEL_EXPORTER_OTLP_HEADERS": "k=v"}}},
        "secret.OTEL_EXPORTER_OTLP_HEA",
    ),
    (
        {"secret": {"values": {"SECRET_KEY": "x"}, "existing": "mine"}, **OWN},
        "secret: SECRET_KEY is given more than once",
    ),
    ({"secret": {"existing": "mine", "keys": []}}, "secret.keys: empty"),
    ({"secret": {"existing": "mine"}}, "database.embedded: true, and DATABASE_URL is given too"),
    (OWN, "database.embedded: false, and there is no DATABASE_URL"),
    ({"migrations": {"strategy": "hook"}}, "migrations.strategy: hook runs before"),
    ({"image": {"tag": "1", "digest": DIGEST}}, "image: tag and digest are both given"),
    ({"database": {"image": {"digest": DIGEST}}}, "database.image: tag and digest are both given"),
    (
        {"drainSeconds": 30, "terminationGracePeriodSeconds": 30},
        "terminationGracePeriodSeconds: 30, but preStopSeconds, drainSeconds and the end of "
        "gunicorn take 42",
    ),
    ({"containerPort": 9464}, "metrics.port: the same as containerPort"),
    (
        {"service": {"ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4", "IPv6"]}},
        "service.ipFamilies: SingleStack takes one",
    ),
    ({"strategy": {"rollingUpdate": {"maxSurge": "0%"}}}, "strategy.rollingUpdate: maxUnavailable"),
    ({"minReadySeconds": 300}, "progressDeadlineSeconds: 300 is not more than minReadySeconds"),
    ({"podLabels": {"app.kubernetes.io/name": "x"}}, "podLabels.app.kubernetes.io/name: the chart"),
    ({"extraVolumes": [{"name": "run", "emptyDir": {}}]}, "extraVolumes: the name run is one of"),
    ({"extraVolumes": [VOLUME, VOLUME]}, "extraVolumes: the name data stands there more than once"),
    ({"extraVolumeMounts": [{"name": "no", "mountPath": "/x"}]}, "extraVolumeMounts: there is no"),
    ({"sidecars": [{"name": "web", "image": "x"}]}, "initContainers and sidecars: the name web"),
]


@pytest.mark.parametrize(("values", "message"), WRONG, ids=lambda case: str(case)[:50])
def test_a_contradiction_is_refused_by_its_path(values: Values, message: str) -> None:
    assert f"\n  {message}" in refusal(values)


def test_all_are_told_at_once() -> None:
    together: dict[str, Any] = {
        "env": {"PORT": 80},
        "image": {"tag": "1", "digest": DIGEST},
        "autoscaling": {"enabled": True},
        "keda": {"enabled": True},
        "ingress": {"enabled": True, "tls": {"enabled": True}},
    }
    told = refusal(together)
    for path in ("env.PORT", "image", "autoscaling.enabled", "keda.prometheus", "ingress.hosts"):
        assert f"\n  {path}" in told


def test_a_name_that_begins_with_a_digit_is_refused() -> None:
    with pytest.raises(
        helm_python.HelmError,
        match=f"fullnameOverride: the release's name makes it 1-{NAME}",
    ):
        render(name="1")
    assert render({"fullnameOverride": "one"}, name="1")


@pytest.mark.parametrize(
    ("asked", "limit", "fits"),
    [
        ("100m", 0.1, True),
        ("100m", "99m", False),
        ("1Gi", "1G", False),
        ("1G", "1Gi", True),
        ("1000Ki", "1Mi", True),
        ("1025Ki", "1Mi", False),
        (1_500_000_000, "1.5G", True),
        ("1e9", "1G", True),
        ("1E3", 999, False),
        ("1E", "1P", False),
        ("1Pi", "1E", True),
        (0.5, ".4", False),
        (0, 0, True),
    ],
)
def test_limits_are_compared_as_quantities(
    asked: str | float, limit: str | float, fits: bool
) -> None:
    resources = {"requests": {"cpu": asked}, "limits": {"cpu": limit}}
    values = {"database": {"resources": resources}}
    if fits:
        assert render(values)
    else:
        assert "\n  database.resources.limits.cpu: " in refusal(values)
