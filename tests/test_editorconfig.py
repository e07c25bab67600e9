"""The project's files are as .editorconfig tells editors to write them."""

import subprocess
from collections.abc import Iterator

from tests.environment import ROOT


def faults(name: str, text: str) -> Iterator[str]:
    """What is wrong with a file."""
    if "\r" in text:
        yield f"{name}: a carriage return"
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at its end"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip(" \t"):
            yield f"{name}:{number}: blanks at the end"
        if line.startswith("\t") and name != "Makefile":
            yield f"{name}:{number}: a tab"


def test_files_are_as_editors_write_them() -> None:
    listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    names = subprocess.check_output(listed, cwd=ROOT, text=True).splitlines()
    there = [name for name in names if (ROOT / name).is_file()]
    assert "Makefile" in there
    assert [
        fault
        for name in there
        for fault in faults(name, (ROOT / name).read_bytes().decode("utf-8"))
    ] == []


def test_faults_are_named() -> None:
    assert list(faults("x.py", "a\r\nb \n\tc")) == [
        "x.py: a carriage return",
        "x.py: no newline at its end",
        "x.py:2: blanks at the end",
        "x.py:3: a tab",
    ]
