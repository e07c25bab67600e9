"""The matrix says what each cell really ran, and fails when one did."""

import subprocess
from pathlib import Path

import pytest

from scripts import matrix
from scripts.matrix import CELLS, Cell


def test_all_supported_pairs_are_there() -> None:
    assert set(CELLS) == {
        ("3.11", "locked"),
        ("3.12", "locked"),
        ("3.13", "locked"),
        ("3.12", "6.0"),
        ("3.13", "6.0"),
    }


def test_a_cell_has_an_environment_of_its_own() -> None:
    folders = {Cell(*names).folder for names in CELLS}
    assert len(folders) == len(CELLS)
    assert {folder.parent.name for folder in folders} == {".venvs"}


def test_each_cell_says_what_it_ran(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(matrix, "prepare", lambda _uv, _cell: None)
    monkeypatch.setattr(matrix, "command", lambda *_arguments: "3.12.1 6.0.10")
    monkeypatch.setattr(matrix, "test", lambda _cell: 0)
    assert matrix.main("uv", [Cell("3.12", "6.0")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "3.12.1    6.0.10    passed"
    monkeypatch.setattr(matrix, "test", lambda _cell: 1)
    assert matrix.main("uv", [Cell("3.12", "6.0")]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3.12.1    6.0.10    FAILED"


def test_a_missing_interpreter_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sh").symlink_to("/bin/sh")
    (tmp_path / "env").symlink_to("/usr/bin/env")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert matrix.main("uv", [Cell("3.12", "locked")]) == 1
    output = capfd.readouterr()
    assert "No Python 3.12 was found" in output.err
    assert output.out.splitlines()[-1] == (
        "3.12      locked    FAILED: scripts/python 3.12 ended with 1"
    )


def test_what_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        matrix.command("false")
    assert matrix.command("sh", "-c", "echo $NAME", NAME="value") == "value"
