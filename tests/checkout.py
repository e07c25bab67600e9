"""The project in a folder of its own, for tests that change it or commit."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.environment import ROOT


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def copied(work: Path) -> Path:
    """The project's files, those that are not committed too."""
    listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).splitlines():
        if (ROOT / name).exists():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, work / name, follow_symlinks=False)
    return work


def committed(work: Path, message: str) -> Path:
    """The same as a repository of one commit, with the environments of this checkout."""
    git(work, "init", "--quiet")
    (work / ".venvs").symlink_to(ROOT / ".venvs")
    (work / ".venv").symlink_to(sys.prefix)
    # Links are no folders, which is what .gitignore names.
    (work / ".git" / "info" / "exclude").write_text("/.venv\n/.venvs\n/var\n")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message", message)
    return work
