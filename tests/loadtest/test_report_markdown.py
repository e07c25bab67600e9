from app.loadtest.report_markdown import page
from app.loadtest.verdict import judge
from tests.loadtest.runs import COMPARISON, FINDING, run


def test_verdict_cases_figures_and_comparison() -> None:
    found = run()
    found.concurrency, found.comparison = FINDING, COMPARISON
    text = page(found, judge(found))
    assert text.startswith("## Load test: WORSE\n")
    assert "| ✅ | p95<100ms | p95<100ms: 2" in text
    assert "| ❌ | baseline | Chance alone" in text
    assert "\n| total | 500 | 0 % | 20.0 | " in text
    assert "| GET /api/notes | p95 | 20.0 | 30.0 | +50.0% | worse |" in text
    assert "1,000: 1.38 s" in text


def test_a_part_is_called_one_and_bars_do_not_break_the_table() -> None:
    found = run(seconds=12)
    found.samples.endpoints["GET /a|b"] = found.samples.endpoints.pop("GET /api/notes")
    text = page(found, judge(found))
    assert "broken off" in text
    assert "| GET /a\\|b |" in text
