from pathlib import Path

import pytest

from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.report_files import writable, write
from app.loadtest.verdict import judge
from tests.loadtest.runs import run


def test_the_files(tmp_path: Path) -> None:
    found = run(REPORT_DIR=str(tmp_path))
    names = [path.name for path in write(found, judge(found))]
    assert names == ["report.html", "report.json", "junit.xml", "summary.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_folder_is_made(tmp_path: Path) -> None:
    writable(tmp_path / "a" / "b")
    assert not list((tmp_path / "a" / "b").iterdir())


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Problem) as caught:
        writable(tmp_path / "file")
    assert caught.value.code is ExitCode.REPORT_DIR
    assert (
        caught.value.sentence == f"REPORT_DIR {tmp_path / 'file'} cannot be written: File exists."
    )
