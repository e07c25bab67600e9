"""`make loadtest-report`: what is in the log of the last run comes out, or it is said why not."""

import os
from pathlib import Path

import pytest

from app.loadtest.report_log import block
from scripts.loadtest_report import main
from tests.scripts.kubectl import Kubectl


@pytest.fixture
def log(tmp_path: Path) -> str:
    """A log with a report."""
    (tmp_path / "report.html").write_text("<p>é</p>")
    return f"100%\n{block([tmp_path / 'report.html'])}\nPASSED (0): All that was asked holds.\n"


@pytest.fixture(autouse=True)
def _runs(kubectl: Kubectl, log: str) -> None:
    kubectl.shows("jobs", [{"metadata": {"name": "first"}}, {"metadata": {"name": "last"}}])
    kubectl.shows("pods", [{"metadata": {"name": "last-0-x"}}])
    kubectl.logs(log)


def test_that_of_the_last_run(
    kubectl: Kubectl, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("demo", "prod", str(tmp_path / "out")) == 0
    assert (tmp_path / "out" / "report.html").read_text() == "<p>é</p>"
    assert capsys.readouterr().out.splitlines() == ["last:", str(tmp_path / "out" / "report.html")]
    assert "job-name=last," in kubectl.asked[1]
    assert kubectl.asked[2].endswith(" logs last-0-x")


def test_why_there_is_none(
    kubectl: Kubectl, log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(sentence: str) -> None:
        assert main("demo", "prod", str(tmp_path / "out")) == os.EX_UNAVAILABLE
        assert capsys.readouterr().err.startswith(sentence)

    kubectl.logs(log.replace("\n", "A\n", 2))
    refused("The log holds no report")
    kubectl.logs("100%\n")
    refused("The log holds no report: has the run ended")
    kubectl.shows("pods", [])
    refused("The pod of last is gone, and its log with it.")
    kubectl.shows("jobs", [])
    refused("The release demo has made no run that is still there.")
    assert main("demo", "prod", "") == os.EX_USAGE
