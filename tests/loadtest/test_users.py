"""The users, as Locust itself reads them."""

import subprocess
import sys

from tests.server.harness import ROOT


def test_a_plain_locustfile() -> None:
    """Locust's own command reads it: for its web page, or a worker of somebody's own."""
    done = subprocess.run(
        [sys.executable, "-m", "locust", "-f", "app/loadtest/users.py", "--list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["Available", "Users:", "Sleeper"]
