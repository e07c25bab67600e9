"""`make fork`: what is wrong is one sentence and nothing on disk; else a fork, whatever folder."""

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from scripts.fork import __main__ as fork
from scripts.fork import names, template
from scripts.fork.tag import git
from tests.environment import ROOT
from tests.scripts.fork.copies import ORIGIN


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with nothing that is not committed."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "file").write_text("x\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    git(folder, *who, "commit", "--quiet", "--message", "x")
    monkeypatch.setattr(fork, "ROOT", folder)
    return folder


@pytest.mark.parametrize(
    ("name", "dest", "message"),
    [
        ("", "x", "NAME is not given: make fork NAME=orders DEST=../orders"),
        ("", "", "NAME and DEST are not given: make fork"),
        ("orders", "{tmp}", "DEST is {tmp}, which is there already: give a folder that is not."),
        ("orders", "{tmp}/clone/x", "DEST is {tmp}/clone/x, inside the template: give a folder"),
        ("orders", "{tmp}/clone", "DEST is {tmp}/clone, inside the template"),
    ],
)
@pytest.mark.usefixtures("clone")
def test_a_wrong_place_is_refused(
    name: str, dest: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fork.main(name, dest.format(tmp=tmp_path), []) == os.EX_USAGE
    said = capsys.readouterr().err
    assert said.startswith(message.format(tmp=tmp_path))
    assert said.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"clone"}


def test_what_is_not_committed_is_not_copied(clone: Path, tmp_path: Path) -> None:
    (clone / "new").write_text("x\n")
    assert fork.refused("orders", str(tmp_path / "orders")).startswith("new is not committed here")


def test_without_git_it_says_so(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dest = str(tmp_path / "orders")
    (clone / ".git").rename(tmp_path / "gone")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert fork.refused("orders", dest).startswith("This is no checkout of git")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fork.refused("orders", dest).startswith("git is not on the PATH")


def made(copier: str, dest: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Make a fork of this tree, committed or not."""
    code = (
        "import sys; from scripts.fork import __main__ as fork; fork.refused = lambda *_: '';"
        " sys.exit(fork.main(*sys.argv[1:3], sys.argv[3:]))"
    )
    return subprocess.run(
        ["python3", "-c", code, name, str(dest), *arguments],
        cwd=ROOT,
        env=os.environ | {"COPIER": copier},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_name_is_one_sentence(copier: str, tmp_path: Path) -> None:
    done = made(copier, tmp_path / "fork", "1x")
    assert (done.returncode, done.stdout) == (os.EX_USAGE, "")
    assert done.stderr.startswith("1x is no name for a service: at most 40 of a-z, 0-9")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_answer_that_nobody_asks_for_is_refused(copier: str, tmp_path: Path) -> None:
    given = ("--data=own=yes", "-d", "organization=acme", "--data", "licence=MIT", "--defaults")
    done = made(copier, tmp_path / "orders", "orders", *given)
    assert (done.returncode, done.stdout) == (os.EX_USAGE, "")
    assert done.stderr.startswith("organization, own: not asked here; there are name, description,")
    assert not list(tmp_path.iterdir())


def test_a_commit_that_is_no_release_is_told(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "read", lambda _root: SimpleNamespace(version="1.2.3"))
    said = "This commit is not the release v1.2.3: to an update, what differs from that is yours."
    assert fork.release(clone) == said
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    tree = git(clone, "rev-parse", "HEAD^{tree}")
    git(clone, "tag", "v1.2.3", git(clone, *who, "commit-tree", tree, "-p", "HEAD", "-m", "x"))
    assert fork.release(clone) == ""
    git(clone, *who, "commit", "--quiet", "--allow-empty", "--message", "later")
    assert fork.release(clone) == said


def test_the_fork_is_there_and_says_where_it_comes_from(copier: str, tmp_path: Path) -> None:
    folder = tmp_path / "not yet" / "orders"
    done = made(copier, folder, "orders", "--defaults", "--data", "organisation=acme")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"orders is in {folder}, made in ")
    assert "\nBegin with:\n" in done.stdout
    origin = yaml.safe_load((folder / ORIGIN).read_text())
    own = names.read(ROOT)
    # The public address and a tag, though it was made of a checkout.
    assert (origin["_src_path"], origin["_commit"]) == (own.address, f"v{own.version}")
    assert (origin["organisation"], origin["registry"]) == ("acme", "ghcr.io/acme")
    assert (folder / "app" / "notes").is_dir()
    assert len(template.tracked(ROOT)) == sum(path.is_file() for path in folder.rglob("*")) - 1


def test_a_tree_that_is_no_template_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def write(_root: Path, _to: Path) -> None:
        raise ValueError("parts.toml: it has no such line")

    monkeypatch.setattr(fork, "uncommitted", str)
    monkeypatch.setattr(template, "write", write)
    assert fork.main("orders", str(tmp_path / "orders"), []) == os.EX_DATAERR
    assert capsys.readouterr().err == "parts.toml: it has no such line\n"
