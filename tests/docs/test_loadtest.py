"""docs/loadtest.md on this machine: a run, a run elsewhere, a run beside another."""

import json

import pytest

from tests.docs.console import Terminal, commands
from tests.server.harness import free_port

# A busy machine is no failure: what is asked of it here is nearly nothing.
SHORT = {"USERS": "3", "TIME": "12s", "WARMUP": "2s", "CONCURRENCY": "off", "THRESHOLDS": "p95<30s"}
EXAMPLES = {"USERS=200 TIME=5m": "USERS=2", "p95<300ms, errors<0.1%": "p95<30s, errors<50%"}


@pytest.mark.timeout(600)
def test_put_load_on_it(terminal: Terminal) -> None:
    terminal.env |= SHORT
    terminal.other |= EXAMPLES | {
        "https://service.example": f"http://localhost:{terminal.other['8000']}"
    }
    run, here, elsewhere = commands("docs/loadtest.md", "")
    with terminal.serving(run):
        assert "PASSED" in terminal.type(here)
        report = terminal.folder / "var" / "loadtest" / "report.json"
        assert json.loads(report.read_text())["verdict"]["name"] == "PASSED"
        assert "PASSED" in terminal.type(elsewhere)
        terminal.type(here)
        report.parent.rename(terminal.folder / "before")
        (beside,) = commands("docs/loadtest.md", "Is it worse than before?")
        terminal.type(beside, status=None)
        assert json.loads(report.read_text())["comparison"]["figures"]


@pytest.mark.timeout(600)
def test_try_it_by_hand(terminal: Terminal) -> None:
    port = str(free_port())
    terminal.env |= {"LOCUST_WEB_PORT": port, "LOCUST_WEB_HOST": "127.0.0.1"}
    (locust,) = commands("docs/loadtest.md", "Try it by hand")
    with terminal.serving(locust, f"http://127.0.0.1:{port}/"):
        assert "Locust" in terminal.type(f"curl -s http://127.0.0.1:{port}/")


@pytest.mark.timeout(600)
def test_the_stack_of_the_question_waits_on_threads(terminal: Terminal) -> None:
    terminal.env |= {"USERS": "3", "WARMUP": "1s", "THRESHOLDS": "errors<50%"}
    terminal.other |= {"TIME=20s": "TIME=6s"}
    run, ask = commands("docs/synchronous.md", "See it under load")
    with terminal.serving(run):
        said = terminal.type(ask, status=2)
    assert "ON_THREADS (13)" in said
    assert "Error 13" in said
