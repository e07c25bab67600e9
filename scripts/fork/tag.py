"""`make release-tag`: tags this commit together with the template that copier reads at the tag.

The template is made, so no branch has it: the tag is of a commit of its own, with this one's files
and beside them `copier.yml` and `template`. `copier copy ADDRESS` and `copier update` go by tags.
"""

import sys
import tempfile
from pathlib import Path

from scripts import version
from scripts.command import printed
from scripts.fork import template

ROOT = Path(__file__).resolve().parents[2]


def git(cwd: Path, *arguments: str, **variables: str) -> str:
    """What git prints. Raises CalledProcessError; its complaint is shown."""
    return printed(cwd, "git", *arguments, **variables)


def refused(root: Path, tag: str) -> str:
    """Why there can be no tag, "" where nothing is in the way."""
    if changed := git(root, "status", "--porcelain"):
        return f"{changed.split(maxsplit=1)[1]} is not committed, and a release is: commit it."
    if git(root, "tag", "--list", tag):
        return f"{tag} is there already: make version-set VERSION=…"
    return ""


def put(root: Path) -> str:
    """The new tag, v and the version of the tree. Raises ValueError where there can be none."""
    number = next(iter(version.found(root).values()))
    tag = f"v{number}"
    if why := refused(root, tag):
        raise ValueError(why)
    with tempfile.TemporaryDirectory(prefix="tag-") as name:
        made = Path(name) / "made"
        template.write(root, made)
        there = {
            "GIT_DIR": git(root, "rev-parse", "--absolute-git-dir"),
            "GIT_INDEX_FILE": f"{name}/index",
            "GIT_WORK_TREE": str(made),
        }
        git(made, "read-tree", "HEAD", **there)
        git(made, "add", "--force", "--", "copier.yml", "template", **there)
        tree = git(made, "write-tree", **there)
    what = f"Release {number}, with what copier reads"
    commit = git(root, "commit-tree", tree, "-p", "HEAD", "-m", what)
    git(root, "tag", "--annotate", "--message", f"Release {number}", tag, commit)
    return tag


if __name__ == "__main__":
    try:
        made = put(ROOT)
    except ValueError as error:
        sys.exit(str(error))
    print(f"{made} is made; this publishes it: git push origin {made}")
