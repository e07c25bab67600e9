"""A release from its tag to the pods: published, verified, deployed by digest, and brought back.

deploy.yml is played step by step. In the order that they stand in: each goes on where the one
before ended.
"""

import re
import subprocess
import tomllib

from tests.e2e.cluster import CHART, get, helm, kubectl, tried, wait
from tests.environment import ROOT
from tests.rehearsal.conftest import Environment
from tests.rehearsal.publisher import FIRST, SECOND, UNTESTED

CHART_NAME = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["name"]


def test_a_release_comes_up_by_its_digest(environment: Environment) -> None:
    outcome = environment.deploy(environment.publisher.charts[FIRST])
    assert not outcome.failed, outcome.said
    assert outcome.ran == ["Be let into the cluster", "Deploy"]
    (image,) = environment.images()
    assert re.fullmatch(
        rf"{environment.publisher.registry}/team/notes@sha256:[0-9a-f]{{64}}", image
    )
    assert "+kind: Deployment" in outcome.said
    assert "Succeeded" in outcome.said


def test_no_secret_is_shown(environment: Environment) -> None:
    found = get("--namespace", environment.namespace, "secrets")["items"]
    secrets = [one for one in found if one["type"] == "Opaque"]
    held = [value for one in secrets for value in one["data"].values()]
    assert held
    outcome = environment.deploy(environment.publisher.charts[SECOND])
    assert not outcome.failed, outcome.said
    assert f"-    helm.sh/chart: {CHART_NAME}-{FIRST}" in outcome.said
    assert not [value for value in held if value in outcome.said]


def test_an_older_commit_does_not_overtake_a_newer(environment: Environment) -> None:
    before = environment.history()
    outcome = environment.deploy(environment.publisher.charts[FIRST])
    assert outcome.failed
    assert "is older than" in outcome.said
    assert environment.history() == before


def test_a_load_test_has_a_say(environment: Environment) -> None:
    short = {"USERS": 3, "TIME": "5s", "WARMUP": "1s", "CONCURRENCY": "off"}
    chart, before = environment.publisher.charts[SECOND], environment.history()
    with environment.values(loadtest={"env": short | {"THRESHOLDS": "errors<1%"}}):
        outcome = environment.deploy(chart, LOADTEST="true")
        assert not outcome.failed, outcome.said
        assert "PASSED" in outcome.said
    with environment.values(loadtest={"env": short | {"THRESHOLDS": "p95<1ms"}}):
        outcome = environment.deploy(chart, LOADTEST="true")
        assert outcome.failed
        assert "Its tests failed: helm rollback notes " in outcome.said
    good, _failed, back = environment.history()[len(before) :]
    assert back["description"] == f"Rollback to {good['revision']}"


def test_what_nobody_signed_changes_nothing(environment: Environment) -> None:
    before, registry = environment.history(), environment.publisher.registry
    tampered = environment.publisher.work / "var" / "release"
    helm("package", str(CHART), "--version", "97.9.9", "--destination", str(tampered))
    (file,) = tampered.glob("*-97.9.9.tgz")
    pushed = subprocess.run(
        ["helm", "push", str(file), f"oci://{registry}/team/charts", "--plain-http"],
        capture_output=True,
        text=True,
        check=True,
    )
    (digest,) = re.findall(r"sha256:[0-9a-f]{64}", pushed.stdout + pushed.stderr)
    for unsigned in (digest, f"sha256:{'0' * 64}"):
        outcome = environment.deploy(unsigned)
        assert outcome.failed
        assert "is not what was released: no signature by" in outcome.said
    assert environment.history() == before


def test_a_release_whose_test_fails_goes_back(environment: Environment) -> None:
    before, good = environment.images(), environment.history()[-1]["revision"]
    outcome = environment.deploy(environment.publisher.charts[UNTESTED])
    assert outcome.failed
    assert "the smoke test of this release fails" in outcome.said
    assert f"Its tests failed: helm rollback notes {good} " in outcome.said
    wait("the pods are those of before", lambda: environment.images() == before)
    assert environment.history()[-1]["description"] == f"Rollback to {good}"


def test_a_first_install_that_fails_is_taken_away(environment: Environment) -> None:
    outcome = environment.deploy(environment.publisher.charts[UNTESTED], release="second")
    assert outcome.failed
    where = ("--namespace", environment.namespace)
    assert "release: not found" in tried("helm", "history", "second", *where)[1]
    label = "--selector=app.kubernetes.io/instance=second"
    kinds = "deployments,services,jobs,pods,networkpolicies,poddisruptionbudgets,serviceaccounts"
    wait("nothing of it is left", lambda: not get(*where, kinds, label)["items"])


def test_what_an_ended_helm_left_is_mended(environment: Environment) -> None:
    chart = f"oci://{environment.publisher.registry}/team/charts/{CHART_NAME}"
    environment.interrupt(f"{chart}@{environment.publisher.charts[SECOND]}")
    outcome = environment.deploy(environment.publisher.charts[SECOND])
    assert outcome.failed
    assert "notes is pending-upgrade since" in outcome.said
    assert "deploy again in" in outcome.said

    def mended() -> bool:
        outcome = environment.deploy(environment.publisher.charts[SECOND], ARGS="--timeout=30s")
        return not outcome.failed and "A helm that was ended left notes" in outcome.said

    wait("twice the timeout is over, and the release is mended", mended, 180)


def test_the_rights_are_no_more_than_are_needed(environment: Environment) -> None:
    who = f"--as=system:serviceaccount:{environment.namespace}:deployer"
    where = ("--namespace", environment.namespace)
    listed = kubectl("auth", "can-i", "--list", "--no-headers", who, *where)
    assert "roles" not in listed
    assert "pods/exec" not in listed
    elsewhere = ("auth", "can-i", "get", "secrets", who, "--namespace", "default")
    denied = subprocess.run(["kubectl", *elsewhere], capture_output=True, text=True, check=False)
    assert denied.stdout.strip() == "no"
