"""ci.yml, played with a make that notes what it is asked: the targets have tests of their own."""

from pathlib import Path

import pytest

from tests.workflows.runner import Outcome, load, machine, play

WORKFLOW = load("ci")
CONTEXT = {"github": {"event_name": "push", "ref": "refs/heads/main", "sha": "a" * 40}}
# What each job asks of make.
GATES = {
    "lint": "make lint\n",
    "test": "make tools\nmake test\n",
    "matrix": "make tools\nmake test-all\n",
    "image": "make tools\nmake scan\nmake image-check\n",
    "e2e": (
        "make tools\nmake image\nmake e2e-cluster\nmake e2e IMAGE_LOAD=kind load image-archive\n"
    ),
}


@pytest.fixture
def machine_with_make(tmp_path: Path) -> Path:
    """A folder for the PATH; its make fails at the target that the file `fails` names."""
    programs = tmp_path / "programs"
    programs.mkdir()
    make = programs / "make"
    make.write_text(f'#!/bin/sh\necho "make $*"\n[ "$1" != "$(cat {tmp_path}/fails)" ]\n')
    make.chmod(0o755)
    return programs


def played(job: str, programs: Path, fails: str = "") -> Outcome:
    (programs.parent / "fails").write_text(fails)
    work = programs.parent / "work"
    work.mkdir(exist_ok=True)
    return play(WORKFLOW, job, CONTEXT, work, machine(programs))


@pytest.mark.parametrize(("job", "asked"), GATES.items())
def test_every_gate_is_asked(machine_with_make: Path, job: str, asked: str) -> None:
    outcome = played(job, machine_with_make)
    assert (outcome.failed, outcome.said) == (False, asked)


def test_no_job_is_left_out() -> None:
    assert set(WORKFLOW["jobs"]) == set(GATES)


def test_a_gate_that_fails_ends_its_job(machine_with_make: Path) -> None:
    outcome = played("image", machine_with_make, fails="scan")
    assert (outcome.failed, outcome.said) == (True, "make tools\nmake scan\n")


def test_a_pull_request_ends_the_run_of_its_older_push_and_of_no_other() -> None:
    group = WORKFLOW["concurrency"]["group"]
    assert group == "ci-${{ github.event_name == 'pull_request' && github.ref || github.sha }}"
