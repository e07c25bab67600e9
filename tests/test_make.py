"""The commands: all listed, and those that pages speak of exist."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    "README.md",
    ".ci/run",
    ".env.example",
    *ROOT.glob("docs/*.md"),
    *ROOT.glob("scripts/*.py"),
]


def commands() -> dict[str, str]:
    """What `make help` lists: each command with its line."""
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(re.findall(r"^make (\S+) +(.+)$", listed, re.MULTILINE))


def test_help_lists_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert list(commands()) == re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_pages_speak_of_commands_that_exist(page: str | Path) -> None:
    spoken = re.findall(r"(?:`|\$ |^)make ([a-z0-9-]+)", (ROOT / page).read_text(), re.MULTILINE)
    assert set(spoken) <= set(commands())


def test_make_alone_helps() -> None:
    alone = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "make run" in alone.stdout


@pytest.mark.parametrize(("endpoint", "expected"), [("", False), ("http://localhost:4318", True)])
def test_what_traces_need_is_installed_where_they_are_sent(endpoint: str, expected: bool) -> None:
    told = subprocess.run(
        ["make", "--dry-run", "run"],
        cwd=ROOT,
        env=os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert ("--extra otel" in told) is expected
