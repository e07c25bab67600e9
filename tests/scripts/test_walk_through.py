"""The commands of the README, run as they stand there."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.service import Service, environment
from tests.server.harness import ROOT


def commands(heading: str) -> str:
    """What the README's section tells to type."""
    section = (ROOT / "README.md").read_text().partition(f"\n## {heading}\n")[2]
    block = re.findall(r"```console\n(.*?)```", section, re.DOTALL)[0]
    return "\n".join(re.findall(r"^\$ (.+)$", block, re.MULTILINE))


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: apt-get install curl")
@pytest.mark.timeout(600)
def test_a_note_is_written_with_nothing_but_the_readme(project: Path) -> None:
    for name in ("Makefile", "requirements", "helm"):
        (project / name).symlink_to(ROOT / name)
    (project / ".venv").symlink_to(sys.prefix)
    service = Service(project)
    service.wait_until_ready()
    script = commands("Write a note")
    assert "localhost:8000" in script
    script = script.replace("localhost:8000", f"localhost:{service.port}")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        stdin=subprocess.DEVNULL,
        cwd=project,
        # The environment stands already: nothing is to be fetched.
        env=environment() | {"MAKEFLAGS": f"UV={shutil.which('true')}", "MAKELEVEL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 0, service.log.read_text()
    assert (done.returncode, done.stderr) == (0, "")
    statuses = re.findall(r"^HTTP/1.1 (\d+)", done.stdout, re.MULTILINE)
    assert statuses == ["201", "200", "200", "200", "412", "204"]
    assert re.findall(r"^etag: (.+)$", done.stdout, re.MULTILINE) == ['"1"', '"1"', '"2"']
    (listed,) = re.findall(r'\{"items".*\}', done.stdout)
    assert [note["text"] for note in json.loads(listed)["items"]] == ["Water the plants."]
    assert '"text":"Watered."' in done.stdout
