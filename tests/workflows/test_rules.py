"""What holds for every workflow, beside what its linters say (`make lint`)."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.environment import ROOT
from tests.workflows.runner import FOLDER, load

NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
# They set a machine up, let it in, or move files; whatever is the project's own is a target.
ACTIONS = {
    "actions/checkout",
    "actions/download-artifact",
    "actions/setup-python",
    "actions/upload-artifact",
    "azure/setup-helm",
    "docker/login-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
    "helm/kind-action",
    "sigstore/cosign-installer",
}
USES = re.compile(r"uses: (?P<action>[\w./$-]+)(?:@(?P<commit>\S+) # v(?P<version>[\d.]+))?$")


def jobs(name: str) -> list[tuple[str, Any]]:
    return list(load(name)["jobs"].items())


def runs() -> list[str]:
    """Every script of a step."""
    found = []
    for name in NAMES:
        for _, job in jobs(name):
            found += [step["run"] for step in job.get("steps", []) if "run" in step]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_few_and_named_by_their_commit(name: str) -> None:
    lines = (FOLDER / f"{name}.yml").read_text().splitlines()
    for line in [line.strip(" -") for line in lines if "uses:" in line]:
        match = USES.fullmatch(line)
        assert match, line
        if match["action"].startswith("$/"):
            assert (ROOT / match["action"].removeprefix("$/")).is_file()
        else:
            assert match["action"] in ACTIONS
            assert re.fullmatch("[0-9a-f]{40}", match["commit"]), line


@pytest.mark.parametrize("name", NAMES)
def test_jobs_have_an_end_and_no_more_rights_than_they_name(name: str) -> None:
    assert load(name)["permissions"] == {}
    for job, spec in jobs(name):
        assert "permissions" in spec, job
        assert "uses" in spec or spec["timeout-minutes"] <= 90, job


@pytest.mark.parametrize("script", sorted(set(runs())))
def test_a_step_is_one_target_that_people_have_too(script: str) -> None:
    assert re.fullmatch(r"make [a-z0-9-]+( [A-Z_]+=(\"[^\"$`]*\"|[\w./:,-]+))*", script)
    assert "${{" not in script
    target = script.split()[1]
    helped = subprocess.check_output(["make", "help"], cwd=ROOT, text=True)
    assert re.search(rf"^make {target} ", helped, re.MULTILINE)


def test_the_workflows_are_those_that_the_project_has() -> None:
    assert {path.name for path in Path(FOLDER).iterdir()} == {f"{name}.yml" for name in NAMES}
    assert "ci" in NAMES
