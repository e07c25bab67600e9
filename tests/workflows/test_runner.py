"""The stand-in for GitHub does as GitHub does, or what it plays proves nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflows.runner import evaluate, filled, machine, play

CONTEXT = {"inputs": {"digest": "sha256:1", "older": False}, "secrets": {}}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("inputs.digest", "sha256:1"),
        ("inputs.digest == 'sha256:1' && !inputs.older", True),
        ("inputs.digest != 'sha256:1' || inputs.older", False),
        ("secrets.ABSENT || 'none'", "none"),
        ("secrets.ABSENT", ""),
    ],
)
def test_expressions(expression: str, value: Any) -> None:
    assert evaluate(expression, CONTEXT) == value


def test_booleans_are_written_as_github_writes_them() -> None:
    assert filled("${{ inputs.older }} ${{ inputs.digest }}", CONTEXT) == "false sha256:1"


def test_steps_run_in_order_until_one_fails_and_hand_on_what_they_found(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    steps = [
        {"name": "set up", "uses": "actions/checkout@1"},
        {"name": "find", "id": "find", "run": 'echo "it=$WHAT" >> "$GITHUB_OUTPUT"'},
        {"name": "skip", "if": "${{ inputs.older }}", "run": "echo never"},
        {"name": "say", "run": 'echo "$IT"; exit 1', "env": {"IT": "${{ steps.find.outputs.it }}"}},
        {"name": "after", "run": "echo never"},
        {"name": "mourn", "if": "failure()", "run": "echo mourned"},
        {"name": "clean", "if": "always()", "run": "echo cleaned"},
    ]
    job = {
        "steps": steps,
        "env": {"WHAT": "x y"},
        "outputs": {"it": "${{ steps.find.outputs.it }}"},
    }
    outcome = play({"jobs": {"a": job}}, "a", CONTEXT, work, machine())
    assert (outcome.failed, outcome.said) == (True, "x y\nmourned\ncleaned\n")
    assert outcome.ran == ["find", "say", "mourn", "clean"]
    assert outcome.outputs == {"it": "x y"}
