"""The question's locustfile, unchanged, against a running server."""

import json
import subprocess
import sys
from pathlib import Path

from tests.server.harness import serving

LOCUSTFILE = Path(__file__).with_name("locustfile_of_the_question.py")
SECONDS = 10


def test_ten_users_are_served_at_once() -> None:
    server = [sys.executable, "-m", "uvicorn", "--port", "{port}", "config.asgi:application"]
    with serving(server, ready="/version") as running:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "locust", "-f", LOCUSTFILE, "--headless", "--json"),
                *("-u", "10", "-r", "10", "-t", f"{SECONDS}s", "--host", running.url),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    (path,) = json.loads(done.stdout)
    assert path["name"] == "/api/async_sleep/"
    assert path["num_failures"] == 0
    # One after another they would be as many as the seconds; a busy machine starts users late.
    assert path["num_requests"] > SECONDS + 1
