import re

from app.loadtest.exit_codes import ORDER, ExitCode, first
from tests.server.harness import ROOT

# What pipelines have written down: a number never changes its meaning.
STABLE = {
    "PASSED": 0,
    "CRASHED": 1,
    "LATENCY": 10,
    "ERRORS": 11,
    "THROUGHPUT": 12,
    "ON_THREADS": 13,
    "SERIALISED": 14,
    "WORSE": 15,
    "NOT_COMPARABLE": 20,
    "NO_REQUESTS": 21,
    "ENDED_EARLY": 22,
    "DISRUPTED": 23,
    "WORKER_LOST": 24,
    "WORKER_MISSING": 25,
    "WORKER_DIFFERS": 26,
    "SATURATED": 27,
    "NOT_MEASURED": 28,
    "UNREACHABLE": 30,
    "UNKNOWN_HOST": 31,
    "TLS": 32,
    "NOT_FOUND": 33,
    "REDIRECTED": 34,
    "DENIED": 35,
    "LOCUSTFILE": 40,
    "REPORT_DIR": 41,
    "BASELINE": 42,
    "SETTINGS": 78,
}


def test_numbers_are_stable() -> None:
    assert {code.name: code.value for code in ExitCode} == STABLE


def test_none_is_one_of_pythons_makes_or_a_shells() -> None:
    assert not {2, *range(126, 256)} & set(STABLE.values())


def test_what_proves_nothing_wins_over_what_was_found() -> None:
    assert first([]) is ExitCode.PASSED
    assert first([ExitCode.LATENCY, ExitCode.DISRUPTED, ExitCode.WORSE]) is ExitCode.DISRUPTED
    assert first([ExitCode.LATENCY, ExitCode.SERIALISED]) is ExitCode.SERIALISED


def test_every_end_of_a_run_that_reports_has_its_place() -> None:
    alone = {ExitCode.PASSED, ExitCode.CRASHED, ExitCode.REPORT_DIR, ExitCode.SETTINGS}
    assert set(ORDER) == set(ExitCode) - alone


def test_the_table_of_the_docs_is_this_one() -> None:
    text = (ROOT / "docs" / "loadtest.md").read_text()
    rows = re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", text, re.MULTILINE)
    assert {name: int(code) for code, name in rows} == STABLE
