"""The docs page in a real browser that reaches nothing but the service."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.harness import gunicorn

CHROMIUM = shutil.which("chromium")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")
def test_a_browser_without_internet_draws_the_operations(tmp_path: Path) -> None:
    with gunicorn(ready="/livez") as server:
        command = [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",  # tests may run as root
            "--disable-gpu",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={tmp_path}",
            "--enable-logging=stderr",
            "--virtual-time-budget=10000",
            "--dump-dom",
            f"{server.url}/api/docs",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=90)
    for operation in ("create_note", "list_notes", "read_note", "replace_note", "change_note"):
        assert f"operations-notes-{operation}" in done.stdout
    assert "CONSOLE" not in done.stderr, done.stderr  # a broken policy is told there
