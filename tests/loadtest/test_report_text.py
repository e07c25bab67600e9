from app.loadtest.report_text import table
from app.loadtest.verdict import judge
from tests.loadtest.runs import FINDING, run


def test_a_table_the_cases_and_the_verdict() -> None:
    found = run(REPORT_DIR="there")
    found.concurrency = FINDING
    lines = table(found, judge(found)).splitlines()
    head, *rows = lines[1:5]
    assert head.split() == ["requests", "errors", "req/s", "median", "p95", "p99", "max"]
    assert [row.split("  ")[0] for row in rows] == ["GET /<slow>", "GET /api/notes", "total"]
    assert len({len(row) for row in (head, *rows)}) == 1
    assert "Sleepers of one second at once: 10: 1.01 s · 1,000: 1.38 s" in lines
    assert any(line.startswith("passed  p95<100ms: ") for line in lines)
    assert lines[-2:] == ["Report: there/report.html", "PASSED (0): All that was asked holds."]


def test_failures_are_told_and_a_part_is_called_one() -> None:
    found = run(seconds=12, status=500)
    text = table(found, judge(found))
    assert "140 × status 500" in text
    assert "FAILED  errors<5%: 100 %." in text
    assert "Report (of a run that was broken off): var/loadtest/report.html" in text
    assert text.endswith("ENDED_EARLY (22): The run ended after 12 s of 30 s.")
