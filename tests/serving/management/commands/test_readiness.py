"""`manage.py readiness`."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from app.serving import switch
from tests.server.harness import ROOT


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("readiness", *arguments, stdout=out)
    return out.getvalue()


def test_says_what_it_did(settings: Settings, tmp_path: Path) -> None:
    settings.RUNTIME_DIR = str(tmp_path)
    off = "Readiness is off: every worker here answers 503 on /readyz.\n"
    on = "Readiness is on: /readyz follows its checks.\n"
    assert command() == on
    assert command("off") == off
    assert switch.is_off(tmp_path)
    assert command("status") == off
    assert command("on") == on
    assert not switch.is_off(tmp_path)


@pytest.mark.parametrize("to", ["off", "on"])
def test_a_missing_folder_is_one_sentence(settings: Settings, to: str) -> None:
    settings.RUNTIME_DIR = "/nowhere"
    with pytest.raises(CommandError, match=r"^RUNTIME_DIR /nowhere does not exist: .*\.$"):
        command(to)


def test_a_folder_that_cannot_be_written_to_is_one_sentence(
    settings: Settings, tmp_path: Path
) -> None:
    settings.RUNTIME_DIR = str(tmp_path / "file")  # modes do not stop root, this does
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"^RUNTIME_DIR \S+/file cannot be written to: .*\.$"):
        command("off")


def test_exits_non_zero_without_a_stack(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "readiness", "off"],
        cwd=ROOT,
        env=os.environ | {"RUNTIME_DIR": str(tmp_path / "missing")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
