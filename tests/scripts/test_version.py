"""`make version-set`: every place that has the version gets the new one, and there is no other."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import version
from scripts.changelog import sections
from tests.environment import ROOT

# A changelog tells of old versions, locks of other projects', and every fork begins with 0.1.0.
OTHERS = (
    *("CHANGELOG.md", "uv.lock", "requirements/", "tests/scripts/"),
    *("docs/fork.md", "scripts/fork/"),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the files that hold the version, and a changelog with something new."""
    for file in ["scripts/version.py", "scripts/changelog.py", *files()]:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n- A thing.\n")
    return tmp_path


def files() -> list[str]:
    return [file for file, _, _ in version.places(ROOT)]


def set_to(root: Path, number: str) -> subprocess.CompletedProcess[str]:
    """What `make version-set` runs, in the copy."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.version", number],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_places_have_the_same_version() -> None:
    found = version.found(ROOT)
    assert list(found) == [
        "pyproject.toml version",
        "uv.lock version",
        "helm/Chart.yaml version",
        "helm/Chart.yaml appVersion",
        "docs/openapi.json version",
    ]
    assert len(set(found.values())) == 1


def test_no_other_file_has_it() -> None:
    now = re.escape(next(iter(version.found(ROOT).values())))
    tracked = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    have = {
        file
        for file in tracked
        if not file.startswith(OTHERS)
        and re.search(rf"(?<![\w.]){now}(?![\w.])", (ROOT / file).read_text(errors="replace"))
    }
    assert have == {"pyproject.toml", "helm/Chart.yaml", "docs/openapi.json"}


def test_all_places_get_it_and_nothing_else_changes(root: Path) -> None:
    before = {file: (root / file).read_text() for file in files()}
    done = set_to(root, "97.0.10")
    assert (done.returncode, done.stderr) == (0, "")
    assert set(version.found(root).values()) == {"97.0.10"}
    for file in files():
        old, new = before[file].splitlines(), (root / file).read_text().splitlines()
        changed = [line for line, was in zip(new, old, strict=True) if line != was]
        assert len(changed) == files().count(file), file
        assert all("97.0.10" in line for line in changed)
    notes = sections((root / "CHANGELOG.md").read_text())
    assert notes == {"Unreleased": "", "97.0.10": "- A thing."}


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("", "VERSION is ''; allowed: three numbers, such as 1.2.3"),
        ("1.2", "VERSION is '1.2'; allowed"),
        ("v1.2.3", "VERSION is 'v1.2.3'; allowed"),
        ("1.2.3-rc.1", "VERSION is '1.2.3-rc.1'; allowed"),
        ("01.2.3", "VERSION is '01.2.3'; allowed"),
        ("0.0.0", "VERSION is 0.0.0, and "),
    ],
)
def test_what_is_no_next_version_changes_nothing(root: Path, number: str, why: str) -> None:
    before = version.found(root)
    done = set_to(root, number)
    assert done.returncode == 1
    assert done.stderr.startswith(why)
    assert "Traceback" not in done.stderr
    assert version.found(root) == before


def test_a_changelog_without_news_changes_nothing(root: Path) -> None:
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n")
    before = version.found(root)
    done = set_to(root, "97.0.0")
    assert (done.returncode, version.found(root)) == (1, before)
    assert "say there what is new" in done.stderr
