"""The template is the tree: what is rendered by the template's own answers is it, to the byte."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from scripts.fork import names, parts, template
from scripts.fork.tag import git
from tests.environment import ROOT
from tests.scripts.fork.conftest import Copy
from tests.scripts.fork.copies import ORIGIN, files


def locked(file: Path) -> set[str]:
    """The names of the packages in a lock."""
    return {package["name"] for package in tomllib.loads(file.read_text())["package"]}


def test_the_default_answers_give_the_tree_back(copy: Copy) -> None:
    fork = copy(name=names.read(ROOT).name)
    tracked = set(template.tracked(ROOT))
    assert files(fork) == tracked | {ORIGIN}
    (never,) = (part for part in parts.load() if part.name == parts.NEVER)
    changed = {path for path in tracked if (fork / path).read_bytes() != (ROOT / path).read_bytes()}
    assert changed == {*never.lines, "uv.lock"}
    before, after = (locked(folder / "uv.lock") for folder in (ROOT, fork))
    assert after < before
    assert before - after >= {"fastapi", "litestar", "sqlalchemy"}
    for path in sorted(never.lines):
        text = (ROOT / path).read_text()
        lines: list[str | None] = list(text.splitlines())
        for begin, end, _ in parts.spans(path, text, never):
            lines[begin:end] = [None] * (end - begin)
        assert (fork / path).read_text().splitlines() == [
            line for line in lines if line is not None
        ]
    modes = {path for path in tracked if (fork / path).stat().st_mode & 0o100}
    assert modes == {path for path in tracked if (ROOT / path).stat().st_mode & 0o100}


def test_what_belongs_to_the_template_alone_is_not_copied() -> None:
    kept = template.tracked(ROOT)
    for mine in (".ci/", "benchmarks/", "scripts/fork/", "tests/scripts/fork/", "docs/fork.md"):
        assert (ROOT / mine).exists() or mine == "benchmarks/"
        assert not [path for path in kept if path.startswith(mine)]


def test_no_tool_takes_the_template_for_code(made: Path) -> None:
    assert {path.suffix for path in (made / "template").rglob("*") if path.is_file()} == {".jinja"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the working tree that a test may spoil."""
    folder = tmp_path / "tree"
    for path in git(ROOT, "ls-files").splitlines():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    git(folder, "add", "--force", "--all")
    return folder


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("app/new.py", "'«'\n", "app/new.py: « belong"),
        ("app/new.py", "SKIFF = 1\n", "app/new.py: no expression is known for the name in 'SKIFF"),
        ("docs/skiff.md", "x\n", "docs/skiff.md: no expression is known for the name in 'docs/"),
        (
            "config/urls.py",
            "x\n",
            "parts.toml: notes: config/urls.py has no line that begins 'from",
        ),
    ],
)
def test_a_tree_that_is_no_template_says_where(
    tree: Path, tmp_path: Path, path: str, text: str, message: str
) -> None:
    (tree / path).write_text(text.replace("SKIFF", names.read(ROOT).name.upper()))
    git(tree, "add", path)
    with pytest.raises(ValueError, match=message):
        template.write(tree, tmp_path / "made")


def test_a_part_whose_folder_is_gone_is_named(tree: Path, tmp_path: Path) -> None:
    shutil.rmtree(tree / "app" / "notes")
    git(tree, "add", "--all")
    with pytest.raises(ValueError, match=r"parts\.toml: notes: /app/notes is not there"):
        template.write(tree, tmp_path / "made")
