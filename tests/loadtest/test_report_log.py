import random
import subprocess
import sys
from pathlib import Path

import pytest

from app.loadtest import report_log
from app.loadtest.report_log import block, extract
from tests.server.harness import ROOT


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = {"report.html": "<p>a report</p>" * 1000, "junit.xml": "<é/>"}
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [tmp_path / name for name in made]


def in_a_log(text: str) -> str:
    """As others write before and after it."""
    return f"100%  60 of 60 s\n{text}\ntotal  12\nPASSED (0)\n"


def test_reports_come_out_as_they_went_in(files: list[Path], tmp_path: Path) -> None:
    text = block(files)
    assert max(map(len, text.splitlines())) <= 1000
    out = extract(in_a_log(text), tmp_path / "out" / "there")
    assert [file.read_bytes() for file in out] == [file.read_bytes() for file in files]


def test_the_last_of_several_counts(files: list[Path], tmp_path: Path) -> None:
    first = block(files)
    files[0].write_text("again")
    out = extract(in_a_log(first) + in_a_log(block(files)), tmp_path / "out")
    assert out[0].read_text() == "again"


def test_a_log_without_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="The log holds no report: has the run ended"):
        extract("nothing", tmp_path)
    with pytest.raises(ValueError, match="The log holds no report"):
        extract("-----BEGIN LOADTEST REPORT " + "0" * 64 + "-----\ncut", tmp_path)


def test_one_that_is_damaged(files: list[Path], tmp_path: Path) -> None:
    text = block(files)
    middle = text.splitlines()[1]
    damaged = text.replace(middle, middle[:10] + ("B" if middle[10] == "A" else "A") + middle[11:])
    with pytest.raises(ValueError, match="damaged: its checksum is another"):
        extract(damaged, tmp_path)


def test_one_that_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_log, "MOST_BYTES", 10_000)
    file = tmp_path / "report.html"
    file.write_bytes(random.Random(1).randbytes(20_000))  # noqa: S311 - no secret
    assert "too many for a log" in block([file])


def test_as_a_command(files: list[Path], tmp_path: Path) -> None:
    def run(log: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.loadtest.report_log", str(tmp_path / "out")],
            cwd=ROOT,
            input=log,
            capture_output=True,
            text=True,
            check=False,
        )

    done = run(in_a_log(block(files)))
    assert done.stdout.splitlines() == [str(tmp_path / "out" / file.name) for file in files]
    failed = run("nothing")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("The log holds no report")
