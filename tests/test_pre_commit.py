"""A commit is held back by the same tools as `make lint` has."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.checkout import committed, copied, git
from tests.environment import ROOT

PRE_COMMIT = ROOT / ".venv" / "bin" / "pre-commit"
CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())


def test_every_tool_is_the_locked_one() -> None:
    assert [repo["repo"] for repo in CONFIG["repos"]] == ["local"]
    makefile = (ROOT / "Makefile").read_text()
    for hook in CONFIG["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        command = hook["entry"].split("'")[1] if "'" in hook["entry"] else hook["entry"]
        assert command.startswith((".venv/bin/ruff ", ".venvs/uv-*/bin/uv ", "make lint"))
        if ".venv/bin/ruff" in command:
            assert f"$(RUN) {command.removeprefix('.venv/bin/').partition(' --')[0]}" in makefile


@pytest.mark.skipif(not PRE_COMMIT.exists(), reason="no pre-commit: make lint brings it")
def test_a_commit_that_lint_would_refuse_is_refused(tmp_path: Path) -> None:
    work = committed(copied(tmp_path / "work"), "Begin")
    installed = [str(PRE_COMMIT), "install"]
    subprocess.run(installed, cwd=work, check=True, capture_output=True)
    assert {"pre-commit", "pre-push"} <= set(os.listdir(work / ".git" / "hooks"))
    bad, good = work / "app" / "bad.py", work / "app" / "good.py"
    good.write_text('"""Right."""\n')
    git(work, "add", "app/good.py")
    git(work, "commit", "--message", "Good")
    bad.write_text('"""Wrong."""\nimport os\nx = {"a":1}\n')
    git(work, "add", "app/bad.py")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        git(work, "commit", "--message", "Bad")
    assert b"Failed" in refused.value.stderr
