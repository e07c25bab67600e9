import json
from pathlib import Path

import pytest

from app.loadtest.baseline_file import check, load
from app.loadtest.exit_codes import ExitCode, Problem
from app.loadtest.report_json import as_data
from app.loadtest.verdict import judge
from tests.loadtest.runs import run


@pytest.fixture
def report(tmp_path: Path) -> Path:
    found = run()
    path = tmp_path / "report.json"
    path.write_text(json.dumps(as_data(found, judge(found))))
    return path


def changed(report: Path, **fields: object) -> Path:
    report.write_text(json.dumps(json.loads(report.read_text()) | fields))
    return report


def test_a_report_is_what_was_measured(report: Path) -> None:
    earlier, same = load(str(report)), run()
    assert earlier.measured.samples.to_wire() == same.samples.to_wire()
    assert (earlier.measured.since, earlier.measured.until) == (5, 30)
    check(earlier, same)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"schema": 99}, "has schema 99; this version of the load test reads 1."),
        ({"complete": False}, "is the report of a run that was broken off."),
        ({"timeline": {}}, "is damaged."),
        ({"measured": None}, "is damaged."),
        ({"test": {"time": "x"}}, "is damaged."),
    ],
)
def test_what_is_no_baseline(report: Path, fields: dict[str, object], words: str) -> None:
    with pytest.raises(Problem) as caught:
        load(str(changed(report, **fields)))
    assert caught.value.code is ExitCode.BASELINE
    assert caught.value.sentence.endswith(words)


@pytest.mark.parametrize("text", ["", "[]", "{}", "7"])
def test_what_is_no_report(report: Path, text: str) -> None:
    report.write_text(text)
    with pytest.raises(Problem) as caught:
        load(str(report))
    assert caught.value.sentence == f"{report} is no report.json of a load test."


def test_all_that_differs_is_told(report: Path) -> None:
    now = run(USERS=7, SHAPE="ramp")
    now.environment |= {"replicas": 3, "machine": "another"}
    with pytest.raises(Problem) as caught:
        check(load(str(report)), now)
    assert caught.value.code is ExitCode.NOT_COMPARABLE
    for words in ("users (50 then, 7 now)", "shape (", "replicas (2 then, 3 now)", "machine ("):
        assert words in caught.value.sentence


def test_a_run_that_is_too_short_to_compare(report: Path) -> None:
    with pytest.raises(Problem) as caught:
        check(load(str(report)), run(TIME="12s"))
    assert caught.value.sentence == "A comparison takes 10 s of TIME after WARMUP."
