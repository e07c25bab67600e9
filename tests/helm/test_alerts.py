"""The alerts: each seen to fire and to stay silent, and asking for nothing that is not exported."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helm.exported import Series, unknown
from tests.helm.manifests import Manifest, render
from tests.helm.promql import matched, selectors

CASES = Path(__file__).parent / "alerts"
RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbook.md"
ALL = {"enabled": True, "kubeStateMetrics": True, "runbookUrl": "https://example.com/runbook"}
# The series of kube-state-metrics, and the labels of each, as its documentation lists them.
# https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
KUBE_STATE_METRICS: Series = {
    "kube_deployment_status_condition": {"namespace", "deployment", "condition", "status"},
    "kube_horizontalpodautoscaler_spec_max_replicas": {"namespace", "horizontalpodautoscaler"},
    "kube_horizontalpodautoscaler_status_current_replicas": {
        "namespace",
        "horizontalpodautoscaler",
    },
    "kube_job_status_failed": {"namespace", "job_name", "reason"},
    "kube_pod_container_status_last_terminated_reason": {"container", "reason"},
    "kube_pod_container_status_restarts_total": {"container"},
    "kube_pod_container_status_waiting_reason": {"container", "reason"},
    "kube_pod_init_container_status_waiting_reason": {"container", "reason"},
}


def rule(**values: Any) -> Manifest:
    return render({"prometheusRule": ALL | values, "fullnameOverride": "service"}).one(
        "PrometheusRule", "service"
    )


def groups(**values: Any) -> dict[str, list[dict[str, Any]]]:
    return {group["name"]: group["rules"] for group in rule(**values)["spec"]["groups"]}


def rules(**values: Any) -> list[dict[str, Any]]:
    return [each for group in groups(**values).values() for each in group]


ALERTS = {each["alert"]: each for each in rules() if "alert" in each}
RECORDED = {each["record"]: {"namespace", "service"} for each in rules() if "record" in each}


@pytest.fixture
def promtool() -> str:
    """Prometheus' own program: of its releases, or Debian's package `prometheus`."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("no promtool on the PATH: it comes with Prometheus")
    return found


def test_off_until_it_is_asked_for() -> None:
    assert not render().of("PrometheusRule")


def test_promtool_finds_nothing_to_say(promtool: str, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rule()["spec"]))
    command = [promtool, "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("case", sorted(CASES.glob("*.yaml")), ids=lambda case: str(case.stem))
def test_alerts_fire_and_stay_silent(promtool: str, tmp_path: Path, case: Path) -> None:
    (tmp_path / "rules").mkdir()
    for name, each in groups(runbookUrl="https://runbook").items():
        text = yaml.safe_dump({"groups": [{"name": name, "rules": each}]})
        (tmp_path / "rules" / f"{name}.yaml").write_text(text)
    shutil.copy(case, tmp_path)
    command = [promtool, "test", "rules", case.name]
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("fires", [True, False], ids=["fires", "stays silent"])
def test_each_alert_has_a_case_that(fires: bool) -> None:
    cases = [
        case
        for path in CASES.glob("*.yaml")
        for test in yaml.safe_load(path.read_text())["tests"]
        for case in test["alert_rule_test"]
    ]
    seen = {case["alertname"] for case in cases if bool(case["exp_alerts"]) is fires}
    assert seen == set(ALERTS)


def test_they_ask_for_what_is_exported(exported: Series) -> None:
    known = exported | RECORDED | KUBE_STATE_METRICS | {"up": set()}
    wrong = {each["expr"]: unknown(each["expr"], known) for each in rules()}
    assert {expr: what for expr, what in wrong.items() if what} == {}


def test_kube_state_metrics_only_where_it_is_said_to_be() -> None:
    def names(**values: Any) -> set[str]:
        return {str(each.name) for r in rules(**values) for each in selectors(r["expr"])}

    assert names() - names(kubeStateMetrics=False) == set(KUBE_STATE_METRICS)


def test_each_selector_is_of_this_release_alone() -> None:
    own = {"pod", "service", "deployment", "job_name", "horizontalpodautoscaler"}
    for each in rules():
        for selector in selectors(each["expr"]):
            assert "namespace" in matched(selector), each
            assert own & matched(selector), each


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_what_is_wrong_and_what_to_do(name: str) -> None:
    alert = ALERTS[name]
    assert alert["labels"] == {"severity": alert["labels"]["severity"], "service": "service"}
    assert alert["labels"]["severity"] in {"critical", "warning"}
    said = alert["annotations"]
    assert set(said) == {"summary", "description", "runbook_url"}
    assert said["runbook_url"] == f"https://example.com/runbook#{name.lower()}"
    assert re.search(rf"^## {name}$", RUNBOOK.read_text(), re.MULTILINE), "no section of it"


def test_the_runbook_has_no_section_of_an_alert_that_is_gone() -> None:
    sections = re.findall(r"^## (AsyncService\w+)$", RUNBOOK.read_text(), re.MULTILINE)
    assert sorted(sections) == sorted(ALERTS)


def test_objectives_are_values() -> None:
    text = yaml.safe_dump(rules(availability=99.5, latencySeconds=0.8), width=1000)
    assert "14.4 * (1 - 99.5 / 100)" in text
    assert "> 0.8" in text
    assert "99.9" not in text
    assert not re.search(r"<\w+>", text), "a word that nothing was put in the place of"


def test_no_label_of_ones_own_takes_the_place_of_the_charts() -> None:
    given = {"release": "stack", "app.kubernetes.io/name": "mine"}
    labels = rule(labels=given)["metadata"]["labels"]
    assert labels["release"] == "stack"
    assert labels["app.kubernetes.io/name"] != "mine"
