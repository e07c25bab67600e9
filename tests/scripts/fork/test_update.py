"""A newer template comes into a fork, from a second clone of it; what is the fork's stays."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scripts import changelog, version
from scripts.fork import names, tag
from scripts.fork.tag import git
from tests.environment import ROOT
from tests.scripts.fork.copies import ORIGIN

WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "x"), ("EMAIL", "x@example.com"))
}
MINE = "# Skiff was here, at https://github.com/skiff-template/skiff.\n"
Run = Callable[..., subprocess.CompletedProcess[str]]


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", message)


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of the template with one release, where git finds its public address."""
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "template"
    for path in git(ROOT, "ls-files").splitlines():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    git(folder, "init", "--quiet")
    commit(folder, "Begin")
    assert tag.put(folder) == f"v{names.read(ROOT).version}"
    config = tmp_path / "gitconfig"
    git(tmp_path, "config", "--file", str(config), f"url.{folder}.insteadOf", address())
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return folder


def address() -> str:
    """As copier asks git for it."""
    return f"{names.read(ROOT).address}.git"


@pytest.fixture
def run(copier: str) -> Run:
    """`run(folder, …)`: copier with these arguments."""

    def done(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [copier, *arguments],
            cwd=folder,
            env=os.environ | {"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return done


def newer(template: Path) -> str:
    """A second release, that changes, adds and removes; its tag."""
    changed(template / "manage.py", "#!/usr/bin/env python", "#!/usr/bin/env -S python -X dev")
    changed(template / "config/urls.py", '"""The service\'s addresses."""', '"""All addresses."""')
    changed(template / "docs/logs.md", "# ", "# New: ")
    (template / "docs/new.md").write_text("# What Skiff has of late\n")
    (template / "docs/admin.md").unlink()
    old = names.read(template).version
    major, *_ = old.split(".")
    notes = (template / version.CHANGELOG).read_text()
    if not changelog.sections(notes).get(changelog.UNRELEASED):
        changed(template / version.CHANGELOG, "## Unreleased\n", "## Unreleased\n\n- New.\n")
    version.put(template, f"{int(major) + 1}.0.0")
    commit(template, "A second release")
    return tag.put(template)


def test_an_update_brings_in_what_is_new_and_touches_nothing_else(
    template: Path, run: Run, tmp_path: Path
) -> None:
    fork, second = tmp_path / "orders", tmp_path / "second"
    copied = run(
        tmp_path, "copy", "--defaults", "--data", "name=orders", names.read(ROOT).address, "orders"
    )
    assert copied.returncode == 0, copied.stderr
    git(fork, "init", "--quiet")
    commit(fork, "Begin")
    # The fork's own: a file of its own, another part of the template's, the same line, a removal.
    (fork / "docs/mine.md").write_text(MINE)
    changed(fork / "config/urls.py", "handler400 =", "# ours\nhandler400 =")
    changed(fork / "docs/logs.md", "# ", "# Ours: ")
    (fork / "docs/traces.md").unlink()
    changed(fork / "pyproject.toml", 'version = "0.1.0"', 'version = "4.5.6"')
    changelog_of_mine = f"{(fork / version.CHANGELOG).read_text()}\n- Ours.\n"
    (fork / version.CHANGELOG).write_text(changelog_of_mine)
    commit(fork, "Ours")
    git(tmp_path, "clone", "--quiet", str(fork), str(second))

    dirty = second / "config/urls.py"
    before = dirty.read_text()
    dirty.write_text(f"{before}# not committed\n")
    tagged = newer(template)
    refused = run(second, "update", "--defaults")
    assert refused.returncode != 0
    assert "dirty" in refused.stderr
    assert git(second, "status", "--porcelain") == "M config/urls.py"
    dirty.write_text(before)

    updated = run(second, "update", "--defaults", "--conflict", "inline")
    assert updated.returncode == 0, updated.stderr
    assert yaml.safe_load((second / ORIGIN).read_text())["_commit"] == tagged
    assert (second / "manage.py").read_text().startswith("#!/usr/bin/env -S python -X dev")
    urls = dirty.read_text()
    assert '"""All addresses."""' in urls
    assert "# ours\nhandler400 =" in urls
    assert (second / "docs/new.md").read_text() == "# What Orders has of late\n"
    assert not (second / "docs/admin.md").exists()
    assert not (second / "docs/traces.md").exists()
    assert (second / "docs/mine.md").read_bytes() == MINE.encode()
    assert 'version = "4.5.6"' in (second / "pyproject.toml").read_text()
    assert (second / version.CHANGELOG).read_text() == changelog_of_mine
    conflicts = git(second, "grep", "--name-only", "<<<<<<<", "--", ".").splitlines()
    assert conflicts == ["docs/logs.md"]
    touched = {line[3:] for line in git(second, "status", "--porcelain").splitlines()}
    assert {path for path in touched if path.startswith("docs")} == {
        "docs/admin.md",
        "docs/logs.md",
        "docs/new.md",
    }


def test_a_mirror_stays_where_updates_come_from(template: Path, run: Run, tmp_path: Path) -> None:
    mirror = "https://mirror.example.com/template.git"
    config = Path(os.environ["GIT_CONFIG_GLOBAL"])
    git(tmp_path, "config", "--file", str(config), "--add", f"url.{template}.insteadOf", mirror)
    copied = run(tmp_path, "copy", "--defaults", "--data", "name=orders", mirror, "orders")
    assert copied.returncode == 0, copied.stderr
    assert yaml.safe_load((tmp_path / "orders" / ORIGIN).read_text())["_src_path"] == mirror


def test_the_tag_is_of_this_commit_and_of_no_branch(template: Path) -> None:
    made = f"v{names.read(template).version}"
    assert git(template, "rev-parse", f"{made}^{{commit}}^") == git(template, "rev-parse", "HEAD")
    added = git(template, "-c", "core.quotePath=false", "diff", "--name-status", "HEAD", made)
    assert {line.split("\t")[0] for line in added.splitlines()} == {"A"}
    paths = [line.split("\t")[1] for line in added.splitlines()]
    assert all(path == "copier.yml" or path.startswith("template/") for path in paths)
    assert git(template, "status", "--porcelain") == ""
    assert git(template, "branch", "--contains", made) == ""


def test_a_tag_is_made_once_and_of_what_is_committed(template: Path) -> None:
    with pytest.raises(ValueError, match=r"v[0-9.]+ is there already: make version-set"):
        tag.put(template)
    (template / "manage.py").write_text("")
    with pytest.raises(ValueError, match=r"manage\.py is not committed, and a release is"):
        tag.put(template)
