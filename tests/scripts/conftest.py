"""The project in a folder of its own, and a kubectl."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.postmaster import postmaster
from tests.scripts import kubectl as programs
from tests.server.harness import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """The project without its `var` folder and its `.env`."""
    for name in ("app", "config", "scripts", "manage.py", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    yield tmp_path
    left = postmaster(tmp_path / "var" / "postgres" / "data")
    if left is not None:
        left.kill()


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> programs.Kubectl:
    """On the PATH, and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return programs.kubectl(folder)
