"""The interpreter is the newest that is there and really runs."""

import os
import platform
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "python"


def found(folder: Path, *versions: str) -> subprocess.CompletedProcess[str]:
    """What the script says when nothing but `folder` is on the PATH."""
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), *versions],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def python(path: Path, version: str) -> None:
    """A program that answers as that Python would: its own path if it is asked for its version."""
    program(path, f'[ "$3" = {version} ] && echo {path} || echo')


def test_the_newest_is_taken(tmp_path: Path) -> None:
    python(tmp_path / "python3.11", "3.11")
    assert found(tmp_path).stdout == f"{tmp_path}/python3.11\n"
    python(tmp_path / "python3.12", "3.12")
    assert found(tmp_path).stdout == f"{tmp_path}/python3.12\n"
    python(tmp_path / "python3", "3.13")
    assert found(tmp_path).stdout == f"{tmp_path}/python3\n"


def test_a_name_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "python3.13", 'echo "pyenv: python3.13: command not found" >&2; exit 127')
    python(tmp_path / "python3.11", "3.11")
    assert found(tmp_path).stdout == f"{tmp_path}/python3.11\n"


def test_a_name_that_lies_is_passed_over(tmp_path: Path) -> None:
    python(tmp_path / "python3.13", "3.10")
    assert found(tmp_path).returncode == 1


def test_pyenv_may_have_one_that_is_not_on_the_path(tmp_path: Path) -> None:
    program(tmp_path / "pyenv", f"echo {tmp_path}/root")
    python(tmp_path / "root" / "versions" / "3.12.1" / "bin" / "python3", "3.12")
    assert found(tmp_path).stdout == f"{tmp_path}/root/versions/3.12.1/bin/python3\n"


def test_one_version_may_be_asked_for(tmp_path: Path) -> None:
    python(tmp_path / "python3.11", "3.11")
    python(tmp_path / "python3.12", "3.12")
    assert found(tmp_path, "3.11").stdout == f"{tmp_path}/python3.11\n"


def test_none_is_an_error_that_names_what_is_missing(tmp_path: Path) -> None:
    assert found(tmp_path).returncode == 1
    assert "No Python 3.13 3.12 3.11 was found" in found(tmp_path).stderr
    assert "No Python 3.12 was found" in found(tmp_path, "3.12").stderr


def test_a_real_one_is_found() -> None:
    version = ".".join(platform.python_version_tuple()[:2])
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [str(SCRIPT), version],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).exists()
