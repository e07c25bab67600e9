"""A template of this tree, made once, and copies of it by the real copier."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.fork import template
from tests.environment import ROOT
from tests.scripts.fork.copies import answered

Copy = Callable[..., Path]


@pytest.fixture(scope="session")
def copier() -> str:
    """The program."""
    if "COPIER" not in os.environ:
        pytest.skip("COPIER names no copier: make test does")
    return str(ROOT / os.environ["COPIER"])


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What copier reads."""
    folder = tmp_path_factory.mktemp("template")
    template.write(ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def copy(copier: str, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """`copy(name="orders", …)`: the folder of a fork with these answers; one for each set."""
    copies: dict[str, Path] = {}

    def copied(**answers: object) -> Path:
        key = repr(sorted(answers.items()))
        if key not in copies:
            folder = tmp_path_factory.mktemp("forks") / str(answers["name"])
            command = [copier, "copy", "--quiet", "--defaults", *answered(answers)]
            subprocess.run([*command, str(made), str(folder)], check=True)
            copies[key] = folder
        return copies[key]

    return copied
