import json
from pathlib import Path
from typing import Any

import pytest

from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.finish import conclude, finish
from app.loadtest.gate import Gate
from app.loadtest.report_log import extract
from tests.loadtest.runs import run


def test_what_is_told_last_is_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conclude(run(REPORT_DIR=tmp_path)) is ExitCode.PASSED
    told = capsys.readouterr().out
    assert told.endswith("PASSED (0): All that was asked holds.\n")
    assert "BEGIN" not in told


def test_reports_stand_in_the_log_before_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conclude(run(REPORT_DIR=tmp_path, REPORT_IN_LOG="true"))
    told = capsys.readouterr().out
    assert told.index("END LOADTEST REPORT") < told.index("total")
    out = extract(told, tmp_path / "out")
    assert out[1].read_bytes() == (tmp_path / "report.json").read_bytes()


def test_a_run_is_compared_with_its_baseline(tmp_path: Path) -> None:
    conclude(run(REPORT_DIR=tmp_path))
    before = tmp_path / "before.json"
    (tmp_path / "report.json").rename(before)
    settings: dict[str, Any] = {"REPORT_DIR": tmp_path, "BASELINE": before}
    assert conclude(run(**settings)) is ExitCode.PASSED
    assert json.loads((tmp_path / "report.json").read_text())["comparison"]["p"] == 1
    assert conclude(run(latency=30, **settings)) is ExitCode.WORSE
    disrupted = run(latency=30, **settings)
    disrupted.problems = [Problem(ExitCode.DISRUPTED, "SIGTERM.")]
    assert conclude(disrupted) is ExitCode.DISRUPTED
    assert disrupted.comparison is None
    before.write_text("gone")
    assert conclude(run(**settings)) is ExitCode.BASELINE


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_process_that_makes_load_is_judged_itself(workers: str, tmp_path: Path) -> None:
    gate = Gate(run(REPORT_DIR=tmp_path, WORKERS=workers), "digest")
    gate.run.generators.clear()
    gate.start()
    finish(gate)
    assert 0 <= gate.run.elapsed < 30
    assert list(gate.run.generators) == (["of this run"] if workers == "0" else [])
