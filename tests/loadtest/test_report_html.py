"""The page, as text and in a real browser."""

from html.parser import HTMLParser
from pathlib import Path

from selenium.webdriver.common.by import By

from app.loadtest.concurrency import Finding, Waits
from app.loadtest.report_html import page
from app.loadtest.run import Run
from app.loadtest.verdict import judge
from tests.loadtest.runs import COMPARISON, FINDING, run
from tests.server.browser import SCREENSHOTS, browser, complaints, needs_browser, requested


def whole() -> Run:
    found = run(status=500)
    found.concurrency, found.comparison = FINDING, COMPARISON
    return found


def test_it_needs_nothing_else() -> None:
    text = page(whole(), judge(whole()))
    seen: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.extend(name for name, _ in attrs if name in ("src", "href", "srcset"))
            seen.extend([tag] if tag in ("script", "link", "img", "iframe") else [])

    Parser().feed(text)
    assert not seen
    assert "url(" not in text
    assert "@import" not in text


def test_what_comes_from_elsewhere_is_escaped() -> None:
    found = run(TARGET="http://a.test/<b>")
    found.environment["service"] = {"commit": "<script>alert(1)</script>"}
    text = page(found, judge(found))
    assert "<script>" not in text
    assert "http://a.test/&lt;b&gt;" in text
    assert "GET /&lt;slow&gt;" in text


def test_what_there_is_not_is_left_out() -> None:
    found = run()
    found.environment["service"] = None
    text = page(found, judge(found))
    for title in ("Errors</h2>", "Sleepers", "Beside the baseline", "broken off"):
        assert title not in text
    found.concurrency = Finding(Waits.UNKNOWN, "Why.")
    assert "Sleepers" not in page(found, judge(found))
    assert "broken off" in page(run(seconds=9), judge(run(seconds=9)))


@needs_browser
def test_in_a_browser(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(whole(), judge(whole())), encoding="utf-8")
    with browser(tmp_path / "profile") as driver:
        driver.get(file.as_uri())
        assert driver.find_element(By.CLASS_NAME, "verdict").text.startswith("ERRORS (11)")
        charts = driver.find_elements(By.CSS_SELECTOR, "figure svg")
        assert len(charts) == 6
        assert all(chart.size["height"] > 100 for chart in charts)
        limits = driver.find_elements(By.CSS_SELECTOR, "svg line.limit")
        assert len(limits) == 3
        assert limits[0].value_of_css_property("stroke-dasharray") != "none"
        text = driver.find_element(By.TAG_NAME, "body").text
        for words in ("Beside the baseline", "service commit", "1.38 s", "500 × status 500"):
            assert words in text or words.replace(" × ", " ") in text
        width = driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= driver.execute_script("return window.innerWidth")
        assert not requested(driver)
        assert not complaints(driver)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        driver.save_screenshot(str(SCREENSHOTS / "loadtest.png"))
