"""A job of a workflow, played without GitHub: its `run` steps in their order, in a given context.

Steps with `uses` set a machine up or move files; who plays the job has done their work.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.environment import ROOT

FOLDER = ROOT / ".github" / "workflows"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
STATUS = re.compile(r"\b(success|failure|always|cancelled)\(\)")


class Named(dict[str, Any]):
    """A context of GitHub's: dots lead into it, and what it does not have is nothing."""

    def __getattr__(self, name: str) -> Any:
        found = self.get(name, "")
        return Named(found) if isinstance(found, dict) else found


@dataclass
class Outcome:
    """What became of a job: `ran` are the names of its steps that were run."""

    failed: bool = False
    ran: list[str] = field(default_factory=list)
    said: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


def load(name: str) -> dict[str, Any]:
    """A workflow. `on` is no key of YAML 1.1 but true, and is given its name back."""
    found: dict[Any, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text())
    found["on"] = found.pop(True)
    return found


def evaluate(expression: str, context: Mapping[str, Any], *, failed: bool = False) -> Any:
    """The value of an expression, as far as these workflows use the language."""
    python = expression.replace("&&", " and ").replace("||", " or ").replace("!=", "≠")
    python = python.replace("!", " not ").replace("≠", "!=")
    functions = {"success": lambda: not failed, "failure": lambda: failed, "always": lambda: True}
    names = {name: Named(value) for name, value in context.items()}
    constants = {"true": True, "false": False, "cancelled": lambda: False, "__builtins__": {}}
    return eval(python.strip(), constants | functions | names)  # noqa: S307 - of our own workflows


def filled(text: Any, context: Mapping[str, Any]) -> str:
    """A text with the values of its expressions, written as GitHub writes them."""

    def written(value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    return EXPRESSION.sub(lambda match: written(evaluate(match[1], context)), written(text))


def wanted(step: Mapping[str, Any], context: Mapping[str, Any], *, failed: bool) -> bool:
    """Whether a step is run: `if` alone means nothing failed so far."""
    condition = EXPRESSION.sub(r"\1", str(step.get("if", "success()")))
    if not STATUS.search(condition):
        condition = f"success() && ({condition})"
    return bool(evaluate(condition, context, failed=failed))


def environment(*levels: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, str]:
    """The variables that workflow, job and step name, the nearest last."""
    named = {name: value for level in levels for name, value in level.get("env", {}).items()}
    return {name: filled(value, context) for name, value in named.items()}


def play(
    workflow: dict[str, Any], job: str, context: Mapping[str, Any], cwd: Path, env: dict[str, str]
) -> Outcome:
    """Run a job's steps in a folder; `env` is what the machine has."""
    spec, outcome, steps = workflow["jobs"][job], Outcome(), dict[str, Any]()
    written = cwd.parent / f"{job}.output"
    for step in spec["steps"]:
        now = {**context, "steps": steps}
        if "run" not in step or not wanted(step, now, failed=outcome.failed):
            continue
        written.write_text("")
        variables = environment(workflow, spec, step, context=now)
        done = subprocess.run(
            ["bash", "-e", "-c", filled(step["run"], now)],
            cwd=cwd,
            env=env | variables | {"GITHUB_OUTPUT": str(written)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        outcome.ran.append(step["name"])
        outcome.said += done.stdout
        outcome.failed |= done.returncode != 0
        lines = [line.partition("=") for line in written.read_text().splitlines()]
        steps[step.get("id", "")] = {"outputs": {name: value for name, _, value in lines}}
    now = {**context, "steps": steps}
    named = spec.get("outputs", {})
    outcome.outputs = {name: filled(value, now) for name, value in named.items()}
    return outcome


def machine(*programs: Path) -> dict[str, str]:
    """The variables of a machine whose PATH begins with these folders."""
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    return {"PATH": path, "HOME": os.environ["HOME"], "CI": "true"}
