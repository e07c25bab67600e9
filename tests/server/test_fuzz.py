"""`make fuzz`, for some hundred cases; 20,000 take minutes."""

import os
import subprocess
import sys

import pytest

from tests.server.harness import ROOT

CASES = "100"


def fuzz(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.fuzz", CASES],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=1100,
        check=False,
    )


@pytest.mark.timeout(1200)
def test_the_service_does_what_its_document_says() -> None:
    done = fuzz()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout
    assert f"of {CASES} cases" in done.stdout


@pytest.mark.timeout(1200)
def test_one_that_does_not_is_found() -> None:
    done = fuzz(DJANGO_SETTINGS_MODULE="tests.server.fuzz_settings")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Server error" in done.stdout
