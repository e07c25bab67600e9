"""Licences: those that are allowed, and what is looked at by a person."""

import subprocess
import tomllib
from typing import Any

import pytest

from tests.environment import ROOT

PROGRAM = ROOT / ".venv" / "bin" / "pip-licenses"
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pip-licenses"]
needed = pytest.mark.skipif(not PROGRAM.exists(), reason="no pip-licenses: make lint brings it")


def listed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(PROGRAM), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@needed
def test_all_licences_are_allowed() -> None:
    done = listed()
    assert done.returncode == 0, done.stderr
    assert "| psycopg " in done.stdout


@needed
def test_one_that_is_not_is_named_with_its_package() -> None:
    allowed = ";".join(set(CONFIG["allow-only"].split(";")) - {"LGPL-3.0-only"})
    done = listed(f"--allow-only={allowed}")
    assert done.returncode
    assert "LGPL-3.0-only not in allow-only licenses was found for package psycopg" in done.stderr


def test_nothing_that_is_not_looked_at_is_in_an_image() -> None:
    packages: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    asked: dict[str, set[str]] = {}
    for package in packages:
        extras = package.get("optional-dependencies", {}).values()
        each = [*package.get("dependencies", []), *(one for extra in extras for one in extra)]
        asked.setdefault(package["name"], set()).update(one["name"] for one in each)
    (own,) = (package["name"] for package in packages if "virtual" in package["source"])
    seen, left = set(), asked[own]
    while left:
        seen |= left
        left = set().union(*(asked[name] for name in left)) - seen
    assert "psycopg" in seen
    assert not seen & set(CONFIG["ignore-packages"])
