"""docs/endpoint.md: its code, put where it says, is an endpoint that is seen everywhere."""

import json
import re
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.wait import WebDriverWait

from tests.docs.console import Terminal, commands
from tests.environment import ROOT
from tests.server.browser import browser, needs_browser

PAGE = ROOT / "docs" / "endpoint.md"
BLOCK = re.compile(r'^```(\w+) title="(\S+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
SHORT = {"USERS": "4", "WARMUP": "1s", "CONCURRENCY": "off"}


def code(path: str, language: str, text: str) -> list[str]:
    """The lines of code that a block adds: no blanks, comments or docstrings."""
    if path.startswith("tests/"):
        return []
    lines = text.splitlines()
    if language == "diff":
        lines = [line[1:] for line in lines if line.startswith("+")]
    return [line for line in lines if not re.match(r'\s*("""|#|$)', line)]


def put(folder: Path, path: str, language: str, text: str) -> None:
    """Do what a block says: a file that is new, or lines between others, which stand there once."""
    file = folder / path
    if language != "diff":
        assert not file.exists()
        file.write_text(text)
        return
    assert set(re.findall(r"^.", text, re.MULTILINE)) == {" ", "+"}
    before = "".join(re.findall(r"^ (.*\n)", text, re.MULTILINE))
    assert file.read_text().count(before) == 1
    file.write_text(file.read_text().replace(before, re.sub(r"(?m)^.", "", text)))


def test_it_takes_at_most_ten_lines() -> None:
    blocks = BLOCK.findall(PAGE.read_text())
    assert 0 < sum(len(code(path, language, text)) for language, path, text in blocks) <= 10
    assert [path for _, path, _ in blocks if path.startswith("tests/")] == [
        "tests/api/test_greeting.py"
    ]


@needs_browser
@pytest.mark.timeout(900)
def test_add_an_endpoint(terminal: Terminal, tmp_path: Path) -> None:
    for language, path, text in BLOCK.findall(PAGE.read_text()):
        put(terminal.folder, path, language, text)
    test, write, gate = commands("docs/endpoint.md", "The view, its address, its test")
    assert "1 passed" in terminal.type(test)
    terminal.type(write)
    document = json.loads((terminal.folder / "docs" / "openapi.json").read_text())
    assert document["paths"]["/api/greetings/{name}"]["get"]["tags"] == ["greetings"]
    assert "0 hops" in terminal.type(gate)
    terminal.type(".venv/bin/ruff format --check", ".venv/bin/ruff check")

    run, ask, metrics = commands("docs/endpoint.md", "See it")
    with terminal.serving(run) as log, browser(tmp_path) as driver:
        assert '{"text": "Hello, Ada."}' in terminal.type(ask)
        assert re.search(r'_count{.*view="[\w.:]*greet"} 1', terminal.type(metrics))
        (line,) = [json.loads(each) for each in log.read_text().splitlines() if "Ada" in each]
        assert (line["http.response.status_code"], line["hops"]) == (200, 0)
        driver.get(f"http://127.0.0.1:{terminal.env['PORT']}/api/docs")
        shown = (By.CSS_SELECTOR, "#operations-greetings-greet")
        WebDriverWait(driver, 120).until(seen.visibility_of_element_located(shown))

        terminal.env |= SHORT
        terminal.other |= {"TIME=30s": "TIME=6s", "p95<200ms": "p95<30s"}
        said = terminal.type(*commands("docs/endpoint.md", "In the load test"))
        assert "PASSED" in said
        assert "GET /api/greetings/{name}" in said
