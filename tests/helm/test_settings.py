"""The chart and the service name the same settings."""

from typing import Any

from config import settings

from tests.helm.manifests import FULLNAME, Values, refusal, render

DECLARED = {setting.name: setting for setting in settings.env.declared}
SECRET = sorted(name for name, setting in DECLARED.items() if setting.kind.secret)
# What the chart knows better than `env:` has a value of its own.
OWNED = {"PORT", "METRICS_PORT", "DRAIN_SECONDS", "GRACE_SECONDS", "RUNTIME_DIR", "ALLOWED_HOSTS"}
EXTERNAL = {"database": {"embedded": False}, "networkPolicy": {"enabled": False}}


def environment(values: Values) -> dict[str, Any]:
    """What stands in the env of the service's container."""
    spec = render(values).one("Deployment", FULLNAME)["spec"]["template"]["spec"]
    (web,) = spec["containers"]
    names = [variable["name"] for variable in web["env"]]
    assert len(names) == len(set(names)), "the API server takes no name twice"
    return {variable["name"]: variable.get("value") for variable in web["env"]}


def test_what_the_chart_sets_the_service_reads() -> None:
    for values in ({}, {"secret": {"as": "env"}}):
        assert {name.removesuffix("_FILE") for name in environment(values)} <= set(DECLARED)
    assert set(environment({})) >= OWNED


def test_every_setting_can_be_set() -> None:
    plain = sorted(set(DECLARED) - set(SECRET) - OWNED)
    secret = {"values": dict.fromkeys(SECRET, "x")}
    found = environment({**EXTERNAL, "env": dict.fromkeys(plain, "x"), "secret": secret})
    for name in plain:
        assert found[name] == "x"
    for name in SECRET:
        assert found[f"{name}_FILE"] == f"/run/secrets/service/{name}"


def test_what_has_a_value_of_its_own_is_set_by_that() -> None:
    values = {
        "containerPort": 8001,
        "metrics": {"port": 9465},
        "drainSeconds": 20,
        "preStopSeconds": 3,
        "terminationGracePeriodSeconds": 60,
        "allowedHosts": ["api.example.com"],
    }
    found = environment(values)
    assert (found["PORT"], found["METRICS_PORT"], found["DRAIN_SECONDS"]) == ("8001", "9465", "20")
    assert found["GRACE_SECONDS"] == "57", "the preStop takes its part of the pod's"
    assert "api.example.com" in found["ALLOWED_HOSTS"].split(",")
    for name in OWNED:
        assert f"env.{name}: the chart sets it" in refusal({"env": {name: "x"}})


def test_no_secret_is_shown() -> None:
    for name in set(SECRET) - {"CACHE_URL"}:
        assert f"env.{name}: secret by its name" in refusal({"env": {name: "x"}, **EXTERNAL})
    manifests = render({"secret": {"values": dict.fromkeys(SECRET, "hush")}, **EXTERNAL})
    assert "hush" not in str(manifests)


def test_the_chart_and_the_service_have_the_same_defaults() -> None:
    found = environment({})
    for name in ("PORT", "METRICS_PORT", "DRAIN_SECONDS"):
        assert found[name] == DECLARED[name].default


def test_values_arrive_as_they_are_written() -> None:
    written = {
        "ZERO": 0,
        "FALSE": False,
        "EMPTY": "",
        "LARGE": 1_048_576,
        "FRACTION": 0.5,
        "COLON": "a: b",
        "QUOTES": "\"double\" 'single' \\ back",
        "LINES": "one\ntwo\n",
        "EMOJI": "☂ 🛶",
        "MARKUP": "<a href='#'>&amp;</a>",
        "TEMPLATE": "{{ .Release.Name }}",
        "COMMENT": "# no comment",
        "NULL": "null",
        "OCTAL": "0777",
        "REFERENCE": "$(PORT)",
    }
    found = environment({"env": written})
    expected = {"ZERO": "0", "FALSE": "false", "LARGE": "1048576", "FRACTION": "0.5"}
    for name, value in written.items():
        assert found[name] == expected.get(name, value)
    assert list(found) == sorted(found, key=lambda name: (name.endswith("_FILE"), name))
