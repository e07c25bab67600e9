"""The schema: docs/loadtest.md tells pipelines what stands where."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.loadtest.concurrency import Finding, Waits
from app.loadtest.report_json import as_data, same_test
from app.loadtest.verdict import judge
from tests.loadtest.runs import COMPARISON, FINDING, run
from tests.server.harness import ROOT

DOCUMENT = (ROOT / "docs" / "loadtest.md").read_text()


def test_every_field_is_documented() -> None:
    found = run(status=500)
    found.concurrency, found.comparison = FINDING, COMPARISON
    data = json.loads(json.dumps(as_data(found, judge(found))))
    for name in data:
        assert f"`{name}`" in DOCUMENT, name
    for name in data["total"]:
        assert f"`{name}`" in DOCUMENT, name


def test_figures_are_those_of_the_measured_span() -> None:
    found = run()
    data = as_data(found, judge(found))
    assert data["measured"] == [5, 30]
    assert data["total"]["requests"] == 500  # 25 s of 20
    assert data["total"]["rps"] == 20
    assert data["endpoints"]["GET /api/notes"]["median"] == pytest.approx(20, rel=0.1)
    assert data["verdict"]["name"] == "PASSED"
    assert data["concurrency"] is None
    assert data["comparison"] is None


def test_a_run_without_load_has_no_figures() -> None:
    found = run(seconds=0)
    found.concurrency = Finding(Waits.UNKNOWN, "Why.")
    data = as_data(found, judge(found))
    assert data["total"]["rps"] == 0
    assert data["concurrency"]["waits"] == "not measured"


def test_what_makes_two_runs_the_same_test() -> None:
    assert same_test(run()) == same_test(run(seconds=5, latency=99, THRESHOLDS="rps>1"))
    changes: dict[str, Any] = {"USERS": "7", "SHAPE": "ramp", "RATE": "3", "WORKERS": "2"}
    for name, value in changes.items():
        assert same_test(run()) != same_test(run(**{name: value}))


def test_no_token_is_told() -> None:
    found = run(TOKEN="hunter2", REPORT_DIR=str(Path("x")))
    assert "hunter2" not in json.dumps(as_data(found, judge(found)))
