"""How a job is let into a cluster: by what GitHub says of it, or by a secret kubeconfig."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.kubeconfig import content
from tests.environment import ROOT

JOB = {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com/?x=1"}
PLACE = {"CLUSTER_SERVER": "https://cluster:6443", "CLUSTER_CA": "-----BEGIN"}


def test_the_job_is_let_in_by_a_token_that_is_fetched_each_time() -> None:
    made = json.loads(content(JOB | PLACE))
    (cluster,) = made["clusters"]
    assert cluster["cluster"] == {
        "server": "https://cluster:6443",
        "certificate-authority-data": "LS0tLS1CRUdJTg==",
    }
    plugin = made["users"][0]["user"]["exec"]
    assert plugin["command"] == sys.executable
    assert Path(plugin["args"][0]) == ROOT / "scripts" / "cluster_token.py"


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({}, "Nothing is given; allowed: either CLUSTER_SERVER"),
        (PLACE | {"KUBECONFIG_CONTENT": "x"}, "Both are given; allowed: either"),
        (JOB | {"CLUSTER_SERVER": "https://x"}, "CLUSTER_SERVER is https://…, beside CLUSTER_CA"),
        (JOB | PLACE | {"CLUSTER_SERVER": "http://x"}, "CLUSTER_SERVER is https://…"),
        (PLACE, "it needs permissions: id-token: write"),
    ],
)
def test_what_is_missing_is_named(env: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why.partition(" (")[0]):
        content(env)


def written(target: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """`make kubeconfig`'s program."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.kubeconfig"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "KUBECONFIG": str(target), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_whole_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "kubeconfig"
    target.write_text("another's")
    target.chmod(0o644)
    done = written(target, KUBECONFIG_CONTENT="secret")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert target.read_text() == "secret"
    assert target.stat().st_mode & 0o777 == 0o600


def test_without_a_way_in_nothing_is_written(tmp_path: Path) -> None:
    target: Any = tmp_path / "kubeconfig"
    done = written(target)
    assert (done.returncode, target.exists()) == (1, False)
    assert done.stderr.startswith("Nothing is given")
