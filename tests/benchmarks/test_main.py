"""The command, with cases that measure nothing real."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import report, results
from benchmarks.lab import Lab
from benchmarks.refused import Refused
from benchmarks.rounds import Case, Rounds
from benchmarks.rows import Goal, Row


@pytest.fixture(autouse=True)
def _no_lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    @contextlib.contextmanager
    def none(tell: Callable[[str], None]) -> Iterator[Lab]:
        yield Lab(frozenset(), frozenset(), "", tmp_path, tell)

    def kept(given: dict[str, results.Result]) -> None:
        save(given, tmp_path / "results.json")

    def write(cases: list[Case], given: dict[str, results.Result]) -> None:
        page(cases, given, tmp_path)

    save, page = results.save, report.write
    monkeypatch.setattr(command, "laboratory", none)
    monkeypatch.setattr(results, "load", dict)
    monkeypatch.setattr(results, "save", kept)
    monkeypatch.setattr(report, "write", write)


def measures(monkeypatch: pytest.MonkeyPatch, value: float, needs: str = "") -> Case:
    def rounds(lab: Lab) -> Rounds:
        while True:
            lab.tell("one")
            if value < 0:
                raise Refused("3 of 7 requests failed.")
            yield {"a": value}

    case = Case("made", "title", "s", rounds, (Row("a", None, Goal(2)),), needs=needs)
    monkeypatch.setattr(command, "CASES", {"made": case})
    return case


@pytest.mark.parametrize(("value", "status", "said"), [(3, 0, "reached"), (1, 1, "missed")])
def test_the_status_tells_whether_the_goals_are_reached(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    value: float,
    status: int,
    said: str,
) -> None:
    measures(monkeypatch, value)
    assert command.main(["made"]) == status
    assert results.FILE.parent == report.FOLDER
    assert said in (tmp_path / "README.md").read_text()
    assert '"made"' in (tmp_path / "results.json").read_text()


def test_a_log_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measures(monkeypatch, 3)
    command.main(["made"])
    assert capsys.readouterr().out.startswith("made: title\n")


def test_nothing_is_reported_of_what_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    measures(monkeypatch, -1)
    assert command.main(["made"]) == 2
    assert "Not measured: made: 3 of 7 requests failed." in capsys.readouterr().out
    assert not (tmp_path / "results.json").exists()


def test_a_case_that_is_refused_ends_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def rounds(_lab: Lab) -> Rounds:
        why = Refused("A request has no answer.")
        raise ExceptionGroup("of a client's many requests", [why])

    rows = (Row("a", None, Goal(2)),)
    cases = {"first": Case("first", "title", "s", rounds, rows), "made": measures(monkeypatch, 3)}
    monkeypatch.setattr(command, "CASES", cases)
    assert command.main(["first", "made"]) == 2
    said = capsys.readouterr().out
    assert "Not measured: first: A request has no answer." in said
    assert "reached" in said
    assert '"made"' in (tmp_path / "results.json").read_text()


def test_what_the_machine_cannot_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measures(monkeypatch, 3, needs="needs 3 cores")
    assert command.main(["made"]) == 0
    assert "needs 3 cores" in capsys.readouterr().out


def test_an_unknown_case_is_named_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measures(monkeypatch, 3)
    with pytest.raises(SystemExit, match="2"):
        command.main(["mode"])
    assert "no such case: mode; there are made" in capsys.readouterr().err
