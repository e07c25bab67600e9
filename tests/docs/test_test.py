"""docs/test.md: some tests, and requests and values that are made up."""

import pytest

from tests.docs.console import Terminal, commands


@pytest.mark.timeout(600)
def test_some_tests(terminal: Terminal) -> None:
    for command in commands("docs/test.md", ""):
        assert " passed" in terminal.type(command)


@pytest.mark.timeout(600)
def test_values_are_made_up(terminal: Terminal) -> None:
    terminal.other["CHART_EXAMPLES=5000"] = "CHART_EXAMPLES=3"
    chart, _fuzz = commands("docs/test.md", "What is made up")
    assert " passed" in terminal.type(chart)


@pytest.mark.timeout(900)
def test_requests_are_made_up(terminal: Terminal) -> None:
    terminal.other["CASES=20000"] = "CASES=20"
    _chart, fuzz = commands("docs/test.md", "What is made up")
    terminal.type(fuzz)
