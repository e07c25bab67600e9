"""`make release-check`: what would go out, or all that stands against it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import version
from scripts.release_check import outgoing, problems
from tests.environment import ROOT


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose last commit may be released as 97.0.0."""
    for file, _, _ in version.places(ROOT):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- A thing.\n")
    version.put(tmp_path, "97.0.0")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "x")
    return tmp_path


def test_what_goes_out_is_said(root: Path) -> None:
    assert list(problems(root, "")) == []
    assert list(problems(root, "v97.0.0")) == []
    said = outgoing(root, {"IMAGE": "example.com/x:97.0.0", "PLATFORMS": "linux/amd64"})
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=root, text=True).strip()
    assert said.startswith(f"v97.0.0 would be commit {head} of ")
    assert "  image     example.com/x:97.0.0\n  platforms linux/amd64\n\n- A thing." in said


def test_a_tag_that_is_this_commit_is_no_obstacle(root: Path) -> None:
    git(root, "tag", "v97.0.0")
    assert list(problems(root, "v97.0.0")) == []


def test_all_that_stands_against_it_is_said_at_once(root: Path) -> None:
    git(root, "tag", "v97.0.0")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "y")
    chart = root / "helm" / "Chart.yaml"
    chart.write_text(chart.read_text().replace("appVersion: 97.0.0", "appVersion: 96.0.0"))
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- More.\n")
    said = list(problems(root, "v98.0.0"))
    assert [line.split("\n")[0][:40] for line in said] == [
        "The version differs from place to place ",
        "CHANGELOG.md says nothing about 97.0.0: ",
        "CHANGELOG.md has lines under Unreleased,",
        "Not committed:",
        "The tag is v98.0.0, and the version 97.0",
        "v97.0.0 is out already, as " + said[-1][27:40],
    ]
    assert "helm/Chart.yaml appVersion: 96.0.0" in said[0]
    assert "CHANGELOG.md" in said[3]
