"""`make run` in a folder of its own, for tests."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from tests.server.harness import free_port, status_of, wait_until

# What the tests set for themselves, and `make run` makes up.
NOT_GIVEN = {"DATABASE_URL", "SECRET_KEY", "AUTH_SECRET", "ALLOWED_HOSTS"}


def environment() -> dict[str, str]:
    """The environment of a person's shell."""
    return {name: value for name, value in os.environ.items() if name not in NOT_GIVEN}


class Service:
    """`python -m scripts.serve` on free ports, in a process group of its own."""

    def __init__(self, project: Path, mode: str = "run") -> None:
        self.data = project / "var" / "postgres" / "data"
        self.port = free_port()
        self.log = project / f"log-{self.port}"
        variables = {"PORT": str(self.port), "METRICS_PORT": str(free_port())}
        variables |= {"DRAIN_SECONDS": "1", "RUNTIME_DIR": str(project / f"run-{self.port}")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.serve", mode],
                cwd=project,
                env=environment() | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Until it answers that it is."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        wait_until(
            lambda: status_of(url) == 200 or self.process.poll() is not None, 120, "it is ready"
        )
        assert self.process.poll() is None, self.log.read_text()

    def processes(self) -> list[psutil.Process]:
        """It and all that it started, without PostgreSQL, which has another parent."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]
