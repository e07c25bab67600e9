"""`make release-check`: says what a release of this commit would send out, or why it may not.

The names come from make: IMAGES, CHARTS, PLATFORMS; and TAG, where a tag asks for the release.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import changelog, version

ROOT = Path(__file__).resolve().parent.parent


def git(root: Path, *arguments: str) -> str:
    """What git prints, "" where it has nothing to say."""
    done = subprocess.run(  # noqa: S603 - our own
        ["git", *arguments],  # noqa: S607 - the git of the PATH
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.rstrip() if done.returncode == 0 else ""


def problems(root: Path, tag: str) -> Iterator[str]:
    """Why this commit may not be released, each with what to do."""
    found = version.found(root)
    number = next(iter(found.values()))
    if len(set(found.values())) > 1:
        places = "".join(f"\n  {place}: {has}" for place, has in found.items())
        yield f"The version differs from place to place (make version-set VERSION=…):{places}"
    notes = changelog.sections((root / version.CHANGELOG).read_text())
    if not notes.get(number):
        yield f"CHANGELOG.md says nothing about {number}: make version-set VERSION={number}"
    if notes.get(changelog.UNRELEASED):
        yield "CHANGELOG.md has lines under Unreleased, which would go out unsaid: a new version."
    if changed := git(root, "status", "--porcelain"):
        yield f"Not committed:\n{changed}"
    if tag and tag != f"v{number}":
        yield f"The tag is {tag}, and the version {number}: the tag of a release is v{number}"
    there = git(root, "rev-parse", "--verify", "--quiet", f"v{number}^{{commit}}")
    if there and there != git(root, "rev-parse", "HEAD"):
        yield f"v{number} is out already, as {there}: make version-set VERSION=…"


def outgoing(root: Path, names: dict[str, str]) -> str:
    """What goes out, and what is new in it."""
    number = next(iter(version.found(root).values()))
    commit = git(root, "log", "-1", "--format=%H of %cs")
    lines = [f"v{number} would be commit {commit}"]
    lines += [f"  {name.lower():9} {value}" for name, value in names.items()]
    notes = changelog.sections((root / version.CHANGELOG).read_text())
    return "\n".join([*lines, "", notes[number]])


if __name__ == "__main__":
    if refused := list(problems(ROOT, os.environ.get("TAG", ""))):
        sys.exit("Nothing can be released:\n" + "\n".join(refused))
    print(outgoing(ROOT, {name: os.environ[name] for name in ("IMAGES", "CHARTS", "PLATFORMS")}))
