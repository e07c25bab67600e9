"""deploy.yml, played with a make that notes what it is asked; `make rehearse` plays it for real."""

from pathlib import Path

import pytest

from tests.release import program
from tests.workflows.runner import Outcome, load, machine, play

WORKFLOW = load("deploy")
INPUTS = {"environment": "production", "digest": "sha256:1", "older": False}
VARS = {"RELEASE": "notes", "NAMESPACE": "prod", "CLUSTER_SERVER": "https://x", "CLUSTER_CA": "ca"}
VARS["LOADTEST"] = "true"
MAKE = """\
echo "make $*"
[ "$1" = deploy ] && echo "$RELEASE $NAMESPACE $VALUES $DIGEST $OLDER ${KUBECONFIG_CONTENT:-none}"
[ "$1" = deploy ] && [ "$LOADTEST" = true ] && echo "with a load test"
[ "$1" = kubeconfig ] && echo "$CLUSTER_SERVER $CLUSTER_CA $KUBECONFIG_CONTENT"
[ "$1" != "$FAILS" ]
"""


def deployed(tmp_path: Path, secrets: dict[str, str], fails: str = "") -> Outcome:
    program(tmp_path / "programs", "make", MAKE)
    work = tmp_path / "work"
    work.mkdir()
    github = {"workspace": str(work), "actor": "x", "token": "secret"}
    context = {"inputs": INPUTS, "vars": VARS, "secrets": secrets, "github": github}
    env = machine(tmp_path / "programs") | {"FAILS": fails}
    return play(WORKFLOW, "deploy", context, work, env)


@pytest.mark.parametrize("secrets", [{}, {"KUBECONFIG": "whole"}], ids=["oidc", "secret"])
def test_what_was_asked_for_is_deployed(tmp_path: Path, secrets: dict[str, str]) -> None:
    outcome = deployed(tmp_path, secrets)
    assert not outcome.failed
    # The kubeconfig's content is known to the step that writes it, and to no other.
    assert outcome.said == (
        f"make kubeconfig\nhttps://x ca {secrets.get('KUBECONFIG', '')}\n"
        "make deploy\nnotes prod deploy/production.yaml sha256:1 false none\n"
        "with a load test\n"
    )


def test_without_a_way_in_nothing_is_deployed(tmp_path: Path) -> None:
    outcome = deployed(tmp_path, {}, fails="kubeconfig")
    assert outcome.failed
    assert "make deploy" not in outcome.said


def test_a_deploy_that_fails_fails_the_job(tmp_path: Path) -> None:
    assert deployed(tmp_path, {}, fails="deploy").failed


def test_a_person_and_a_workflow_are_asked_the_same() -> None:
    asked = {
        kind: {
            name: one.get("required", False) for name, one in WORKFLOW["on"][kind]["inputs"].items()
        }
        for kind in ("workflow_dispatch", "workflow_call")
    }
    wanted = {"environment": True, "digest": True, "older": False}
    assert asked == {"workflow_dispatch": wanted, "workflow_call": wanted}


def test_deploys_to_one_environment_follow_each_other_to_their_end() -> None:
    assert WORKFLOW["concurrency"] == {
        "group": "deploy-${{ inputs.environment }}",
        "cancel-in-progress": False,
        "queue": "max",
    }
    assert WORKFLOW["jobs"]["deploy"]["environment"] == "${{ inputs.environment }}"
